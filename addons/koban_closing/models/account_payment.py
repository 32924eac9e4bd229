from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import is_same_value
from odoo.addons.koban_guard.tools.pipeline import insert_step
from odoo.addons.koban_invoice.models.account_payment import VALID_STATES

from ..tools.writer import open_closing

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
        self._record_late(run.told["gate"])

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

    def _record_late(self, late):
        """Have the next closing count what was recorded in a closed month."""
        Late = self.env["koban.closing.late"].sudo()  # counted for the company, whoever records
        # The host validates a payment from within its own validation.
        known = Late.search([("res_model", "=", self._name), ("res_id", "in", list(late))])
        payments = self.filtered(lambda payment: payment.id in late)
        payments -= self.browse(known.mapped("res_id"))
        values = [
            {
                "company_id": payment.company_id.id,
                "res_model": self._name,
                "res_id": payment.id,
                "name": payment.display_name,
                "date": payment.date,
                "exception_id": late[payment.id].id,
            }
            for payment in payments
        ]
        with open_closing(self.env):
            Late.create(values)
