from odoo import fields, models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    exclude_down_payments = fields.Boolean(
        help="The invoice bills the order in full and leaves the down payments to be deducted "
        "later. Kept on the invoice, and frozen with it.",
    )

    def _create_invoices(self, sale_orders):
        if self.exclude_down_payments:
            self.deduct_down_payments = False
        invoices = super()._create_invoices(sale_orders)
        if self.advance_payment_method == "delivered" and self.has_down_payments:
            # The orders' invoices are created as superuser by the host too.
            invoices.sudo().exclude_down_payments = not self.deduct_down_payments
        return invoices
