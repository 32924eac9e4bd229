from odoo import models

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed

OPENED_STATES = ("draft", "cancel")
# What the entry says of the payment once it is posted.
ENTRY_FIELDS = frozenset({"date", "journal_id", "name"})
AMOUNT_FIELDS = frozenset({"debit", "credit", "balance", "amount_currency"})


class AccountMove(models.Model):
    """The entry of a validated payment: what it amounts to is part of what was sealed."""

    _name = "account.move"
    _inherit = ["account.move"]

    @override
    def write(self, vals):
        if vals.get("state") in OPENED_STATES:
            # Taking the payment itself back changes its state before that of its entry.
            self._check_payments_kept()
        if not ENTRY_FIELDS.isdisjoint(vals):
            posted = self.sudo().filtered(  # compared only
                lambda move: move.origin_payment_id and move.state == "posted"
            )
            get_changed(posted, vals, ENTRY_FIELDS).with_env(self.env)._check_payments_kept()
        return super().write(vals)

    def _check_payments_kept(self):
        """Refuse to take back or to change the entries of valid payments alone.

        :raise DocumentError: codes ``period_closed``, ``document_validated``
        """
        payments = self.sudo().origin_payment_id  # their state decides
        if payments._get_valid():
            self.check_access("write")
            payments.with_env(self.env)._refuse_entry_change()


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line"]

    @override
    def write(self, vals):
        if not AMOUNT_FIELDS.isdisjoint(vals):
            paid = self.sudo().filtered("move_id.origin_payment_id")  # compared only
            if paid:
                changed = get_changed(paid, vals, AMOUNT_FIELDS).with_env(self.env)
                changed.move_id._check_payments_kept()
        return super().write(vals)


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment"]

    def _refuse_entry_change(self):
        """Refuse what would change the entries of the valid ones.

        :raise DocumentError: code ``document_validated``
        """
        for payment in self._get_valid().filtered(lambda payment: payment._is_sealable()):
            raise payment._refuse(
                speaking(self.env)._(
                    "This is the journal entry of the validated payment %(payment)s, and does not "
                    "change by itself. Reset the payment to draft, which is recorded, or enter a "
                    "payment of the opposite amount.",
                    payment=payment.display_name,
                ),
                "document_validated",
            )
