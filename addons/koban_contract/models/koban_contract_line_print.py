from datetime import date

from odoo import models


class KobanContractLine(models.Model):
    """Contract lines in totals and on paper."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    def _is_over(self, day: date) -> bool:
        """Whether the line bills nothing from a day on."""
        self.ensure_one()
        return bool(self.date_end and self.date_end < day)

    def _is_counted(self, day: date) -> bool:
        """Whether the price of the line belongs to the totals of a day."""
        self.ensure_one()
        if self.charge == "once":
            return True
        return not self._is_over(day) and not (self.date_start and self.date_start > day)

    def _prepare_base_line_for_taxes_computation(self) -> dict:
        """Return the line as the taxes of the host are computed from."""
        self.ensure_one()
        contract = self.contract_id
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            tax_ids=self.tax_ids,
            quantity=self.quantity,
            partner_id=contract.partner_id,
            currency_id=contract.currency_id or contract.company_id.currency_id,
            rate=1.0,
            name=self.name,
        )

    def _describe_prices(self, price: float | None = None) -> list[str]:
        """Return what the customer pays, where the price of the line is but a level.

        :param price: as :meth:`_get_price` returns it; its own by default
        :return: nothing where the price says it
        """
        return []

    def _describe_row(self) -> list[str]:
        """Return what the printed row says below the name of the line."""
        self.ensure_one()
        contract = self.contract_id
        starts_later = self.date_start and self.date_start != contract.date_start
        if not starts_later and not self.date_end:
            return []
        first = self.date_start if starts_later else False
        return [contract.with_env(self.env)._format_days(first, self.date_end)]

    def _prepare_product_row(self):
        """Say from when to when a line holds; what is not in force is not counted."""
        row = super()._prepare_product_row()
        if not self._is_counted(self.contract_id._get_shown_day()):
            row["counted"] = False
        row["name"] = "\n".join([row["name"], *self._describe_row()])
        return row
