from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_name = fields.Char(related="company_id.support_name", readonly=False)
    support_phone = fields.Char(related="company_id.support_phone", readonly=False)
    support_email = fields.Char(related="company_id.support_email", readonly=False)
