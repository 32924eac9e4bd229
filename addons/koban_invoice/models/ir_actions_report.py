from odoo import api, models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_issued_paper(self, report):
        invoice = self._is_invoice_report(report)
        return "invoice" if invoice else super()._get_issued_paper(report)
