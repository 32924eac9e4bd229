from odoo import api, models
from odoo.tools import SQL


class PurchaseReport(models.Model):
    _inherit = "purchase.report"

    @api.model
    def _where(self) -> SQL:
        # TEST documents are in no total.
        return SQL("%s AND po.is_test IS NOT TRUE", super()._where())
