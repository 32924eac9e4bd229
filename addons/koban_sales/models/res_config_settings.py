from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    allow_edit_validated_orders = fields.Boolean(
        related="company_id.allow_edit_validated_orders", readonly=False
    )
