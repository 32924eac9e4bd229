from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed

from ..tools.follow_up import LINE_FOLLOW_UP

# What the entry of a payment amounts to.
AMOUNT_FIELDS = frozenset({"debit", "credit", "balance", "amount_currency"})


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["koban.document.line.mixin", "account.move.line"]

    _document_field = "move_id"
    _sealed_follow_up = LINE_FOLLOW_UP

    @api.model
    def _get_released_references(self):
        """Payments and their matching come and go."""
        return super()._get_released_references() | {"full_reconcile_id", "reconcile_model_id"}

    @api.model
    def _get_technical_fields(self):
        """What the host writes on posted lines, measured (shared/spec/host-audit.md §3)."""
        return super()._get_technical_fields() | {
            "discount_allocation_dirty",
            "epd_dirty",
            "no_followup",
            "parent_id",
        }

    def _check_amls_exigibility_for_reconciliation(self, shadowed_aml_values=None):
        # The host also reconciles drafts.
        self.move_id.filtered("is_test")._check_payable()
        return super()._check_amls_exigibility_for_reconciliation(shadowed_aml_values)

    @override
    def write(self, vals):
        if not AMOUNT_FIELDS.isdisjoint(vals):
            paid = self.sudo().filtered("move_id.origin_payment_id")  # compared only
            if paid:
                changed = get_changed(paid, vals, AMOUNT_FIELDS).with_env(self.env)
                changed.move_id._check_payments_kept()
        return super().write(vals)
