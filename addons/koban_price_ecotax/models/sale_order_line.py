from odoo import models


class SaleOrderLine(models.Model):
    """The price with tax of a quote is that which was typed on the article."""

    _inherit = "sale.order.line"

    def _include_taxes(self, price):
        # The eco-tax of today, as in the price without tax: that of the document's date comes out
        # of the result.
        article, taxes = self.product_id.product_tmpl_id, self._get_article_taxes()
        rate = self._get_ecotax_currency_rate()
        with article._computing_ecotax(taxes, self.product_uom_id, rate) as every:
            return every._include(price)
