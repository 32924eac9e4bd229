from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    document_guard = fields.Boolean(related="company_id.document_guard", readonly=False)
