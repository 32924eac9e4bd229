from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _send_confirmation_email(self):
        # Where the host bills the real cost of a delivery (stock_delivery), it adds or
        # prices the delivery line of the order here.
        orders = self.sale_id
        if not orders:
            return super()._send_confirmation_email()
        context = orders._prepare_pass_context(line_fields={"price_unit", "name"}, lines=True)
        return super(StockPicking, self.with_context(**context))._send_confirmation_email()
