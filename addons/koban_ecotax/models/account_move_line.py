from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["koban.ecotax.line.mixin", "account.move.line"]

    koban_ecotax_amount = fields.Monetary(
        string="Eco-tax excl. VAT", compute="_compute_koban_ecotax_amount", store=True
    )

    def _can_bear_ecotax(self):
        return (
            self.display_type == "product"
            and not self.is_downpayment
            and self.move_id.is_sale_document(include_receipts=True)
        )

    def _is_ecotax_settled(self):
        return self.move_id.state != "draft" or self.move_id._is_validated()

    def _get_ecotax_currency_rate(self):
        return self.move_id.invoice_currency_rate or 1.0

    def _get_ecotax_triggers(self):
        return [*super()._get_ecotax_triggers(), "currency_id", "move_id.invoice_currency_rate"]

    @api.depends("koban_ecotax_units")
    def _compute_totals(self):
        super()._compute_totals()

    def _get_computed_taxes(self):
        taxes = super()._get_computed_taxes()
        return self._add_ecotax(taxes) if taxes and self.koban_ecotax_id else taxes

    def _get_due_ecotax(self, others):
        """On a credit note, what its invoice charged: the table may have changed since."""
        invoice = self.move_id.move_type == "out_refund" and self.move_id.reversed_entry_id
        ecotax = self.koban_ecotax_id._origin
        sold = invoice and invoice.invoice_line_ids.filtered(
            lambda line: line.koban_ecotax_id == ecotax
        )
        if not ecotax or not sold or not self._can_bear_ecotax():
            return super()._get_due_ecotax(others)
        charged = sold.tax_ids.filtered(lambda tax: tax.koban_ecotax_id == ecotax)[:1]
        included = any(tax.price_include for tax in others)
        return ecotax._get_tax_of_amount(charged.company_id, charged.amount, included)

    def _get_ecotax_items(self):
        """Yield what the line adds to the entry: an eco-tax, in its currency and the company's."""
        part, sign = self._get_ecotax_part(), self.move_id.direction_sign
        for tax in self._get_ecotaxes():
            amount = sign * part.get_amount(tax.amount)
            yield tax, amount, self.company_currency_id.round(amount / part.rate)
