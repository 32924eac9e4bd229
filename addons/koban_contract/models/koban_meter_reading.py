from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_document.tools.numbers import format_number
from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..usage import Reading, ReadingError, get_consumed

# What a billed consumption was computed from.
COUNTED_FIELDS = {"line_id", "date", "value", "is_meter_change", "old_value"}


class KobanMeterReading(models.Model):
    """What a meter shows on a day; what is billed is the difference between two readings."""

    _name = "koban.meter.reading"
    _description = "Meter Reading"
    _inherit = ["koban.contract.part.mixin"]
    _order = "date desc, id desc"
    _rec_name = "date"

    _kept_field = "line_id"

    line_id = fields.Many2one(
        "koban.contract.line",
        string="Contract Line",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('charge', '=', 'usage')]",
    )
    contract_id = fields.Many2one(related="line_id.contract_id", store=True, index=True)
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="contract_id.partner_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float(
        string="Reading", required=True, digits="Product Unit", help="What the meter shows."
    )
    is_meter_change = fields.Boolean(
        string="Meter Changed",
        help="The meter was changed on that day: the reading is the one of the new meter.",
    )
    old_value = fields.Float(
        string="Old Meter", digits="Product Unit", help="Last reading of the meter taken away."
    )
    note = fields.Char()
    previous_date = fields.Date(compute="_compute_previous")
    previous_value = fields.Float(
        string="Previous Reading", digits="Product Unit", compute="_compute_previous"
    )
    consumption = fields.Float(digits="Product Unit", compute="_compute_previous")
    is_billed = fields.Boolean(
        string="Billed", compute="_compute_is_billed", help="A billed period was computed from it."
    )

    _day_unique = models.Constraint(
        "UNIQUE (line_id, date)", "There is a reading of this line on that day already."
    )
    _value_positive = models.Constraint("CHECK(value >= 0)", "A reading cannot be negative.")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends(
        "line_id.reading_ids.date", "line_id.reading_ids.value", "date", "value",
        "is_meter_change", "old_value",
    )  # fmt: skip
    def _compute_previous(self):
        for reading in self:
            previous = reading._get_previous()
            reading.previous_date = previous.date
            reading.previous_value = previous.value
            reached = reading.old_value if reading.is_meter_change else reading.value
            reading.consumption = reached - previous.value if previous else 0.0

    @api.depends("line_id", "date")
    def _compute_is_billed(self):
        for reading, rows in self._get_periods().items():
            reading.is_billed = bool(rows.move_line_ids)

    def _get_previous(self):
        """Return the reading before this one."""
        if not (self.line_id and self.date):
            return self.browse()
        readings = self.line_id._get_readings()
        earlier = readings.filtered(lambda reading: reading.date < self.date and reading != self)
        return earlier._origin.sorted("date")[-1:]

    def _prepare_reading(self) -> Reading:
        """Return the reading for the computation of what was consumed."""
        old_value = self.old_value if self.is_meter_change else None
        return Reading(self.date, self.value, self.is_meter_change, old_value)

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    @api.constrains("line_id", "date", "value", "is_meter_change", "old_value")
    def _check_order(self):
        for line in self.line_id:
            if line.charge != "usage":
                self._raise(
                    speaking(self.env)._(
                        "“%s” is not billed by usage: it has no meter to read.",
                        line._get_line_label(),
                    )
                )
            line._get_readings()._get_consumed()

    def _get_consumed(self) -> float:
        """Return what was consumed between the first and the last of these readings, in order.

        :raise ConstraintError: code ``contract_reading``
        """
        try:
            return get_consumed([reading._prepare_reading() for reading in self])
        except ReadingError as error:
            wrong = self.filtered(lambda reading, day=error.date: reading.date == day)[:1]
            wrong._raise_lower(error)
        except ValueError as error:  # a number out of range
            self._raise(str(error))

    def _raise_lower(self, error):
        env = speaking(self.env)
        previous = self._get_previous()
        values = {
            "line": self.line_id._get_line_label(),
            "date": format_date(env, self.date),
            "value": format_number(self.env, error.value or 0.0),
            "previous_date": format_date(env, previous.date),
            "previous": format_number(self.env, error.previous),
        }
        if self.is_meter_change:
            self._raise(
                env._(
                    "“%(line)s”: the last reading of the old meter, %(value)s on %(date)s, is "
                    "lower than the reading of %(previous_date)s: %(previous)s. Correct it.",
                    **values,
                )
            )
        self._raise(
            env._(
                "“%(line)s”: the reading of %(date)s, %(value)s, is lower than the one of "
                "%(previous_date)s: %(previous)s. Correct it, or tick “Meter Changed” and give "
                "the last reading of the old meter.",
                **values,
            )
        )

    def _raise(self, message, code="contract_reading"):
        raise ConstraintError(message, code, model=self._name, ids=self.ids)

    # ------------------------------------------------------------------
    # What was billed from them
    # ------------------------------------------------------------------
    def _get_periods(self) -> dict:
        """Return the billed periods that lie over each reading: ``{reading: periods}``."""
        # The ledger says what is billed, whoever enters readings.
        Period = self.env["koban.contract.period"].sudo()
        rows = Period.search(
            [
                ("contract_id", "in", self.contract_id.ids),
                ("state", "=", "billed"),
                ("reading_to_id", "!=", False),
            ]
        )
        by_meter = rows.grouped(lambda row: row.line_id._get_meter_line())
        return {
            reading: by_meter.get(reading.line_id, Period).filtered(
                lambda row, day=reading.date: (
                    day and row.reading_from_id.date <= day <= row.reading_to_id.date
                )
            )
            for reading in self
        }

    def _release(self):
        """Refuse to touch what an invoice was made from; what billed nothing is counted again.

        :raise ConstraintError: code ``contract_reading_billed``
        """
        self.contract_id._claim()  # no run counts with what they were
        released = self.env["koban.contract.period"].sudo()  # as above
        for reading, rows in self._get_periods().items():
            billed = rows.filtered("move_line_ids")[:1]
            if billed:
                env = speaking(self.env)
                reading._raise(
                    env._(
                        "“%(line)s”: the reading of %(date)s cannot be entered, changed or "
                        "deleted: the period from %(first)s to %(last)s was billed from it by "
                        "%(invoice)s. Delete the draft, or cancel the invoice and reopen its "
                        "periods.",
                        line=reading.line_id._get_line_label(),
                        date=format_date(env, reading.date),
                        first=format_date(env, billed.date_from),
                        last=format_date(env, billed.date_to),
                        invoice=billed.move_line_ids.move_id[:1].display_name,
                    ),
                    "contract_reading_billed",
                )
            released |= rows
        released._reopen()

    @api.model_create_multi
    @override
    def create(self, vals_list):
        Line = self.env["koban.contract.line"]
        for vals in vals_list:
            if vals.get("line_id"):
                # An amended line has the meter of the one that it replaces.
                line = Line.browse(vals["line_id"])
                line.check_access("read")
                vals["line_id"] = line._get_meter_line().id
        readings = super().create(vals_list)
        readings._release()
        return readings

    @override
    def write(self, vals):
        if COUNTED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._release()
        result = super().write(vals)
        self._release()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_released(self):
        self._release()
