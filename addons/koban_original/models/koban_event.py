from odoo import models

ISSUE_EVENTS = ("print", "reprint", "mail", "verification_failed")


class KobanEvent(models.Model):
    """What the journal says about editions, in words."""

    _inherit = "koban.event"

    def _get_detail_labels(self):
        return {
            **super()._get_detail_labels(),
            "channel": self.env._("How"),
            "edition": self.env._("Edition"),
            "einvoice_sha256": self.env._("SHA-256 of the electronic invoice"),
            "file": self.env._("File"),
            "of": self.env._("SHA-256 of the original"),
            "paper": self.env._("Kind"),
            "recipients": self.env._("Sent to"),
            "sha256": self.env._("SHA-256"),
            "size": self.env._("Size (bytes)"),
        }

    def _render_content(self, content, notes, labels):
        if self.kind in ISSUE_EVENTS and isinstance(content, dict):
            content = {name: self._name_value(name, value) for name, value in content.items()}
        return super()._render_content(content, notes, labels)

    def _name_value(self, name, value):
        """Return the words for a value of an edition."""
        fields_of_values = {
            "channel": ("koban.document.print", "channel"),
            "edition": ("koban.document.print", "issue_kind"),
            "paper": ("koban.issued.document", "paper"),
        }
        if name not in fields_of_values:
            return value
        model, field = fields_of_values[name]
        return dict(self.env[model]._fields[field]._description_selection(self.env)).get(
            value, value
        )
