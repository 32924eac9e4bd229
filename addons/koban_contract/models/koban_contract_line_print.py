from datetime import date

from odoo import models


class KobanContractLine(models.Model):
    """Contract lines in totals and on paper."""

    _inherit = "koban.contract.line"

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

    def _prepare_product_row(self):
        """Say from when to when a line holds, and what is only known once it is used."""
        row = super()._prepare_product_row()
        contract = self.contract_id
        texts = [row["name"]]
        if self.charge == "usage":
            row |= {"quantity": None, "subtotal": None, "total": None, "counted": False}
            texts.append(self.env._("Billed by use"))
        elif not self._is_counted(contract._get_shown_day()):
            row["counted"] = False
        starts_later = self.date_start and self.date_start != contract.date_start
        if starts_later or self.date_end:
            first = self.date_start if starts_later else False
            texts.append(contract.with_env(self.env)._format_days(first, self.date_end))
        row["name"] = "\n".join(texts)
        return row
