from odoo import models

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.passes import open_pass


class KobanContract(models.Model):
    """The order that a contract comes from."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _cancelled_follow(self, run):
        super()._cancelled_follow(run)
        # The order may bill these lines again, or another contract take them.
        lines = self.line_ids.filtered("sale_line_id")
        with open_pass(self, line_fields={"sale_line_id"}):
            lines.sale_line_id = False
        lines.flush_recordset(["sale_line_id"])  # an insertion would come before it

    @public(one=True)
    def action_open_order(self) -> dict:
        """Open the order that the contract was made of."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "views": [(False, "form")],
        }
