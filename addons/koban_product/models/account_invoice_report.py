from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Invoices by the classification of their articles (rows 4-24 and 4-25)."""

    _inherit = "account.invoice.report"

    koban_group_id = fields.Many2one("product.category", string="Group", readonly=True)
    koban_family_id = fields.Many2one("product.category", string="Family", readonly=True)
    koban_subfamily_id = fields.Many2one("product.category", string="Sub-family", readonly=True)
    koban_category_id = fields.Many2one(
        "koban.product.category", string="Article Category", readonly=True
    )
    koban_brand_id = fields.Many2one("koban.product.brand", string="Brand", readonly=True)
    koban_range_id = fields.Many2one("koban.product.range", string="Model or Range", readonly=True)

    @api.model
    def _select(self) -> SQL:
        names = self.env["product.template"]._get_classification()
        columns = SQL(", ").join(SQL.identifier("template", name) for name in names)
        return SQL("%s, %s", super()._select(), columns)
