from odoo import api, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """Validated orders are sealed in the chain of their company."""

    _name = "sale.order"
    _inherit = ["koban.sealed.mixin", "sale.order"]

    _sealed_fields = (
        "company_id", "name", "quote_number", "state", "date_order", "validation_date",
        "validity_date", "partner_id", "partner_invoice_id", "partner_shipping_id", "currency_id",
        "pricelist_id", "fiscal_position_id", "payment_term_id", "preferred_payment_method_line_id",
        "client_order_ref", "origin", "process_id", "note", "prepayment_percent", "signed_by",
        "signed_on", "amount_untaxed", "amount_tax", "amount_total", "legal_mentions",
        "is_test", "test_validated_on", "test_operator_id",
    )  # fmt: skip
    _sealed_line_model = "sale.order.line"
    _sealed_line_field = "order_id"
    _sealed_line_fields = (
        "sequence", "display_type", "name", "product_id", "product_uom_id", "product_uom_qty",
        "price_unit", "discount", "price_subtotal", "price_total", "is_downpayment", "is_optional",
        "collapse_prices", "collapse_composition", "hide_subtotal",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"

    @api.model
    def _get_sealed_condition(self):
        return SQL("(d.state = 'sale' OR (d.state = 'cancel' AND d.validation_date IS NOT NULL))")

    def _get_seal_notes(self):
        return {
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "billed": self.partner_invoice_id._get_identity(),
            "currency": self.currency_id.name,
            "payment_method": self.preferred_payment_method_line_id.name or "",
            "payment_term": self.payment_term_id.name or "",
            "salesperson": self.user_id.name or "",
            "process": self.process_id.name or "",
        }
