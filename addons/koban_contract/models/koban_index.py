from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..index_file import MONTHS_OF
from ..indexation import IndexValue, get_known, get_real

FREQUENCIES = [("month", "Month"), ("quarter", "Quarter")]
INDEX_DIGITS = (16, 6)

assert [frequency for frequency, _label in FREQUENCIES] == list(MONTHS_OF)


@dataclass(frozen=True, slots=True)
class Series:
    """An index or one of its successors.

    :param coefficient: what brings its values to those of the first index of the chain
    :param missing_link: name of the index whose linking coefficient is not the official one yet
    """

    index: models.BaseModel
    values: list[IndexValue]
    coefficient: Decimal
    missing_link: str

    def find(self, value: IndexValue | None) -> "FoundValue | None":
        """Return a value as one of this series."""
        return value and FoundValue(self, value)


@dataclass(frozen=True, slots=True)
class FoundValue:
    """The value that a revision takes, and the series it is of."""

    series: Series
    value: IndexValue


class KobanIndex(models.Model):
    """A published index that prices follow (issue 5, law.md §7)."""

    _name = "koban.index"
    _description = "Price Index"
    _order = "name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Stable identifier, for imports and API callers.")
    publisher = fields.Char(help="Who publishes it.")
    description = fields.Text(translate=True)
    frequency = fields.Selection(FREQUENCIES, required=True, default="month")
    active = fields.Boolean(default=True)
    successor_id = fields.Many2one(
        "koban.index",
        string="Replaced by",
        ondelete="restrict",
        index="btree_not_null",
        help="The series that goes on once this one is no longer published.",
    )
    link_coefficient = fields.Float(
        string="Linking Coefficient",
        digits=INDEX_DIGITS,
        default=1.0,
        help="What brings the values of the successor to this series: enter the official one, as "
        "the publisher gives it.",
    )
    is_link_official = fields.Boolean(
        string="Coefficient Checked",
        default=True,
        help="As long as it is not checked, no price is revised from this series to its successor.",
    )
    value_ids = fields.One2many("koban.index.value", "index_id", string="Values")
    last_period = fields.Date(compute="_compute_last")
    last_value = fields.Float(compute="_compute_last", digits=INDEX_DIGITS)

    _code_unique = models.Constraint("UNIQUE (code)", "This code is already the one of an index.")
    _link_positive = models.Constraint(
        "CHECK(successor_id IS NULL OR link_coefficient > 0)",
        "A series that is replaced needs a positive linking coefficient.",
    )

    @api.depends("value_ids.period", "value_ids.value")
    def _compute_last(self):
        for index in self:
            last = index.value_ids.sorted("period")[-1:]
            index.last_period = last.period
            index.last_value = last.value

    @api.constrains("successor_id")
    def _check_successor(self):
        if self._has_cycle("successor_id"):
            raise ConstraintError(
                speaking(self.env)._("An index cannot replace itself."),
                "index_successor",
                model=self._name,
                ids=self.ids,
            )

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------
    def _get_successors(self):
        """Return the indexes and all that replaced them."""
        found, following = self, self.successor_id
        while following - found:
            found |= following
            following = following.successor_id
        return found

    def _read_series(self) -> dict:
        """Read all values at once: ``{index: [Series]}``, its own first, then its successors'."""
        every = self._get_successors()
        values = {index: [] for index in every}
        for value in self.env["koban.index.value"].search([("index_id", "in", every.ids)]):
            values[value.index_id].append(value._to_index_value())
        return {index: list(index._iter_series(values)) for index in every}

    def _iter_series(self, values) -> Iterator[Series]:
        index, coefficient, missing = self, Decimal(1), ""
        while index:
            yield Series(index, values[index], coefficient, missing)
            coefficient *= Decimal(str(index.link_coefficient))
            if not index.is_link_official:
                missing = missing or index.name
            index = index.successor_id

    @api.model
    def _find_known(self, chain, day: date) -> FoundValue | None:
        """Return the last value published by a day, of the first series that has it."""
        found = [series.find(get_known(series.values, day)) for series in chain]
        return max(filter(None, found), key=lambda item: item.value.period, default=None)

    @api.model
    def _find_real(self, chain, period: date, today: date) -> FoundValue | None:
        """Return the value of a reference period, of the first series that has it.

        :param today: a value published later is not there yet
        """
        for series in chain:
            published = [v for v in series.values if not v.published_on or v.published_on <= today]
            value = get_real(published, period)
            if value:
                return series.find(value)
        return None

    @public
    def action_import(self) -> dict:
        """Open the import of a file of values."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Values"),
            "res_model": "koban.index.import",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_index_id": self[:1].id},
        }
