from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_sale_order_domain_count(self):
        return [*super()._get_sale_order_domain_count(), ("is_test", "=", False)]
