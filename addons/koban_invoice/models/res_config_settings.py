from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    invoice_date_check = fields.Selection(related="company_id.invoice_date_check", readonly=False)
