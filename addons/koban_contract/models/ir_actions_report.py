from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_modelled_reports(self):
        return super()._get_modelled_reports() | {"koban_contract.report_contract"}
