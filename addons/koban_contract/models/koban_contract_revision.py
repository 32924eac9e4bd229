from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from ..index_file import get_period_start
from ..indexation import IndexationError, IndexTerms, check_span
from ..periods import add_interval, months_of
from .koban_index import INDEX_DIGITS
from .koban_price_revision import REVISION_KINDS

CONTRACT_KINDS = [("none", "None"), *REVISION_KINDS]
MODES = [("base", "From the Base Value"), ("chained", "From the Last Revision")]
VALUE_RULES = [("known", "Last Published"), ("real", "Of the Reference Period")]
UNPUBLISHED = [("wait", "Wait"), ("provisional", "Bill Provisionally")]
# The job that brings amounts up to date may have missed some nights.
REVISED_SINCE = timedelta(days=7)


class KobanContract(models.Model):
    """What a contract says of its prices' revision (issue 5 §4, law.md §7)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    revision_kind = fields.Selection(CONTRACT_KINDS, required=True, default="none")
    revision_months = fields.Integer(
        string="Revised Every", default=12, required=True, help="Months between two revisions."
    )
    first_revision_date = fields.Date(
        string="First Revision", help="Empty: one interval after the start of the commitment."
    )
    revision_percent = fields.Float(string="Revision (%)", digits=INDEX_DIGITS)
    revision_amount = fields.Float(
        string="Revision (Amount)", digits="Product Price", help="Added to each unit price."
    )
    index_id = fields.Many2one("koban.index", ondelete="restrict", index="btree_not_null")
    index_mode = fields.Selection(MODES, default="base", required=True)
    index_value_rule = fields.Selection(
        VALUE_RULES,
        string="Value Taken",
        default="known",
        required=True,
        help="The last value published on the day of the revision, or the one of the period in "
        "which it falls.",
    )
    index_unpublished = fields.Selection(
        UNPUBLISHED,
        string="If not Published",
        default="wait",
        required=True,
        help="Until the value of the reference period is published, the old price is billed, or "
        "a provisional one with the last known value. The difference is then billed or credited.",
    )
    index_lag = fields.Integer(
        string="Lag (Months)", help="The value looked at is the one of so many months before."
    )
    base_period = fields.Date(
        compute="_compute_base_period",
        store=True,
        readonly=False,
        precompute=True,
        help="Month or quarter of the base value.",
    )
    base_value = fields.Float(
        compute="_compute_base_value",
        store=True,
        readonly=False,
        precompute=True,
        digits=INDEX_DIGITS,
        help="Value of the index that the prices of the contract stand for.",
    )
    fixed_part = fields.Float(
        digits=INDEX_DIGITS,
        help="Part of the price that does not follow the index, from 0 to 1: "
        "price × (fixed part + rest × new value / base value).",
    )
    has_floor = fields.Boolean(string="Floor")
    revision_floor = fields.Float(
        string="Floor (%)",
        digits=INDEX_DIGITS,
        help="Least change, in % of the price in force: 0 for never down.",
    )
    has_cap = fields.Boolean(string="Cap")
    revision_cap = fields.Float(
        string="Cap (%)", digits=INDEX_DIGITS, help="Greatest change, in % of the price in force."
    )
    revision_rounding = fields.Float(
        string="Rounding", digits=INDEX_DIGITS, default=0.01, required=True, help="Of a unit price."
    )
    revision_ids = fields.One2many("koban.price.revision", "contract_id", copy=False, readonly=True)
    last_revision_date = fields.Date(compute="_compute_last_revision_date", store=True)
    next_revision_date = fields.Date(
        string="Next Revision", compute="_compute_next_revision_date", store=True, index=True
    )
    is_revision_waiting = fields.Boolean(
        string="Revision Waiting",
        readonly=True,
        copy=False,
        help="The value of the index that the revision needs is not published.",
    )

    _revision_months_positive = models.Constraint(
        "CHECK(revision_months > 0)", "There is at least one month between two revisions."
    )
    _index_lag_positive = models.Constraint(
        "CHECK(index_lag IS NULL OR index_lag >= 0)", "The lag of an index cannot be negative."
    )
    _fixed_part_share = models.Constraint(
        "CHECK(fixed_part IS NULL OR (fixed_part >= 0 AND fixed_part <= 1))",
        "The fixed part is from 0 to 1.",
    )
    _revision_rounding_positive = models.Constraint(
        "CHECK(revision_rounding > 0)", "The rounding of a revised price is positive."
    )
    _floor_below_cap = models.Constraint(
        "CHECK(NOT (has_floor AND has_cap) OR revision_floor <= revision_cap)",
        "The floor of the revision is above its cap.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"is_revision_waiting"}

    @api.model
    def _get_amount_fields(self):
        return (*super()._get_amount_fields(), "line_ids.revision_ids", "last_revision_date")

    @api.model
    def _get_dated_domain(self):
        revised = fields.Date.context_today(self) - REVISED_SINCE
        return super()._get_dated_domain() | fields.Domain("last_revision_date", ">=", revised)

    @api.depends("index_id")
    def _compute_base_period(self):
        for contract in self:
            index, start = contract.index_id, contract.date_start
            if contract.base_period or not index or not start:
                continue
            known = index.value_ids.filtered(
                lambda v, d=start: v.published_on and v.published_on <= d
            ).mapped("period")
            last = contract.index_value_rule == "known" and max(known, default=None)
            contract.base_period = last or contract._get_reference_period(start)

    @api.depends("index_id", "base_period")
    def _compute_base_value(self):
        for contract in self:
            values = contract.index_id.value_ids
            value = values.filtered(lambda v, own=contract: v.period == own.base_period)
            if value or not contract.base_value:
                contract.base_value = value.value

    @api.depends("revision_ids.state", "revision_ids.date_from")
    def _compute_last_revision_date(self):
        for contract in self:
            # A date alone, for whoever reads the contract.
            done = contract.sudo().revision_ids.filtered(lambda r: r.state == "done")
            contract.last_revision_date = max(done.mapped("date_from"), default=False)

    @api.depends(
        "state", "revision_kind", "revision_months", "date_start", "first_revision_date",
        "last_revision_date", "date_end", "renewal", "close_date",
    )  # fmt: skip
    def _compute_next_revision_date(self):
        for contract in self:
            day = False
            if contract.state == "running" and contract.revision_kind != "none":
                day = contract._get_revision_after(contract.last_revision_date)
                last = contract.close_date or (contract.renewal == "none" and contract.date_end)
                if last and day > last:
                    day = False
            contract.next_revision_date = day

    # ------------------------------------------------------------------
    # Days
    # ------------------------------------------------------------------
    def _get_revision_after(self, day: date | None) -> date:
        """Return the first day of revision after a day, or the first of all.

        Anchored: revision n is n intervals after the first one, never after the last one.
        """
        self.ensure_one()
        first, months = self.first_revision_date, self.revision_months
        anchor, count = (first, 0) if first else (self.date_start, 1)
        if day and day > anchor:
            elapsed = (day.year - anchor.year) * 12 + day.month - anchor.month
            count = max(count, elapsed // months)
        while day and add_interval(anchor, count * months, "month") <= day:
            count += 1
        return add_interval(anchor, count * months, "month")

    def _get_price_day(self) -> date:
        """Return the day from which the price that the base value stands for was in force."""
        self.ensure_one()
        if not self.first_revision_date:
            return self.date_start
        before = add_interval(self.first_revision_date, -self.revision_months, "month")
        return max(before, self.date_start)

    def _get_reference_period(self, day: date) -> date:
        """Return the reference month or quarter of a revision of that day."""
        self.ensure_one()
        return get_period_start(
            add_interval(day, -self.index_lag, "month"), self.index_id.frequency
        )

    def _get_interval_months(self) -> Fraction:
        self.ensure_one()
        return months_of(self.interval_count, self.interval_unit)

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    def _is_billed_provisionally(self) -> bool:
        self.ensure_one()
        return self.index_value_rule == "real" and self.index_unpublished == "provisional"

    def _get_revision_step(self, line) -> Decimal:
        """Return the rounding of a line's new price, which may be no unit price."""
        self.ensure_one()
        if line._has_unit_price():
            return Decimal(str(self.revision_rounding))
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return Decimal(1).scaleb(-digits)

    def _get_index_terms(self, line) -> IndexTerms:
        self.ensure_one()
        return IndexTerms(
            fixed_part=Decimal(str(self.fixed_part)),
            floor=Decimal(str(self.revision_floor)) if self.has_floor else None,
            cap=Decimal(str(self.revision_cap)) if self.has_cap else None,
            rounding=self._get_revision_step(line),
        )

    def _check_validatable(self):
        super()._check_validatable()
        if self.revision_kind == "index":
            self._check_base_value()
            self._check_first_span()

    def _check_base_value(self):
        """Refuse an index without the value that the prices stand for.

        :raise DocumentError: code ``contract_index_base``
        """
        env = speaking(self.env)
        problem = None
        if not self.index_id:
            problem = env._("its prices follow an index, and none is chosen")
        elif self.base_value <= 0:
            problem = env._(
                "the index %s has no base value. Enter the one that its prices stand for",
                self.index_id.display_name,
            )
        elif not self.base_period:
            problem = env._("the base value of the index has no period. Enter its month or quarter")
        if problem:
            raise DocumentError(
                env._(
                    "%(contract)s cannot be validated: %(problem)s.",
                    contract=self.display_name,
                    problem=problem,
                ),
                "contract_index_base",
                model=self._name,
                ids=self.ids,
            )

    def _check_first_span(self):
        """Refuse an index that is sure to vary over a longer time than the prices (L112-1)."""
        start, day = self._get_price_day(), self._get_revision_after(None)
        if self.index_value_rule == "real":
            period = self._get_reference_period(day)
        else:
            chain = self.index_id._read_series()[self.index_id]
            found = self.index_id._find_known(chain, add_interval(day, -self.index_lag, "month"))
            if not found or found.value.period <= self.base_period:
                return
            period = found.value.period
        if not self._is_span_allowed(self.base_period, period, start, day):
            self._raise_span(self.base_period, period, start, day)

    @api.model
    def _is_span_allowed(self, base_period, period, start, day) -> bool:
        """Whether the index varies over no longer a time than from one price to the next."""
        try:
            return check_span(base_period, period, self._count_months(start, day))
        except IndexationError:
            return base_period == period

    @api.model
    def _count_months(self, start: date, day: date) -> int:
        """Return the whole months between two days, a shorter month being one too."""
        months = (day.year - start.year) * 12 + day.month - start.month
        return months - 1 if add_interval(start, months, "month") > day else months

    def _describe_span(self, base_period, period, start, day) -> str:
        env = speaking(self.env)
        return env._(
            "%(index)s would vary from %(base)s to %(new)s, which is longer than the time between "
            "the prices, from %(start)s to %(day)s: such a clause is deemed unwritten (Code "
            "monétaire et financier, L112-1). Correct the base period, the lag or the interval.",
            index=self.index_id.display_name,
            base=format_date(env, base_period, date_format="MM/yyyy"),
            new=format_date(env, period, date_format="MM/yyyy"),
            start=format_date(env, start),
            day=format_date(env, day),
        )

    def _raise_span(self, *span):
        raise DocumentError(
            f"{self.display_name}: {self._describe_span(*span)}",
            "contract_index_span",
            model=self._name,
            ids=self.ids,
        )
