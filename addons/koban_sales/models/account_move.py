from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    exclude_down_payments = fields.Boolean(
        readonly=True,
        help="The down payments of the order were left out when this invoice was made. Frozen "
        "once the invoice is validated.",
    )

    def action_post(self):
        # The host mirrors the invoiced down payment on the line of the order.
        orders = self.line_ids.sale_line_ids.order_id
        if not orders:
            return super().action_post()
        names = {"name", "price_unit", "tax_ids", "technical_price_unit"}
        opened = self._with_guard_pass(orders, line_fields=names)
        return super(AccountMove, opened).action_post()

    def unlink(self):
        # The host removes from the order the down payment whose draft is deleted.
        orders = self.line_ids.sale_line_ids.order_id
        if not orders:
            return super().unlink()
        return super(AccountMove, self._with_guard_pass(orders, lines=True)).unlink()
