from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_test_mode_groups(self):
        return super()._get_test_mode_groups() | {"purchase.group_purchase_user"}
