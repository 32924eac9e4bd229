from odoo import models


class SaleReport(models.Model):
    _inherit = "sale.report"

    def _where_sale(self):
        # TEST documents are in no total.
        return super()._where_sale() + " AND s.is_test IS NOT TRUE"
