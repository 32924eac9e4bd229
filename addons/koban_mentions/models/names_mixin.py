from odoo import api, models


class NamesMixin(models.AbstractModel):
    """What French papers say of a company and of its customer, as of the validation."""

    _inherit = "koban.names.mixin"

    @api.model
    def _get_named_fields(self):
        named = super()._get_named_fields()
        named["res.company"] += (
            "ape", "legal_form", "legal_form_other", "share_capital", "variable_capital",
            "currency_id", "rcs_city", "rm_number", "head_office_id", "siret_pending",
            "in_liquidation", "vat_scheme", "vat_on_debits", "margin_scheme",
        )  # fmt: skip
        named["res.partner"] += ("customer_type", "vat_group_member")
        named["account.fiscal.position"] += ("reverse_charge",)
        return named
