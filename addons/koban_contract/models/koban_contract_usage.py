from dataclasses import dataclass, replace
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.koban_document.tools.numbers import format_number
from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..periods import ONE_DAY, Period
from ..proration import get_share, round_half_up, to_fraction
from ..usage import UsageError, get_reading_day, price_usage
from .koban_contract_schedule import BILLED_STATES, DuePeriod
from .koban_contract_type_usage import GRACE_DAYS


@dataclass(frozen=True, slots=True)
class UsagePeriod(DuePeriod):
    """A period of a usage line that is to be billed.

    :param readings: records of ``koban.meter.reading`` from the last one used on, in order
    :param included: volume that it does not bill; by default, its own alone
    """

    readings: models.BaseModel | None = None
    included: float | None = None


@dataclass(frozen=True, slots=True)
class MeterSpan:
    """What billing has counted on a meter for a period.

    :param first: record of ``koban.meter.reading`` that it starts from
    :param last: the one that it ends at
    :param date_to: last day of the period
    :param included: volume that the period does not bill
    """

    first: models.BaseModel
    last: models.BaseModel
    date_to: date
    included: float

    def get_carried(self) -> float:
        """Return the included volume that goes on to the next period.

        It goes with the consumption: of a period that measured nothing. What was consumed before
        the meter was first read is never counted, so nothing goes on from there.
        """
        if not self.first or self.first != self.last:
            return 0.0
        is_unread = self.first.date > self.date_to and not self.first._get_previous()
        return 0.0 if is_unread else self.included


