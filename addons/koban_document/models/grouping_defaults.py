from odoo import api, models

OPTIONS = {"hide_prices": "collapse_prices", "hide_detail": "collapse_composition"}


class GroupingLineMixin(models.AbstractModel):
    _inherit = "koban.grouping.line.mixin"

    @api.model
    def default_get(self, fields):
        """Display a new group as the document model says."""
        defaults = super().default_get(fields)
        kind = self.env.context.get("default_display_type")
        if kind in ("line_section", "line_subsection"):
            option = OPTIONS.get(self._get_default_model().grouping_display)
            if option in fields:
                defaults[option] = True
        return defaults

    @api.model
    def _get_default_model(self):
        """Return the model of the document the line is added to, or that a new one will take."""
        field = self._fields[self._grouping_document_field]
        document = self.env[field.comodel_name].browse(
            self.env.context.get(f"default_{field.name}") or []
        )
        if isinstance(document.id, int) and document.exists():
            return document._get_printed_model()
        kind = self.env.context.get("default_move_type") or self.env.context.get("move_type")
        draft = document.new(
            {"company_id": self.env.company.id, **({"move_type": kind} if kind else {})}
        )
        return draft._get_printed_model()
