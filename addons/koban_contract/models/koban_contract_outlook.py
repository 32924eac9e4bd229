from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from ..periods import ONE_DAY


class KobanContract(models.Model):
    """The periods of the coming months, and their price."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _forecast(self, first, last) -> list[dict]:
        """Return the rows of the forecast of these contracts."""
        usage, opened = self._get_usage_averages(), self._get_open_periods()
        self.line_ids.mapped("tax_ids.price_include")  # at once for all, and not line by line
        rows = []
        for contract in self:
            amounts = defaultdict(float)
            for kind, item in contract._iter_forecast(last, opened):
                if not item.share:
                    continue
                day = max(first, contract._get_expected_day(item.line, item.period))
                amount = contract._get_forecast_amount(item, usage)
                amounts[day.replace(day=1), kind] += amount
            rows += [
                contract._prepare_forecast(month, kind, amount)
                for (month, kind), amount in amounts.items()
                if not contract.currency_id.is_zero(amount)
            ]
        return rows

    def _iter_forecast(self, last, opened):
        """Yield what falls due up to a day: ``(kind, DuePeriod)``.

        :param opened: as :meth:`_get_open_periods` returns it
        """
        self.ensure_one()
        for item in self._iter_due(last, opened, self._get_expected_day):
            yield "contract", item
        if not self._is_renewable() or self.renewal != "tacit":
            return
        Row = self.env["koban.contract.period"]
        for line in self._get_billed_lines():
            if line.charge == "once":
                continue
            start = max(self.date_end, line.billed_to or self.date_end) + ONE_DAY
            if line.date_start:
                start = max(start, line.date_start)
            if line.date_end and line.date_end < start:
                continue
            for period in self._get_rhythm().split(start, line.date_end or None):
                if self._get_expected_day(line, period) > last:
                    break
                yield "renewal", self._prepare_due(line, period, Row)

    def _get_usage_averages(self) -> dict:
        """Return what the lines of usage were billed on average: ``{line: amount}``."""
        # Of contracts that the forecast reads.
        groups = self.env["koban.contract.period"]._read_group(
            [
                ("contract_id", "in", self.ids),
                ("line_id.charge", "=", "usage"),
                ("state", "=", "billed"),
            ],
            ["line_id"],
            ["amount:avg"],
        )
        return dict(groups)

    def _get_forecast_amount(self, item, usage) -> float:
        """Return what a period to come is expected to bill, in the contract's currency."""
        if item.line.charge == "usage":
            # Nobody has read the meter yet: as much as before, also by the line replaced.
            lines = item.line._get_earlier_lines()
            return next((usage[line] for line in lines if line in usage), 0.0) * float(item.share)
        try:
            return self._get_ledger_amount(item)
        except UserError:  # it waits for an index: at the price in force
            return item.line.price_subtotal * float(item.share)

    def _prepare_forecast(self, month, kind, amount) -> dict:
        company = self.company_id
        today = fields.Date.context_today(self)
        return {
            "month": month,
            "kind": kind,
            "amount": self.currency_id._convert(amount, company.currency_id, company, today),
            "contract_kind": self.kind,
            "contract_id": self.id,
            "partner_id": self.commercial_partner_id.id,
            "type_id": self.type_id.id,
            "user_id": self.user_id.id,
            "company_id": company.id,
        }
