from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.passes import open_pass

from ..periods import ONE_DAY, Period
from ..proration import get_share

BILLED_STATES = ("running", "closed")


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """A period of a line that is to be billed.

    :param line: record of ``koban.contract.line``
    :param period: its days
    :param share: part of a whole period that they are; 0 when suspended
    :param row: its row in the ledger when it was billed and reopened, else empty
    :param price: to bill it at; by default the one in force on its first day
    """

    line: models.BaseModel
    period: Period
    share: Fraction
    row: models.BaseModel
    price: float | None = None


class KobanContract(models.Model):
    """Which periods are to be billed, and when (row 2-67)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    next_invoice_date = fields.Date(
        string="Next Invoice",
        compute="_compute_next_invoice_date",
        store=True,
        index=True,
        help="Day from which the next period can be billed.",
    )
    is_due = fields.Boolean(string="Due", compute="_compute_is_due")
    has_open_periods = fields.Boolean(
        string="Periods to Bill Again", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _get_business_fields(self):
        """What billing alone notes about a contract."""
        return super()._get_business_fields() | {"has_open_periods"}

    def _note_open_periods(self):
        """Note that periods are to be billed again."""
        self._claim()
        self._mark_open_periods()
        self.modified(["has_open_periods"])

    def _claim(self):
        """Keep billing out until the transaction ends; what began to bill before starts again.

        A lock alone would let it go on with what it read before.
        """
        self.env.cr.execute(SQL("UPDATE koban_contract SET id = id WHERE id = ANY(%s)", self.ids))

    def _mark_open_periods(self, are_open=True):
        changed = self.filtered(lambda contract: contract.has_open_periods != are_open)
        with open_pass(changed, fields={"has_open_periods"}):
            changed.has_open_periods = are_open

    def _forget_open_periods(self):
        """Note that nothing is left to bill again, where that is so."""
        left = self._get_open_periods() if self else {}
        self.filtered(lambda contract: contract not in left)._mark_open_periods(False)
        self.modified(["has_open_periods"])

    @api.depends(
        "state", "date_start", "date_end", "close_date", "interval_count", "interval_unit",
        "is_aligned", "timing", "has_open_periods", "line_ids.display_type", "line_ids.charge",
        "line_ids.date_start", "line_ids.date_end", "line_ids.billed_to",
    )  # fmt: skip
    def _compute_next_invoice_date(self):
        opened = self._get_open_periods()
        for contract in self:
            days = []
            if contract.state in BILLED_STATES:
                for line in contract._get_billed_lines():
                    period = next(contract._iter_new_periods(line), None)
                    if period:
                        days.append(contract._get_due_day(line, period))
                days += [
                    contract._get_due_day(row.line_id, period)
                    for row, period in contract._iter_open_periods(opened)
                ]
            contract.next_invoice_date = min(days, default=False)

    @api.depends("next_invoice_date")
    @api.depends_context("tz", "uid")
    def _compute_is_due(self):
        # The user's day: the view's own is that of the machine the browser runs on.
        today = fields.Date.context_today(self)
        for contract in self:
            day = contract.next_invoice_date
            contract.is_due = bool(day) and day <= today

    @api.model
    def _find_before_closing(self, company, date_from, date_to):
        """Yield contracts of customers with a period that was to be billed by the closing."""
        contracts = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "sale"),
                ("state", "in", BILLED_STATES),
                ("next_invoice_date", "<=", date_to),
            ]
        )
        message = self.env._(
            "Contract periods not billed: bill these contracts, or their invoices will be dated "
            "after the closing."
        )
        yield "contract_periods", message, contracts

    def _get_open_periods(self) -> dict:
        """Return the rows of the ledger to bill again: ``{contract: periods}``."""
        contracts = self.filtered("has_open_periods")
        if not contracts:
            return {}
        Period_ = self.env["koban.contract.period"]
        rows = Period_.search(
            [("contract_id", "in", contracts.ids), ("state", "=", "open")], order="date_from, id"
        )
        return rows.grouped("contract_id")

    def _iter_open_periods(self, opened) -> Iterator[tuple]:
        """Yield the rows to bill again, each with its days up to the end of its line.

        What begins after the end stays open: it is due again if the end is put off.

        :param opened: as :meth:`_get_open_periods` returns it
        """
        self.ensure_one()
        for row in opened.get(self, ()):
            last = row.line_id._get_last_day() or row.date_to
            if row.date_from <= last:
                yield row, Period(row.date_from, min(row.date_to, last))

    def _get_billed_lines(self):
        """Return the lines that billing looks at."""
        return self.line_ids.filtered(lambda line: not line.display_type)

    def _get_due_day(self, line, period) -> date:
        """Return the day from which a period can be billed."""
        self.ensure_one()
        if line.charge == "once":
            return period.date_from
        late = self.timing == "arrears" or line.charge == "usage"
        return period.date_to + ONE_DAY if late else period.date_from

    def _get_expected_day(self, line, period) -> date:
        """Return the day on which a period is expected to be billed."""
        return self._get_due_day(line, period)

    def _iter_new_periods(self, line) -> Iterator[Period]:
        """Yield the periods of a line that were never billed, in order."""
        self.ensure_one()
        first, last = line._get_first_day(), line._get_last_day()
        if line.charge == "once":
            if not line.billed_to and (not last or first <= last):
                yield Period(first, first)
            return
        if line.billed_to:
            first = max(first, line.billed_to + ONE_DAY)
        if last is None or first <= last:
            yield from self._get_rhythm().split(first, last)

    def _find_due(self, day: date) -> list[DuePeriod]:
        """Return what is to be billed on a day, missed periods included, in order of date.

        :param day: of the billing
        """
        opened = self._get_open_periods()
        return [
            item
            for contract in self
            for item in contract._iter_due(day, opened, contract._get_due_day)
        ]

    def _iter_due(self, last: date, opened, get_day) -> Iterator[DuePeriod]:
        """Yield the periods of a contract that come up to a day.

        :param opened: as :meth:`_get_open_periods` returns it
        :param get_day: tells the day of a period from its line and itself
        """
        Row = self.env["koban.contract.period"]
        for row, period in self._iter_open_periods(opened):
            if get_day(row.line_id, period) <= last:
                yield self._prepare_due(row.line_id, period, row)
        for line in self._get_billed_lines():
            for period in self._iter_new_periods(line):
                if get_day(line, period) > last:
                    break
                yield self._prepare_due(line, period, Row)

    def _prepare_due(self, line, period, row) -> DuePeriod:
        if line.charge == "once":  # owed whatever is suspended
            return DuePeriod(line, period, Fraction(1), row)
        full = self._get_rhythm().get_full(period.date_from)
        suspended = [
            Period(suspension.date_from, suspension.date_to) for suspension in self.suspension_ids
        ]
        rule = "none" if line.charge != "recurring" else self.proration
        share = get_share(period, full, rule, suspended)
        first = max(full.date_from, line._get_first_day())
        if line.charge == "recurring" and rule == "none" and first < period.date_from:
            # Cut by an end that was put off, its first part has paid for the whole.
            before = Period(first, period.date_from - ONE_DAY)
            share -= get_share(before, full, rule, suspended)
        return DuePeriod(line, period, max(share, Fraction(0)), row)
