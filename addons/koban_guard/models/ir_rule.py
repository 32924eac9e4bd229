from odoo import api, models

from ..tools.frozen_view import as_today, is_viewing


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        if not is_viewing(self.env):
            return super()._compute_domain(model_name, mode)
        # Who may see what is of today, and is remembered for the user.
        with as_today(self.env):
            return super()._compute_domain(model_name, mode)
