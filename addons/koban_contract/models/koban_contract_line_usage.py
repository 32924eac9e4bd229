from datetime import date

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..usage import Tier, UsageError, price_usage, revise_tier_price


class KobanContractLine(models.Model):
    """Lines billed by what a meter shows (row 2-64, issue 5)."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    included_volume = fields.Float(
        digits="Product Unit",
        help="Consumption of each period that is not billed; less for a period that is not "
        "whole, as the contract prorates.",
    )
    tier_ids = fields.One2many(
        "koban.contract.tier",
        "line_id",
        string="Price Tiers",
        copy=True,
        help="Each unit costs the price of the tier that it falls in. Without tiers, each costs "
        "the unit price of the line.",
    )
    tier_level = fields.Float(
        string="Level of the Tiers",
        digits="Product Price",
        default=100.0,
        required=True,
        help="Prices of the tiers today, in % of those agreed on. Revisions change it, and with "
        "it all tiers.",
    )
    reading_ids = fields.One2many("koban.meter.reading", "line_id", copy=False)
    reading_due_date = fields.Date(
        string="Reading of",
        compute="_compute_reading_due_date",
        help="Last day of the period that waits for its reading.",
    )
    contract_protected = fields.Boolean(related="contract_id.is_protected")

    _tier_level_positive = models.Constraint(
        "CHECK(tier_level >= 0)", "The level of price tiers cannot be negative."
    )
    _included_positive = models.Constraint(
        "CHECK(included_volume IS NULL OR included_volume >= 0)",
        "An included volume cannot be negative.",
    )

    @api.depends("charge")
    def _compute_amounts(self):
        super()._compute_amounts()
        for line in self.filtered(lambda line: line.charge == "usage"):
            line.price_subtotal = line.price_total = 0.0  # nobody knows it yet

    @api.depends("contract_id.next_invoice_date", "contract_id.reading_due_date")
    def _compute_reading_due_date(self):
        opened = self.contract_id._get_open_periods()
        for line in self:
            contract = line.contract_id
            line.reading_due_date = contract._get_awaited_day(line, opened)

    @api.constrains("charge", "tier_ids")
    def _check_tiers(self):
        for line in self.filtered("tier_ids"):
            if line.charge != "usage":
                line._raise_tiers(
                    speaking(self.env)._("only lines billed by usage have price tiers")
                )
            try:
                price_usage(0.0, 0.0, line._get_tiers())
            except UsageError as error:
                line._raise_tiers(line._get_tier_problem(error.code))

    def _get_tier_problem(self, code) -> str:
        problems = {
            "tier_first": speaking(self.env)._("the first tier must start at 0"),
            "tier_order": speaking(self.env)._("two tiers start at the same quantity"),
        }
        return problems.get(
            code, speaking(self.env)._("a quantity or a price is negative or out of range")
        )

    def _raise_tiers(self, problem):
        raise ConstraintError(
            speaking(self.env)._(
                "The price tiers of “%(line)s” cannot be used: %(problem)s.",
                line=self._get_line_label(),
                problem=problem,
            ),
            "contract_tiers",
            model=self._name,
            ids=self.ids,
        )

    def _get_tiers(self, price: float | None = None) -> list[Tier]:
        """Return the prices of the line, in order.

        :param price: the level of the tiers, or the unit price of a line without any; its own
            by default
        """
        self.ensure_one()
        price = self._get_price() if price is None else price
        if not self.tier_ids:
            return [Tier(0.0, price)]
        return [
            Tier(tier.start, revise_tier_price(tier.price, price))
            for tier in self.tier_ids.sorted("start")
        ]

    # ------------------------------------------------------------------
    # Price: of a line with tiers, their level
    # ------------------------------------------------------------------
    @api.model
    def _get_price_fields(self):
        return super()._get_price_fields() | {"tier_level"}

    def _get_price_field(self):
        if self.charge == "usage" and self.tier_ids:
            return "tier_level"
        return super()._get_price_field()

    def _get_price_label(self, env):
        label = super()._get_price_label(env)
        return env._("%s, price tiers (level)", label) if self.tier_ids else label

    def _is_revised_on(self, day, kind):
        """An amount is added to no tiers: a cent is little for one and much for another."""
        if self.charge == "usage" and not self.tier_ids and not self.price_unit:
            return False
        if self.tier_ids and kind == "amount":
            return False
        return super()._is_revised_on(day, kind)

    # ------------------------------------------------------------------
    # Amendments
    # ------------------------------------------------------------------
    @api.model
    def _get_changed_fields(self):
        return (*super()._get_changed_fields(), "included_volume")

    @api.model
    def _get_added_fields(self):
        return (*super()._get_added_fields(), "tier_ids")

    # ------------------------------------------------------------------
    # Meter
    # ------------------------------------------------------------------
    def _get_meter_line(self):
        """Return the line that holds the readings: the first one of those amended in turn."""
        return self._get_earlier_lines()[-1:]

    def _get_readings(self):
        """Return the readings of the meter, in order."""
        return self._get_meter_line().reading_ids.sorted("date")

    def _get_reading_dates(self) -> list[date]:
        return self._get_readings().mapped("date")

    @public(one=True)
    def action_open_usage(self) -> dict:
        """Open the price tiers and the readings of a line."""
        return {
            "type": "ir.actions.act_window",
            "name": self._get_line_label(),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("koban_contract.contract_line_usage_view_form").id, "form")],
            "target": "new",
        }