class KobanContract(models.Model):
    """Consumption: due once the period has ended and its meter was read.

    What a period consumed is the reading at its end less the last one used before. The reading
    at its end is the first one from its last day to the end of the days of grace; if there is
    none but a later one, the last before its end. So what is consumed is billed once, in
    this period or in the next. What a period includes goes on with it.
    """

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    reading_grace_days = fields.Integer(
        string="Reading Grace (Days)",
        compute="_compute_reading_grace_days",
        store=True,
        readonly=False,
        precompute=True,
        help="A meter reading made so many days after a period at most still ends it.",
    )
    reading_due_date = fields.Date(
        string="Reading Expected",
        compute="_compute_next_invoice_date",
        store=True,
        index="btree_not_null",
        help="Last day of the first period that waits for its meter reading.",
    )
    awaits_reading = fields.Boolean(
        compute="_compute_awaits_reading",
        search="_search_awaits_reading",
        help="A period has ended without its meter reading: it is not billed yet.",
    )
    has_usage = fields.Boolean(compute="_compute_has_usage")
    reading_ids = fields.One2many("koban.meter.reading", "contract_id", copy=False)
    reading_count = fields.Integer(string="Readings", compute="_compute_reading_count")

    _grace_positive = models.Constraint(
        "CHECK(reading_grace_days >= 0)", "The days of grace cannot be negative."
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("type_id")
    def _compute_reading_grace_days(self):
        for contract in self:
            contract.reading_grace_days = (
                contract.type_id.reading_grace_days if contract.type_id else GRACE_DAYS
            )

    @api.depends("line_ids.charge")
    def _compute_has_usage(self):
        for contract in self:
            contract.has_usage = "usage" in contract.line_ids.mapped("charge")

    @api.depends("reading_ids")
    def _compute_reading_count(self):
        counts = dict(
            self.env["koban.meter.reading"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.reading_count = counts.get(contract._origin, 0)

    @api.depends("line_ids.reading_ids.date", "suspension_ids.date_from", "suspension_ids.date_to")
    def _compute_next_invoice_date(self):
        super()._compute_next_invoice_date()
        read = self.filtered(lambda contract: contract._get_usage_lines())
        opened = read._get_open_periods()
        for contract in self:
            if contract.next_invoice_date == date.max:
                contract.next_invoice_date = False  # it only waits for readings
            awaited = [
                contract._get_awaited_day(line, opened) for line in contract._get_usage_lines()
            ]
            contract.reading_due_date = min(filter(None, awaited), default=False)

    @api.depends("reading_due_date")
    @api.depends_context("uid")  # today, where the user is
    def _compute_awaits_reading(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.awaits_reading = (
                bool(contract.reading_due_date) and contract.reading_due_date < today
            )

    @api.model
    def _search_awaits_reading(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("reading_due_date", "<", fields.Date.context_today(self))
        return Domain.OR(late if wanted else ~late for wanted in set(value))

    def _get_usage_lines(self):
        return self._get_billed_lines().filtered(lambda line: line.charge == "usage")

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def _get_due_day(self, line, period):
        """``date.max`` for a consumption that nobody has read yet."""
        day = super()._get_due_day(line, period)
        if line.charge != "usage" or self._is_suspended(period):
            return day
        # The first reading only says where the meter stood.
        days = line._get_reading_dates()[1:]
        read = next((read for read in days if read >= period.date_to), date.max)
        return max(day, read)

    def _get_expected_day(self, line, period):
        """A meter that nobody has read yet is expected to be read in time."""
        day = super()._get_expected_day(line, period)
        return period.date_to + ONE_DAY if day == date.max else day

    def _is_suspended(self, period) -> bool:
        return not get_share(period, period, "none", self._get_suspended())

    def _get_suspended(self) -> list[Period]:
        return [Period(one.date_from, one.date_to) for one in self.suspension_ids]

    def _get_awaited_day(self, line, opened):
        """Return the last day of the period of a usage line that waits for its reading.

        :param opened: as :meth:`_get_open_periods` returns it
        """
        if line.charge != "usage" or self.state not in BILLED_STATES:
            return False
        periods = [period for row, period in self._iter_open_periods(opened) if row.line_id == line]
        new = next(self._iter_new_periods(line), None)
        for period in [*periods, *([new] if new else [])]:
            if self._get_due_day(line, period) == date.max:
                return period.date_to
        return False

    # ------------------------------------------------------------------
    # How much
    # ------------------------------------------------------------------
    def _find_due(self, day):
        due = super()._find_due(day)
        usage = [item for item in due if item.line.charge == "usage" and item.share]
        if not usage:
            return due
        spans = self._get_reading_spans()
        found = {}
        for item in sorted(usage, key=lambda item: item.period.date_from):
            meter = spans.setdefault(item.line._get_meter_line(), {})
            found[item] = item.line.contract_id._prepare_usage(item, meter)
        return [found.get(item, item) for item in due]

    def _prepare_usage(self, item, spans) -> UsagePeriod:
        """Return a period with what it counts, and add that to the spans.

        :param spans: ``{first day of a period: MeterSpan}`` of the meter
        """
        readings = self._get_span(item, spans)
        usage = UsagePeriod(item.line, item.period, item.share, item.row, readings=readings)
        before = self._get_span_before(item, spans)
        carried = before.get_carried() if before else 0.0
        # As fractions: a sum of floats would not be printed as it is.
        included = float(to_fraction(self._get_included_volume(usage)) + to_fraction(carried))
        spans[item.period.date_from] = MeterSpan(
            readings[:1], readings[-1:], item.period.date_to, included
        )
        return replace(usage, included=included)

    def _get_reading_spans(self) -> dict:
        """Return between which readings billing has counted.

        :return: ``{line of the meter: {first day of the period: MeterSpan}}``
        """
        # The ledger, for whoever may bill.
        rows = (
            self.env["koban.contract.period"]
            .sudo()
            .search(
                [
                    ("contract_id", "in", self.ids),
                    ("state", "=", "billed"),
                    ("reading_to_id", "!=", False),
                ]
            )
        )
        spans = {}
        for row in rows.with_env(self.env):
            meter = spans.setdefault(row.line_id._get_meter_line(), {})
            meter[row.date_from] = MeterSpan(
                row.reading_from_id, row.reading_to_id, row.date_to, row.included
            )
        return spans

    def _prepare_billed(self, row):
        due = super()._prepare_billed(row)
        if not row.reading_to_id:
            return due
        first, last = row.reading_from_id.date, row.reading_to_id.date
        readings = row.line_id._get_readings()
        return UsagePeriod(
            due.line,
            due.period,
            due.share,
            row,
            readings=readings.filtered(lambda reading: first <= reading.date <= last),
            # Rows written before they kept it have none: their own.
            included=row.included or None,
        )

    def _get_span_before(self, item, spans) -> MeterSpan | None:
        """Return what the meter counted for the last period before, if any.

        :param spans: as :meth:`_prepare_usage` takes them
        """
        before = max((day for day in spans if day < item.period.date_from), default=None)
        return spans[before] if before else None

    def _get_span(self, item, spans):
        """Return the readings of a period: from the last one used before to the one at its end.

        :param spans: as :meth:`_prepare_usage` takes them
        """
        readings = item.line._get_readings()
        before = self._get_span_before(item, spans)
        after = min((day for day in spans if day > item.period.date_from), default=None)
        first = before.last if before else readings[:1]
        if not first:
            return readings
        if after:
            last = spans[after].first.date
        else:
            days = readings.mapped("date")
            last = get_reading_day(days, first.date, item.period.date_to, self.reading_grace_days)
        return readings.filtered(lambda reading: first.date <= reading.date <= last)

    def _get_included_volume(self, item) -> float:
        """Return the volume that a period does not bill.

        That is its own, prorated as prices are, and what periods without a reading carried on.
        """
        if item.included is not None:
            return item.included
        included = item.line.included_volume
        if not included:
            return 0.0
        full = self._get_rhythm().get_full(item.period.date_from)
        share = get_share(item.period, full, self.proration, self._get_suspended())
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        step = to_fraction(f"1e-{digits}")
        return float(round_half_up(to_fraction(included) * share, step))

    def _get_usage_tiers(self, item) -> list:
        """Return the prices of a consumption, as in force on the first day of the period."""
        return item.line._get_tiers(self._get_period_price(item))

    def _price_usage(self, item) -> list:
        """Return what each tier of a consumption costs.

        :raise DocumentError: codes ``contract_reading``, ``contract_tiers``
        """
        consumed = item.readings._get_consumed()
        included = self._get_included_volume(item)
        try:
            return price_usage(consumed, included, self._get_usage_tiers(item))
        except UsageError as error:
            item.line._raise_tiers(item.line._get_tier_problem(error.code))

    def _get_period_amount(self, item):
        if not isinstance(item, UsagePeriod):
            return super()._get_period_amount(item)
        rest = 1 - (item.line.discount or 0.0) / 100
        return self.currency_id.round(
            sum(
                self.currency_id.round(part.quantity * part.price_unit * rest)
                for part in self._price_usage(item)
            )
        )

    # ------------------------------------------------------------------
    # The ledger
    # ------------------------------------------------------------------
    def _prepare_row(self, item):
        values = super()._prepare_row(item)
        if isinstance(item, UsagePeriod):
            values |= {
                "reading_from_id": item.readings[:1].id,
                "reading_to_id": item.readings[-1:].id,
                "consumed": item.readings._get_consumed(),
                "included": self._get_included_volume(item),
            }
        return values

    def _write_ledger(self, due):
        """Write what is billed again as it is now: readings and suspensions may have changed."""
        rows = super()._write_ledger(due)
        for contract, items in due.items():
            for item in items:
                if item.row:
                    values = contract._prepare_row(item)
                    changed = {
                        name: value
                        for name, value in values.items()
                        if item.row._fields[name].convert_to_write(item.row[name], item.row)
                        != value
                    }
                    if changed:
                        item.row.sudo().write(changed)  # written by billing alone
        return rows

    # ------------------------------------------------------------------
    # The invoice
    # ------------------------------------------------------------------
    def _prepare_invoice_lines(self, due, rows, grouped):
        lines = super()._prepare_invoice_lines(due, rows, grouped)
        billed = [line for line in lines if line.get("contract_period_id")]
        # Nobody is sent an invoice that says that all was included.
        return lines if any(line["quantity"] for line in billed) else []

    def _prepare_period_lines(self, item, row):
        if not isinstance(item, UsagePeriod):
            return super()._prepare_period_lines(item, row)
        tiers = self._get_usage_tiers(item)
        parts = self._price_usage(item)
        if not parts:
            line = self._prepare_invoice_line(item, row)
            return [{**line, "quantity": 0.0, "price_unit": tiers[0].price}]
        lines = []
        for part in parts:
            line = self._prepare_invoice_line(item, row)
            line |= {"quantity": part.quantity, "price_unit": part.price_unit}
            if len(tiers) > 1:
                line["name"] += "\n" + self._get_tier_text(part)
            lines.append(line)
        return lines

    def _get_billed_name(self, item):
        name = super()._get_billed_name(item)
        if isinstance(item, UsagePeriod) and len(item.readings) > 1:
            name += "\n" + self._get_reading_text(item)
        return name

    def _get_customer_env(self):
        return speaking(self.with_context(lang=self.partner_id.lang).env)

    def _get_reading_text(self, item) -> str:
        """Return what the meter showed, as the customer can check it."""
        env = self._get_customer_env()
        readings = item.readings.with_env(env)
        shown, start = [], readings[0]
        for reading in readings[1:]:
            if reading.is_meter_change:
                shown.append((start.value, reading.old_value))
                start = reading
        shown.append((start.value, readings[-1].value))
        spans = [
            f"{format_number(env, first)} → {format_number(env, last)}" for first, last in shown
        ]
        text = env._(
            "Reading from %(first)s to %(last)s: %(values)s",
            first=format_date(env, readings[0].date),
            last=format_date(env, readings[-1].date),
            values=env._(", new meter: ").join(spans),
        )
        included = self._get_included_volume(item)
        if included:
            text += env._(", of which %s included", format_number(env, included))
        return text

    def _get_tier_text(self, part) -> str:
        env = self._get_customer_env()
        first = format_number(env, part.label_from)
        if part.label_to is None:
            return env._("Above %s", first)
        last = format_number(env, part.label_to)
        return env._("From %(first)s to %(last)s", first=first, last=last)

    @public
    def action_open_readings(self) -> dict:
        """Open the meter readings of these contracts, to enter or see them."""
        lines = self._get_usage_lines()
        meters = self.env["koban.contract.line"].union(*(line._get_meter_line() for line in lines))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meter Readings"),
            "res_model": "koban.meter.reading",
            "domain": [("contract_id", "in", self.ids)],
            "context": {"default_line_id": meters.id if len(meters) == 1 else False},
            "views": [(False, "list")],
        }
