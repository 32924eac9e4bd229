from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public


class KobanMeterReadingEntry(models.TransientModel):
    """Meter readings of many lines at once, those that billing waits for first."""

    _name = "koban.meter.reading.entry"
    _description = "Readings to Enter"

    line_ids = fields.One2many("koban.meter.reading.entry.line", "entry_id", string="Readings")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "line_ids" in fields_list:
            lines = self._get_lines()
            values["line_ids"] = [
                Command.create(
                    {
                        "line_id": line.id,
                        # The first reading says where the meter stood at the start.
                        "date": line.reading_due_date
                        if line._get_readings()
                        else line._get_first_day(),
                    }
                )
                for line in lines
            ]
        return values

    @api.model
    def _get_lines(self):
        """Return the usage lines of the contracts chosen, or those that wait for a reading."""
        Contract = self.env["koban.contract"]
        if self.env.context.get("active_model") == "koban.contract":
            contracts = Contract.browse(self.env.context.get("active_ids") or [])
            contracts.check_access("read")
        else:
            contracts = Contract.search([("awaits_reading", "=", True)])
        today = fields.Date.context_today(self)
        return contracts._get_usage_lines().filtered(
            lambda line: line.reading_due_date and line.reading_due_date < today
        )

    @public(one=True)
    def action_save(self) -> dict:
        """Write down the readings that were entered.

        :raise DocumentError: code ``contract_reading``
        """
        entered = self.line_ids.filtered("is_entered")
        if not entered:
            raise DocumentError(speaking(self.env)._("No reading was entered."), "contract_reading")
        self.env["koban.meter.reading"].create([row._prepare_reading() for row in entered])
        return {"type": "ir.actions.act_window_close"}


class KobanMeterReadingEntryLine(models.TransientModel):
    """A reading to enter."""

    _name = "koban.meter.reading.entry.line"
    _description = "Reading to Enter"

    entry_id = fields.Many2one("koban.meter.reading.entry", required=True, ondelete="cascade")
    line_id = fields.Many2one("koban.contract.line", required=True, ondelete="cascade")
    contract_id = fields.Many2one(related="line_id.contract_id")
    partner_id = fields.Many2one(related="line_id.contract_id.partner_id")
    reading_due_date = fields.Date(related="line_id.reading_due_date")
    date = fields.Date(required=True)
    value = fields.Float(string="Reading", digits="Product Unit")
    is_meter_change = fields.Boolean(string="Meter Changed")
    old_value = fields.Float(string="Old Meter", digits="Product Unit")
    is_entered = fields.Boolean(
        string="Entered",
        compute="_compute_is_entered",
        store=True,
        readonly=False,
        help="Tick it for a meter that shows 0.",
    )
    previous_date = fields.Date(compute="_compute_previous")
    previous_value = fields.Float(
        string="Previous Reading", digits="Product Unit", compute="_compute_previous"
    )
    consumption = fields.Float(digits="Product Unit", compute="_compute_previous")

    @api.depends("value")
    def _compute_is_entered(self):
        for row in self:
            row.is_entered = bool(row.value)

    @api.depends("line_id", "date", "value", "is_meter_change", "old_value")
    def _compute_previous(self):
        for row in self:
            readings = row.line_id._get_readings() if row.line_id else row.line_id.reading_ids
            previous = readings.filtered(lambda one, day=row.date: day and one.date < day)[-1:]
            row.previous_date = previous.date
            row.previous_value = previous.value
            reached = row.old_value if row.is_meter_change else row.value
            entered = previous and (row.value or row.is_entered)
            row.consumption = reached - previous.value if entered else 0.0

    def _prepare_reading(self) -> dict:
        return {
            "line_id": self.line_id.id,
            "date": self.date,
            "value": self.value,
            "is_meter_change": self.is_meter_change,
            "old_value": self.old_value,
        }
