from odoo import api, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    """Invoices by the classification of their articles (rows 4-24 and 4-25)."""

    _name = "account.invoice.report"
    _inherit = ["account.invoice.report", "koban.classified.mixin"]

    @api.model
    def _select(self) -> SQL:
        names = self.env["product.template"]._get_classification()
        columns = SQL(", ").join(SQL.identifier("template", name) for name in names)
        return SQL("%s, %s", super()._select(), columns)
