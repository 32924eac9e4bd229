from odoo import fields, models


class SaleReport(models.Model):
    """Sales by the classification of their articles (rows 4-24 and 4-25)."""

    _inherit = "sale.report"

    koban_group_id = fields.Many2one("product.category", string="Group", readonly=True)
    koban_family_id = fields.Many2one("product.category", string="Family", readonly=True)
    koban_subfamily_id = fields.Many2one("product.category", string="Sub-family", readonly=True)
    koban_category_id = fields.Many2one(
        "koban.product.category", string="Article Category", readonly=True
    )
    koban_brand_id = fields.Many2one("koban.product.brand", string="Brand", readonly=True)
    koban_range_id = fields.Many2one("koban.product.range", string="Model or Range", readonly=True)

    def _select_additional_fields(self):
        own = {name: f"t.{name}" for name in self.env["product.template"]._get_classification()}
        return {**super()._select_additional_fields(), **own}

    def _group_by_sale(self):
        names = self.env["product.template"]._get_classification()
        return ", ".join([super()._group_by_sale(), *(f"t.{name}" for name in names)])

    def _where_sale(self):
        # TEST documents are in no total.
        return super()._where_sale() + " AND s.is_test IS NOT TRUE"
