from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..index_file import get_period_start
from ..indexation import IndexValue
from .koban_index import INDEX_DIGITS


class KobanIndexValue(models.Model):
    """The value of an index for a month or a quarter."""

    _name = "koban.index.value"
    _description = "Value of an Index"
    _order = "index_id, period desc"
    _rec_name = "period"

    index_id = fields.Many2one("koban.index", required=True, index=True, ondelete="cascade")
    period = fields.Date(required=True, help="First day of the month or the quarter it stands for.")
    value = fields.Float(required=True, digits=INDEX_DIGITS, aggregator="avg")
    published_on = fields.Date(
        default=fields.Date.context_today,
        help="Day of its publication. A contract that takes the last value known on a day looks "
        "at it; without it, the value is not known.",
    )

    _period_unique = models.Constraint(
        "UNIQUE (index_id, period)", "The index has a value for this period already."
    )
    _value_positive = models.Constraint("CHECK(value > 0)", "The value of an index is positive.")

    @api.depends("index_id", "period", "value")
    def _compute_display_name(self):
        for value in self:
            period = value.period and format_date(self.env, value.period, date_format="MM/yyyy")
            value.display_name = " ".join(filter(None, [value.index_id.name, period]))

    @api.constrains("period", "index_id")
    def _check_period(self):
        for value in self:
            start = get_period_start(value.period, value.index_id.frequency)
            if value.period != start:
                env = speaking(self.env)
                raise ConstraintError(
                    env._(
                        "%(period)s is not the first day of a period of %(index)s: enter "
                        "%(start)s.",
                        period=format_date(env, value.period),
                        index=value.index_id.display_name,
                        start=format_date(env, start),
                    ),
                    "index_period",
                    model=self._name,
                    ids=value.ids,
                )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        values = super().create(vals_list)
        values._settle_contracts()
        return values

    @override
    def write(self, vals):
        result = super().write(vals)
        if not {"value", "period", "published_on", "index_id"}.isdisjoint(vals):
            self._settle_contracts()
        return result

    def _settle_contracts(self):
        """Regularise what was billed provisionally for want of these values."""
        if self.env.context.get("settle_later"):
            return
        # Who enters a value may have no right on the contracts: they follow all the same.
        self.env["koban.contract"].sudo()._settle_at_once()

    def _to_index_value(self) -> IndexValue:
        self.ensure_one()
        return IndexValue(self.period, Decimal(str(self.value)), self.published_on or None)
