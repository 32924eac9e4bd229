from odoo import models

from odoo.addons.koban_guard.tools.overrides import override

from ..tools.journal import record_event


class ExportedMixin(models.AbstractModel):
    """Models whose exports by users and integrators go into the journal (DESIGN §3)."""

    _name = "koban.exported.mixin"
    _description = "Exports recorded"

    @override
    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        for company, exported in self.sudo().grouped("company_id").items():  # their company alone
            if not company.document_guard:
                continue  # there the host behaves as without the addons
            detail = {"model": self._name, "rows": len(exported), "fields": fields_to_export}
            record_event(self.env, "export", company=company, detail=detail)
        return result
