from datetime import date

from odoo import models
from odoo.tools import formatLang

from odoo.addons.koban_guard.exceptions import speaking


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

    def _describe_use(self) -> list[str]:
        """Return what use costs, unless a group hides prices."""
        texts = [self.env._("Billed by use")]
        if self.included_volume:
            show = self.env["koban.meter.reading"]._format
            texts.append(self.env._("%s included in each period", show(self.included_volume)))
        if self in self.contract_id._get_hiding_groups():
            return texts
        return texts + self._describe_tiers()

    def _describe_tiers(self, level: float | None = None) -> list[str]:
        """Return what each tier costs.

        :param level: of the tiers; that of today by default
        """
        if not self.tier_ids:
            return []
        show = self.env["koban.meter.reading"]._format
        tiers, texts = self._get_tiers(level), []
        for tier, following in zip(tiers, [*tiers, None][1:], strict=True):
            values = {"price": self._format_unit_price(tier.price), "first": show(tier.start)}
            if following:
                text = self.env._(
                    "%(price)s each from %(first)s to %(last)s",
                    last=show(following.start),
                    **values,
                )
            else:
                text = self.env._("%(price)s each above %(first)s", **values)
            texts.append(text)
        return texts

    def _format_unit_price(self, price) -> str:
        """Return a price that may be less than a cent, with its currency."""
        digits = max(2, len(f"{price:.6f}".rstrip("0").partition(".")[2]))
        amount = formatLang(speaking(self.env), price, digits=digits)
        return f"{amount}\N{NO-BREAK SPACE}{self.contract_id.currency_id.symbol}"

    def _prepare_product_row(self):
        """Say from when to when a line holds, and what is only known once it is used."""
        row = super()._prepare_product_row()
        contract = self.contract_id
        texts = [row["name"]]
        if self.charge == "usage":
            row |= {"quantity": None, "subtotal": None, "total": None, "counted": False}
            if self.tier_ids:
                row["price_unit"] = None
            texts += self._describe_use()
        elif not self._is_counted(contract._get_shown_day()):
            row["counted"] = False
        starts_later = self.date_start and self.date_start != contract.date_start
        if starts_later or self.date_end:
            first = self.date_start if starts_later else False
            texts.append(contract.with_env(self.env)._format_days(first, self.date_end))
        row["name"] = "\n".join(texts)
        return row
