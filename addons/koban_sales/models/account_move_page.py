from odoo import models


class AccountMove(models.Model):
    """Down payments on the paper of the invoice that deducts them."""

    _inherit = "account.move"

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
        deductions = []
        for line in self._get_deduction_lines():
            # Cited by number, whoever may read them.
            invoices = line.sudo()._get_downpayment_lines().move_id.filtered(
                lambda move: move.state == "posted" and move != self
            )
            numbers = ", ".join(invoices.mapped("name"))
            label = self.env._("Down payment %s", numbers) if numbers else line.name
            deductions.append((label, line.price_subtotal))
        return [*super()._get_printed_deductions(), *deductions]
