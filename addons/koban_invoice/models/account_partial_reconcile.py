from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed, open_pass

from ..tools.settlements import check_kept, follow

# What a settlement says of its matching.
SETTLED_FIELDS = frozenset(
    {
        "amount",
        "company_id",
        "credit_amount_currency",
        "credit_move_id",
        "debit_amount_currency",
        "debit_move_id",
    }
)


class AccountPartialReconcile(models.Model):
    """Each matching of a customer's invoice is told, and so is its end (issue 12, line 6)."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        partials = super().create(vals_list)
        follow(self.env, partials, new=True)
        return partials

    @override
    def write(self, vals):
        if not SETTLED_FIELDS.isdisjoint(vals):
            changed = get_changed(self.sudo(), vals, SETTLED_FIELDS)  # compared only
            check_kept(changed.with_env(self.env), vals)
        return super().write(vals)

    @override
    def unlink(self):
        if self:  # whoever writes on a line has the host unmatch nothing
            self.check_access("unlink")
            follow(self.env, self, gone=True)
        return super().unlink()

    @api.model
    def _update_matching_number(self, amls):
        # Payments come and go on validated invoices: only the mark of the matching changes.
        moves = self.env["account.move"]
        with open_pass(moves, line_fields={"matching_number"}, every=True):
            return super()._update_matching_number(amls)
