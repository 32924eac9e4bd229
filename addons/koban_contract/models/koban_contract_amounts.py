from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.batches import process_domain

from ..periods import months_of


class KobanContract(models.Model):
    """What a contract brings each month and each year, whatever its periodicity."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    monthly_amount = fields.Monetary(
        compute="_compute_recurring_amounts",
        store=True,
        help="Price of the recurring lines in force, brought to one month, excluding tax.",
    )
    yearly_amount = fields.Monetary(
        compute="_compute_recurring_amounts",
        store=True,
        help="Price of the recurring lines in force, brought to one year, excluding tax.",
    )
    monthly_amount_company = fields.Monetary(
        string="Monthly Revenue",
        compute="_compute_recurring_amounts",
        store=True,
        currency_field="company_currency_id",
        help="The monthly amount in the currency of the company, at the rate of the start of the "
        "commitment.",
    )
    commitment_progress = fields.Integer(
        compute="_compute_commitment_progress", help="Part of the commitment gone, in percent."
    )

    @api.model
    def _get_amount_fields(self) -> tuple[str, ...]:
        """Return what the recurring amounts depend on; extend it."""
        return (
            "state", "date_start", "close_date", "interval_count", "interval_unit", "currency_id",
            "company_id", "line_ids.display_type", "line_ids.charge", "line_ids.date_start",
            "line_ids.date_end", "line_ids.price_subtotal",
        )  # fmt: skip

    @api.depends(lambda self: self._get_amount_fields())
    def _compute_recurring_amounts(self):
        today = fields.Date.context_today(self)
        for contract in self:
            day = max(filter(None, [today, contract.date_start]))
            lines = contract._get_lines_in_force(day)
            if not contract.currency_id:  # the host refuses the contract, but later
                lines = lines.browse()
            months = months_of(contract.interval_count or 1, contract.interval_unit or "month")
            amounts = contract._get_monthly_amounts(lines, day)
            contract.monthly_amount = sum(own for own, _company in amounts.values())
            contract.monthly_amount_company = sum(company for _own, company in amounts.values())
            # Not twelve rounded months: a quarter of 100 makes a year of 400.
            yearly = sum(line._get_subtotal_on(day) for line in lines) * float(12 / months)
            contract.yearly_amount = contract.currency_id.round(yearly) if lines else 0.0

    @api.depends("date_start", "date_end", "state")
    def _compute_commitment_progress(self):
        today = fields.Date.context_today(self)
        for contract in self:
            start, end = contract.date_start, contract.date_end
            days = (end - start).days + 1 if start and end else 0
            gone = (today - start).days if days else 0
            contract.commitment_progress = min(100, max(0, 100 * gone // days)) if days else 0

    def _get_lines_in_force(self, day: date):
        """Return the lines that bring revenue on a day.

        The end of the commitment ends none: the contract is renewed or ended, by a person.
        """
        self.ensure_one()
        if self.state == "cancel" or (self.close_date and self.close_date < day):
            return self.line_ids.browse()
        return self.line_ids.filtered(
            lambda line: (
                not line.display_type
                and line.charge == "recurring"
                and max(filter(None, [line.date_start, self.date_start, date.min])) <= day
                and (not line.date_end or line.date_end >= day)
            )
        )

    def _get_monthly_amounts(self, lines, day: date) -> dict:
        """Return what lines bring each month: ``{line: (own currency, company's)}``.

        :param day: whose prices count
        """
        self.ensure_one()
        if not lines:
            return {}
        months = months_of(self.interval_count or 1, self.interval_unit or "month")
        company, start = self.company_id, self.date_start or fields.Date.context_today(self)
        amounts = {}
        for line in lines:
            own = self.currency_id.round(line._get_subtotal_on(day) / float(months))
            # At a rate that stays: what a contract brings does not move with the exchange.
            converted = self.currency_id._convert(own, company.currency_id, company, start)
            amounts[line] = own, converted
        return amounts

    @api.model
    def _refresh_amounts(self, commit=None):
        """Bring the amounts up to date where a line or a price started or ended since.

        :param commit: commits a batch, told how many contracts were looked at
        """
        process_domain(
            self,
            self._get_dated_domain() & Domain("state", "!=", "cancel"),
            lambda contracts: contracts._recompute_amounts(),
            commit,
        )

    @api.model
    def _get_dated_domain(self) -> Domain:
        """Return whose amounts change as days go by; extend it."""
        dated = Domain("date_start", "!=", False) | Domain("date_end", "!=", False)
        return Domain("line_ids", "any", dated) | Domain("close_date", "!=", False)

    def _recompute_amounts(self):
        for name in ("monthly_amount", "yearly_amount", "monthly_amount_company"):
            self.env.add_to_compute(self._fields[name], self)
