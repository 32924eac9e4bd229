from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override


class KobanEcotaxRate(models.Model):
    """An amount that may be in force already."""

    _inherit = "koban.ecotax.rate"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates.ecotax_id._follow_prices()
        return rates

    @override
    def write(self, vals):
        before = self.ecotax_id
        result = super().write(vals)
        if not {"amount", "date_from", "ecotax_id"}.isdisjoint(vals):
            (before | self.ecotax_id)._follow_prices()
        return result

    @override
    def unlink(self):
        ecotaxes = self.ecotax_id
        result = super().unlink()
        ecotaxes._follow_prices()
        return result
