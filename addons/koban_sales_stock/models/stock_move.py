from odoo import models

from odoo.addons.koban_guard.tools.passes import open_pass


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_synch_order(self):
        # A product delivered on top of the order becomes a line ordered 0, delivered n.
        with open_pass(self.picking_id.sale_id, lines=True):
            return super()._action_synch_order()
