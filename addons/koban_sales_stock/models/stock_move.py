from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_synch_order(self):
        # A product delivered on top of the order becomes a line ordered 0, delivered n.
        opened = self._with_delivery_pass()
        return super(StockMove, opened)._action_synch_order()

    def _with_delivery_pass(self):
        orders = self.picking_id.sale_id
        if not orders:
            return self
        return self.with_context(**orders._prepare_pass_context(lines=True))
