from odoo import api, models


class DocumentTestMixin(models.AbstractModel):
    """The user's mode TEST, and the proof of what is validated in TEST (row 2-62)."""

    _inherit = "koban.test.mixin"

    @api.model
    def _is_test_mode_on(self):
        return self.env.user.test_mode

    def _seal_test(self):
        super()._seal_test()
        contents = self._get_test_contents()
        # In a chain of its own: the real one tells nothing of fictitious documents.
        if "koban.event" in self.env:
            self.env["koban.event"]._record("validation", self, detail=contents, chain="test")

    def _get_test_contents(self) -> dict:
        """Return what is sealed of each document: its content, and who validated it."""
        sealed = {}
        if hasattr(self, "_get_sealed_content"):
            self.env.flush_all()
            sealed = self._get_sealed_content(self.ids)
        return {
            document.id: {
                **sealed.get(document.id, {}),
                "test": True,
                "label": document._get_test_label(),
                "operator": document.test_operator_id.name,
                "partner": document.partner_id.display_name,
                "total": str(document.amount_total),
            }
            for document in self.sudo()  # sealed whole, whatever the operator may read
        }
