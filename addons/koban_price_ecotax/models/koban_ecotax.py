from odoo import models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.overrides import override


class KobanEcotax(models.Model):
    """A table whose amounts are in prices that were typed with tax."""

    _inherit = "koban.ecotax"

    @override
    def write(self, vals):
        result = super().write(vals)
        if "kind" in vals:
            self._follow_prices()
        return result

    def _follow_prices(self):
        """Compute the prices without tax of its articles again."""
        # Who edits the table edits no article: their typed prices stay as they are.
        articles = self.env["product.template"].sudo()
        articles._follow_ecotaxes(domain=Domain("koban_ecotax_id", "in", self.ids))
