from odoo import models

from ..tools.overrides import override
from ..tools.passes import get_changed

# What the totals of a document are computed with.
FROZEN_FIELDS = {
    "amount",
    "amount_type",
    "children_tax_ids",
    "include_base_amount",
    "is_base_affected",
    "price_include_override",
    "type_tax_use",
}


class AccountTax(models.Model):
    _inherit = "account.tax"

    @override
    def write(self, vals):
        # The host protects the taxes of entries only, not those of orders.
        changed = get_changed(self, vals, FROZEN_FIELDS)
        if changed:
            changed._check_not_in_documents(emptied=False, operation="write")
        return super().write(vals)
