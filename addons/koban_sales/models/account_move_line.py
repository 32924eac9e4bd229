from odoo import api, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.passes import open_pass


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        # Re-invoicing adds expense lines to validated orders; none other than these.
        with open_pass(self.env["sale.order"], lines=True, every=True):
            return super()._sale_create_reinvoice_sale_line()

    @api.constrains("sale_line_ids", "move_id")
    def _check_test_orders(self):
        """Refuse that a TEST invoice bill a real order, or a real one a TEST order.

        :raise ConstraintError: code ``test_document``
        """
        for line in self.filtered("sale_line_ids"):
            orders = line.sudo().sale_line_ids.order_id  # its mark alone
            other = orders.filtered(lambda order, move=line.move_id: order.is_test != move.is_test)
            if other:
                raise ConstraintError(
                    speaking(self.env)._(
                        "%(invoice)s cannot bill %(order)s: one is TEST, the other is real.",
                        invoice=line.move_id.display_name,
                        order=other[0].display_name,
                    ),
                    "test_document",
                    model="account.move",
                    ids=line.move_id.ids,
                )
