from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class ProductProduct(models.Model):
    """An article that is weighed again bears another eco-tax by its weight."""

    _inherit = "product.product"

    @override
    def write(self, vals):
        result = super().write(vals)
        if "weight" in vals:
            weighed = self.product_tmpl_id.filtered(lambda one: one.koban_ecotax_kind == "weight")
            weighed._follow_typed()
        return result
