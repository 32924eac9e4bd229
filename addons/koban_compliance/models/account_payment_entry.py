from odoo import models

from odoo.addons.koban_document.exceptions import DocumentError, speaking
from odoo.addons.koban_document.guard import get_changed

OPENED_STATES = ("draft", "cancel")
AMOUNT_FIELDS = frozenset({"debit", "credit", "balance", "amount_currency"})


class AccountMove(models.Model):
    """The entry of a validated payment: what it amounts to is part of what was sealed."""

    _name = "account.move"
    _inherit = ["account.move"]

    def write(self, vals):
        if vals.get("state") in OPENED_STATES:
            # Taking the payment itself back changes its state before that of its entry.
            self.origin_payment_id._check_entry_kept()
        return super().write(vals)


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line"]

    def write(self, vals):
        if not AMOUNT_FIELDS.isdisjoint(vals):
            paid = self.filtered("move_id.origin_payment_id")
            changed = get_changed(paid, vals, AMOUNT_FIELDS)
            changed.move_id.origin_payment_id._check_entry_kept()
        return super().write(vals)


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment"]

    def _check_entry_kept(self):
        """Refuse to take back or to change the entries of valid payments alone.

        :raise DocumentError: codes ``period_closed``, ``document_validated``
        """
        valid = self._get_valid().filtered(lambda payment: payment._is_sealable())
        valid._refuse_closed()
        for payment in valid:
            raise DocumentError(
                speaking(self.env)._(
                    "This is the journal entry of the validated payment %(payment)s, and does not "
                    "change by itself. Reset the payment to draft, which is recorded, or enter a "
                    "payment of the opposite amount.",
                    payment=payment.display_name,
                ),
                "document_validated",
                model=self._name,
                ids=payment.ids,
            )
