from odoo import api, models


class NamesMixin(models.AbstractModel):
    """How to reach the customer service, as of the validation."""

    _inherit = "koban.names.mixin"

    @api.model
    def _get_named_fields(self):
        named = super()._get_named_fields()
        named["res.company"] += ("support_name", "support_phone", "support_email")
        return named
