from odoo import models
from odoo.tools import formatLang

from odoo.addons.koban_document.tools.numbers import format_number
from odoo.addons.koban_guard.exceptions import speaking


class KobanContractLine(models.Model):
    """Lines of usage on paper: what is only known once it is used."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    def _prepare_product_row(self):
        row = super()._prepare_product_row()
        if self.charge == "usage":
            row |= {"quantity": None, "subtotal": None, "total": None, "counted": False}
            if self.tier_ids:
                row["price_unit"] = None
        return row

    def _describe_row(self):
        texts = super()._describe_row()
        return [*self._describe_use(), *texts] if self.charge == "usage" else texts

    def _describe_use(self) -> list[str]:
        """Return what use costs, unless a group hides prices."""
        texts = [self.env._("Billed by use")]
        if self.included_volume:
            included = format_number(self.env, self.included_volume)
            texts.append(self.env._("%s included in each period", included))
        if self in self.contract_id._get_hiding_groups():
            return texts
        return texts + self._describe_prices()

    def _describe_prices(self, price=None):
        """Return what each tier costs."""
        if not self.tier_ids:
            return super()._describe_prices(price)
        tiers, texts = self._get_tiers(price), []
        for tier, following in zip(tiers, [*tiers, None][1:], strict=True):
            values = {
                "price": self._format_unit_price(tier.price),
                "first": format_number(self.env, tier.start),
            }
            if following:
                text = self.env._(
                    "%(price)s each from %(first)s to %(last)s",
                    last=format_number(self.env, following.start),
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
