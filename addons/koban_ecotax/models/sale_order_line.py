from odoo import api, fields, models

from ..tools.amounts import Pricing, pricing


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["koban.ecotax.line.mixin", "sale.order.line"]

    koban_ecotax_amount = fields.Monetary(
        string="Eco-tax excl. VAT", compute="_compute_koban_ecotax_amount", store=True
    )

    def _can_bear_ecotax(self):
        return not (self.display_type or self.is_downpayment or self.product_type == "combo")

    def _is_ecotax_settled(self):
        return self.order_id.state not in ("draft", "sent") or self.order_id._is_validated()

    def _get_ecotax_currency_rate(self):
        return self.order_id.currency_rate or 1.0

    @api.depends("koban_ecotax_units")
    def _compute_amount(self):
        super()._compute_amount()

    def _compute_tax_ids(self):
        # No dependency on the eco-tax: it would undo a VAT that was chosen by hand.
        super()._compute_tax_ids()
        for line in self.filtered("koban_ecotax_id"):
            line.tax_ids = line._add_ecotax(line.tax_ids)

    def _compute_untaxed_amount_to_invoice(self):
        """Count what is left to invoice without discounting the eco-tax in the price."""
        super()._compute_untaxed_amount_to_invoice()
        for line in self.filtered(lambda line: line.state == "sale" and line.product_uom_qty):
            if line.discount and any(tax.price_include for tax in line._get_ecotaxes()):
                delivered = line.product_id.invoice_policy == "delivery"
                quantity = line.qty_delivered if delivered else line.product_uom_qty
                due = line.price_subtotal * quantity / line.product_uom_qty
                line.untaxed_amount_to_invoice = due - line.untaxed_amount_invoiced

    def _reset_price_unit(self):
        day, rate = self.order_id._get_ecotax_date(), self._get_ecotax_currency_rate()
        with pricing(Pricing(self.product_uom_id, day, rate)):
            return super()._reset_price_unit()

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if values.get("display_type") == "product":
            # Also that there is none, where the person took it off.
            values |= {
                "koban_ecotax_id": self.koban_ecotax_id.id,
                "koban_ecotax_units": self.koban_ecotax_units,
            }
        return values
