from odoo import api, models


class SaleOrder(models.Model):
    """Quotes and orders: the eco-taxes of their date."""

    _name = "sale.order"
    _inherit = ["koban.ecotax.document.mixin", "sale.order"]

    _ecotax_triggers = frozenset(
        {
            "company_id", "currency_id", "date_order", "fiscal_position_id", "partner_id",
            "partner_shipping_id", "pricelist_id",
        }
    )  # fmt: skip

    @api.onchange("date_order", "fiscal_position_id", "pricelist_id")
    def _onchange_ecotax_date(self):
        self.order_line._follow_document()

    @api.model
    def _get_sealed_line_fields(self):
        return (
            *super()._get_sealed_line_fields(),
            "koban_ecotax_id", "koban_ecotax_units", "koban_ecotax_amount",
        )  # fmt: skip
