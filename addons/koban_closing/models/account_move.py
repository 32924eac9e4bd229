from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.pipeline import Run, insert_step
from odoo.addons.koban_invoice.tools import invoice_dates

from ..tools.writer import count_later
from .period_totals_mixin import TURNOVER_TYPES


class AccountMove(models.Model):
    """Customer invoices and closed periods (rows 2-60, 3-22 and 3-23)."""

    _inherit = "account.move"

    # For the totals of a period: the cost must not follow the history.
    _turnover_idx = models.Index(
        "(company_id, invoice_date) WHERE state = 'posted' "
        "AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    is_period_closed = fields.Boolean(
        string="Date in a Closed Period",
        compute="_compute_is_period_closed",
        help="The draft cannot be validated with this date.",
    )
    first_open_date = fields.Date(compute="_compute_is_period_closed")

    @api.depends("state", "invoice_date", "company_id", "move_type")
    def _compute_is_period_closed(self):
        drafts = self.filtered(lambda move: move.state == "draft" and move._has_closing_date())
        closed = drafts.company_id._get_closed_days()
        for move in self:
            last = closed.get(move.company_id.id) if move in drafts else None
            move.first_open_date = last and last + timedelta(days=1)
            move.is_period_closed = bool(
                last
                and move.invoice_date
                and move.invoice_date <= last
                and not move.company_id._get_closing_exception(move.invoice_date)
            )

    @api.depends("is_period_closed")
    def _compute_tax_lock_date_message(self):
        super()._compute_tax_lock_date_message()
        # The host announces another accounting date; here the validation is refused.
        self.filtered("is_period_closed").tax_lock_date_message = False

    def _has_closing_date(self) -> bool:
        """Whether the date of the document says in which closing it counts."""
        self.ensure_one()
        # Entries have no invoice date: the lock date of the host moves their accounting date.
        # TEST documents count in none.
        counts = self.move_type in TURNOVER_TYPES and not self.is_test
        return counts and self._is_guard_enabled()

    @api.model
    def _get_first_turnover_date(self, company):
        """Return the date of the first validated invoice of a company, or None."""
        first = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("move_type", "in", TURNOVER_TYPES),
                ("invoice_date", "!=", False),
            ],
            order="invoice_date",
            limit=1,
        )
        return first.invoice_date or None

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @api.model
    def _get_validation_steps(self):
        return insert_step(super()._get_validation_steps(), "gate", before="key")

    def _validate_gate(self, run):
        run.told["gate"] = self._check_open_periods(run.options["soft"])

    def _validated_gate(self, run):
        if isinstance(run, Run):  # which no code typed in a client has
            count_later(self, run.told["gate"], "invoice_date", "name")

    def _check_open_periods(self, soft) -> dict:
        """Refuse documents dated in a closed month; keep closings out until they are in.

        :return: the exception that lets each late document in, by document id
        :raise DocumentError: code ``period_closed``
        """
        today = fields.Date.context_today(self)
        moves = self.filtered(
            lambda move: (
                move._has_closing_date()
                and not (soft and move.date > today)  # validated on that day only
            )
        )
        if not moves:
            return {}
        closed = self.env["koban.closing.gate"]._hold(moves.company_id)
        late = {}
        for move in moves:
            day, last = move.invoice_date or today, closed[move.company_id.id]
            if last and day <= last:
                late[move.id] = move.company_id._get_closing_exception(day)
                if not late[move.id]:
                    move._raise_period_closed(day, last)
        return late

    def _raise_period_closed(self, day, last):
        env = speaking(self.env)
        raise self._refuse(
            env._(
                "%(document)s cannot be validated with the date %(date)s: %(month)s is closed. "
                "First open date: %(open_date)s.",
                document=self.with_env(env).display_name,
                date=format_date(env, day),
                month=env["koban.closing"]._get_month_name(day),
                open_date=format_date(env, last + timedelta(days=1)),
            ),
            "period_closed",
            first_open_date=fields.Date.to_string(last + timedelta(days=1)),
        )

    def _get_date_policy(self):
        policy = super()._get_date_policy()
        last = policy == "block" and self.company_id._get_closed_days().get(self.company_id.id)
        day = self._get_document_day()
        # Whoever may validate in a closed month may date it there; the journal tells it.
        excused = last and day <= last and self.company_id._get_closing_exception(day)
        return "warn" if excused else policy

    def _find_date_faults(self, last):
        """Propose no date that the gate refuses: the first right one is in no closed month."""
        faults = super()._find_date_faults(last)
        closed = self.company_id._get_closed_days() if faults else {}
        excused = {}
        for move, fault in faults.items():
            company, end = move.company_id, closed.get(move.company_id.id)
            if not end or fault.right > end or not move._has_closing_date():
                continue
            if (company, fault.right) not in excused:
                excused[company, fault.right] = bool(company._get_closing_exception(fault.right))
            if not excused[company, fault.right]:
                faults[move] = replace(fault, right=end + timedelta(days=1))
        return faults

    @public
    def action_use_first_open_date(self) -> bool:
        """Give drafts dated in a closed month the first open date (row 3-23)."""
        self.check_access("write")
        for move in self.filtered("is_period_closed"):
            move.invoice_date = move.first_open_date
        return True

    @api.model
    def _get_cancellation_steps(self):
        return insert_step(super()._get_cancellation_steps(), "gate", before="open")

    def _cancel_gate(self, run):
        """Refuse a credit note dated in a closed month, even as a draft (row 2-59).

        :raise DocumentError: code ``period_closed``
        """
        day, closed = run.options["date"], self.company_id._get_closed_days()
        for move in self.filtered(lambda move: move._has_closing_date()):
            last = closed.get(move.company_id.id)
            if last and day <= last and not move.company_id._get_closing_exception(day):
                move._raise_credit_note_closed(day)

    def _raise_credit_note_closed(self, day):
        env = speaking(self.env)
        today = invoice_dates.get_today(self, self.company_id[:1])
        raise self._refuse(
            env._(
                "The credit note of %(document)s cannot be dated %(date)s: %(month)s is closed. "
                "Date it today, %(today)s.",
                document=self.with_env(env).display_name,
                date=format_date(env, day),
                month=env["koban.closing"]._get_month_name(day),
                today=format_date(env, today),
            ),
            "period_closed",
            first_open_date=fields.Date.to_string(today),
        )
