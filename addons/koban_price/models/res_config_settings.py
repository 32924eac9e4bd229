from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    koban_minimum_rule = fields.Selection(related="company_id.koban_minimum_rule", readonly=False)
