from odoo import api, fields, models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    exclude_down_payments = fields.Boolean(
        help="The invoice bills the order in full and leaves the down payments to be deducted "
        "later. Kept on the invoice, and frozen with it.",
    )
    deduct_down_payments = fields.Boolean(
        compute="_compute_deduct_down_payments", store=True, readonly=False
    )

    @api.depends("exclude_down_payments")
    def _compute_deduct_down_payments(self):
        for wizard in self:
            wizard.deduct_down_payments = not wizard.exclude_down_payments

    def _create_invoices(self, sale_orders):
        invoices = super()._create_invoices(sale_orders)
        if self.exclude_down_payments and self.advance_payment_method == "delivered":
            # The orders' invoices are created as superuser by the host too.
            invoices.sudo().exclude_down_payments = True
        return invoices
