from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed

from ..tools.follow_up import LINE_FOLLOW_UP

# What the entry of a payment says, and its seal holds.
ENTRY_FIELDS = frozenset(
    {"account_id", "amount_currency", "balance", "credit", "currency_id", "debit", "partner_id"}
)


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
        if not ENTRY_FIELDS.isdisjoint(vals):
            paid = self.sudo().filtered("move_id.origin_payment_id")  # compared only
            if paid:
                changed = get_changed(paid, vals, ENTRY_FIELDS).with_env(self.env)
                changed.move_id._check_payments_kept()
        return super().write(vals)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_payments_kept()
        return lines

    @override
    def unlink(self):
        self._check_payments_kept()
        return super().unlink()

    def _check_payments_kept(self):
        """Refuse that lines come to the posted entries of valid receipts, or leave them.

        :raise DocumentError: codes ``period_closed``, ``document_validated``
        """
        entries = self.move_id.sudo().filtered(  # compared only
            lambda move: move.origin_payment_id and move.state == "posted"
        )
        entries.with_env(self.env)._check_payments_kept()
