from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import is_same_value
from odoo.addons.koban_guard.tools.pipeline import Run, insert_step
from odoo.addons.koban_invoice.models.account_payment import VALID_STATES

from ..tools.writer import count_later

# What closings and their totals per payment method are made of.
COUNTED_FIELDS = (
    "amount",
    "company_id",
    "currency_id",
    "date",
    "journal_id",
    "partner_type",
    "payment_method_line_id",
    "payment_type",
)


class AccountPayment(models.Model):
    """Payments of customers and closed periods (rows 2-60 and 2-62b)."""

    _inherit = "account.payment"

    _received_idx = models.Index(
        "(company_id, date) WHERE partner_type = 'customer' AND state IN ('in_process', 'paid')"
    )

    @api.model
    def _get_validation_steps(self):
        return insert_step(super()._get_validation_steps(), "gate", before="key")

    def _validate_gate(self, run):
        run.told["gate"] = self._check_open_periods(run.options["date"])

    def _validated_gate(self, run):
        if isinstance(run, Run):  # which no code typed in a client has
            count_later(self, run.told["gate"], "date", "display_name")

    @override
    def write(self, vals):
        self._get_valid()._check_still_open(vals)
        return super().write(vals)

    @override
    def unlink(self):
        self.filtered(lambda payment: payment.state in VALID_STATES)._refuse_closed()
        return super().unlink()

    @api.model
    def _get_first_received_date(self, company):
        """Return the date of the first valid customer payment of a company, or None."""
        first = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_type", "=", "customer"),
                ("state", "in", VALID_STATES),
            ],
            order="date",
            limit=1,
        )
        return first.date or None

    # ------------------------------------------------------------------
    # Closed periods
    # ------------------------------------------------------------------
    def _check_open_periods(self, new_date=None) -> dict:
        """Refuse payments dated in a closed month; keep closings out until they are in.

        :return: the exception that lets each late payment in, by payment id
        :raise DocumentError: code ``period_closed``
        """
        payments = self.filtered(lambda payment: payment._is_sealable())
        if not payments:
            return {}
        closed = self.env["koban.closing.gate"]._hold(payments.company_id)
        late = {}
        for payment in payments:
            day = fields.Date.to_date(new_date) or payment.date
            last = closed[payment.company_id.id]
            if last and day <= last:
                late[payment.id] = payment.company_id._get_closing_exception(day)
                if not late[payment.id]:
                    payment._raise_period_closed(day, last)
        return late

    def _check_still_open(self, vals):
        """Refuse to change what a closing has counted, or to enter a closed month.

        :raise DocumentError: code ``period_closed``
        """
        leaving = "state" in vals and vals["state"] not in VALID_STATES
        names = [name for name in COUNTED_FIELDS if name in vals]
        if not names and not leaving:
            return
        changed = self.filtered(
            lambda payment: (
                leaving
                or any(not is_same_value(self._fields[name], payment, vals[name]) for name in names)
            )
        )
        changed._refuse_closed()
        if vals.get("date"):
            changed._check_open_periods(vals["date"])

    def _refuse_closed(self):
        """Refuse to take back payments that a closing has counted.

        :raise DocumentError: code ``period_closed``
        """
        payments = self.filtered(lambda payment: payment._is_sealable())
        if not payments:
            return
        closed = self.env["koban.closing.gate"]._hold(payments.company_id)
        for payment in payments:
            last = closed[payment.company_id.id]
            if last and payment.date <= last:
                env = speaking(self.env)
                raise payment._refuse(
                    env._(
                        "%(payment)s of %(date)s is counted in the closing of %(month)s: it can "
                        "no longer be changed or cancelled. Record the opposite payment at "
                        "today's date.",
                        payment=payment.with_env(env).display_name,
                        date=format_date(env, payment.date),
                        month=env["koban.closing"]._get_month_name(payment.date),
                    ),
                    "period_closed",
                )

    def _refuse_entry_change(self):
        self._get_valid()._refuse_closed()
        return super()._refuse_entry_change()

    def _raise_period_closed(self, day, last):
        env = speaking(self.env)
        raise self._refuse(
            env._(
                "The payment of %(partner)s cannot be recorded with the date %(date)s: %(month)s "
                "is closed. First open date: %(open_date)s.",
                partner=self.partner_id.display_name or self.with_env(env).display_name,
                date=format_date(env, day),
                month=env["koban.closing"]._get_month_name(day),
                open_date=format_date(env, last + timedelta(days=1)),
            ),
            "period_closed",
            first_open_date=fields.Date.to_string(last + timedelta(days=1)),
        )
