from odoo import fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    exclude_down_payments = fields.Boolean(
        help="The invoice bills the order in full and leaves the down payments to be deducted "
        "later. Kept on the invoice, and frozen with it.",
    )

    def _create_invoices(self, sale_orders):
        if self.advance_payment_method != "delivered":
            self._check_no_test_order(sale_orders)
        if self.exclude_down_payments:
            self.deduct_down_payments = False
        invoices = super()._create_invoices(sale_orders)
        if self.advance_payment_method == "delivered" and self.has_down_payments:
            # The orders' invoices are created as superuser by the host too.
            invoices.sudo().exclude_down_payments = not self.deduct_down_payments
        return invoices

    def _check_no_test_order(self, orders):
        """Refuse the down payment of a TEST order, which nobody pays.

        :raise DocumentError: code ``test_document``
        """
        orders._check_real_allowed()
        for order in orders.filtered("is_test"):
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s is a TEST document: it takes no down payment. Create its "
                    "TEST invoice.",
                    document=order.display_name,
                ),
                "test_document",
                model=order._name,
                ids=order.ids,
            )
