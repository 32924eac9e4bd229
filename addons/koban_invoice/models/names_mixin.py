from odoo import api, models


class NamesMixin(models.AbstractModel):
    """What electronic invoices say of a tax, as of the validation."""

    _inherit = "koban.names.mixin"

    @api.model
    def _get_named_fields(self):
        named = super()._get_named_fields()
        named["account.tax"] += (
            "ubl_cii_tax_category_code",
            "ubl_cii_tax_exemption_reason_code",
        )
        return named
