from odoo import fields, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import open_pass


class AccountMove(models.Model):
    _inherit = "account.move"
    _sealed_follow_up = {
        "exclude_down_payments": "how the draft was made of its order: the lines say the result"
    }

    exclude_down_payments = fields.Boolean(
        readonly=True,
        help="The down payments of the order were left out when this invoice was made. Frozen "
        "once the invoice is validated.",
    )

    @override
    def action_post(self):
        # The host mirrors the invoiced down payment on the line of the order.
        orders = self.line_ids.sale_line_ids.order_id
        if not orders:
            return super().action_post()
        names = {"name", "price_unit", "tax_ids", "technical_price_unit"}
        with open_pass(orders, line_fields=names):
            return super().action_post()

    @override
    def unlink(self):
        # The host removes from the order the down payment whose draft is deleted.
        orders = self.line_ids.sale_line_ids.order_id
        if not orders:
            return super().unlink()
        with open_pass(orders, lines=True):
            return super().unlink()

    def _get_nature_lines(self):
        """A down payment is of the nature of what was ordered."""
        lines = super()._get_nature_lines()
        own = lines.filtered(lambda line: not line.is_downpayment)
        if own or not lines:
            return own
        # Whoever prints the invoice may not read its order.
        return lines.sudo().sale_line_ids.order_id._get_mention_lines() or lines

    # ------------------------------------------------------------------
    # Down payments on the paper of the invoice that deducts them
    # ------------------------------------------------------------------
    def _get_deduction_lines(self):
        """Return the lines that deduct down payments; none on the invoice of a down payment."""
        if self.move_type != "out_invoice" or self._is_downpayment():
            return self.invoice_line_ids.browse()
        return self.invoice_line_ids.filtered(
            lambda line: line.is_downpayment and line.price_subtotal <= 0
        )

    def _get_page_rows(self):
        deducted = self._get_deduction_lines()
        if not deducted:
            return super()._get_page_rows()
        kept = self.invoice_line_ids.browse()
        title = self.invoice_line_ids.browse()
        for line in self._get_lines_to_print():
            if line in deducted:
                continue
            if line._is_group():
                # Kept once a line follows: the title of the down payments has none.
                title += line
                continue
            kept += title + line
            title = title.browse()
        return self._get_row_builder().build([line._prepare_row_source() for line in kept])

    def _get_printed_deductions(self):
        deductions = {}
        for line in self._get_deduction_lines():
            # Cited by number, whoever may read them.
            invoices = (
                line.sudo()
                ._get_downpayment_lines()
                .move_id.filtered(lambda move: move.state == "posted" and move != self)
            )
            numbers = ", ".join(invoices.mapped("name"))
            label = self.env._("Down payment %s", numbers) if numbers else line.name
            # One line of totals per invoice, whatever its rates of tax.
            deductions[label] = deductions.get(label, 0.0) + line.price_subtotal
        return [*super()._get_printed_deductions(), *deductions.items()]
