from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @override
    def write(self, vals):
        result = super().write(vals)
        if "picking_policy" in vals:
            # The delivery method stays editable once validated (row 3-11), so it must
            # reach the deliveries that are still to come.
            pickings = self.filtered("validation_date").picking_ids.filtered(
                lambda picking: (
                    picking.state not in ("done", "cancel")
                    and picking.picking_type_code == "outgoing"
                )
            )
            pickings.move_type = vals["picking_policy"]
        return result
