from odoo import models


class SaleReport(models.Model):
    """Sales by the classification of their articles (rows 4-24 and 4-25)."""

    _name = "sale.report"
    _inherit = ["sale.report", "koban.classified.mixin"]

    def _select_additional_fields(self):
        own = {name: f"t.{name}" for name in self.env["product.template"]._get_classification()}
        return {**super()._select_additional_fields(), **own}

    def _group_by_sale(self):
        names = self.env["product.template"]._get_classification()
        return ", ".join([super()._group_by_sale(), *(f"t.{name}" for name in names)])

    def _where_sale(self):
        # TEST documents are in no total.
        return super()._where_sale() + " AND s.is_test IS NOT TRUE"
