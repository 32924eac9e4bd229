from collections import defaultdict
from datetime import date

from odoo import fields, models

# What revisions write of a line.
PRICE_FIELDS = frozenset({"price_unit", "tier_level"})


class KobanContractLine(models.Model):
    """The price of a line, from day to day (issue 5 §4)."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    never_revise = fields.Boolean(help="The price of this line is never revised.")
    revision_ids = fields.One2many("koban.price.revision", "line_id", copy=False, readonly=True)

    def _get_revised_field(self) -> str:
        """Return the field that holds the price that revisions change."""
        return "tier_level" if self.charge == "usage" and self.tier_ids else "price_unit"

    def _get_revised_price(self) -> float:
        """Return the price that revisions change: the unit price, or the level of the tiers."""
        self.ensure_one()
        return self[self._get_revised_field()]

    def _set_revised_price(self, price):
        """Write the price that revisions change; the records carry a pass."""
        for line in self:
            line[line._get_revised_field()] = price

    def _get_price_label(self, env) -> str:
        """Return what the revised price is the price of."""
        label = self._get_line_label()
        return env._("%s, price tiers (level)", label) if self.tier_ids else label

    def _get_revisions(self):
        """Return the revisions that count, as superuser: they decide the price."""
        revisions = self.sudo().revision_ids  # whoever bills
        return revisions.filtered(lambda revision: revision.state == "done")

    def _is_revised_on(self, day: date, kind: str) -> bool:
        """Whether a revision of that day touches the line.

        A one-off fee has no next period; an amount is added to no tiers: a cent is little for
        one and much for another. The end of the commitment does not count: it may be renewed.

        :param kind: of the revision
        """
        self.ensure_one()
        if self.display_type or self.never_revise or self.charge == "once":
            return False
        if self.charge == "usage" and not self.tier_ids and not self.price_unit:
            return False
        if self.tier_ids and kind == "amount":
            return False
        if self.price_date and self.price_date >= day:
            return False  # agreed on for that day
        last = min(filter(None, [self.date_end, self.contract_id.close_date]), default=None)
        return self._get_first_day() <= day and (not last or day <= last)

    def _get_price_on(self, day: date) -> float | None:
        """Return the price in force on a day, if a later revision changed it since.

        :return: ``None`` if the current price was in force already
        """
        self.ensure_one()
        last = self.contract_id.last_revision_date
        if not last or day >= last:
            return None
        later = self._get_revisions().filtered(lambda revision: revision.date_from > day)
        return later.sorted("date_from")[:1].old_price if later else None

    def _get_subtotal_on(self, day: date) -> float:
        """Return what a whole period amounts to at the price of a day, excluding tax.

        A price revised for later, as a renewal does, is written already.
        """
        price = self._get_price_on(day)
        return self.price_subtotal if price is None else self._get_amounts(price)["total_excluded"]

    def _get_base_price(self) -> float:
        """Return the price that the contract's base value stands for."""
        self.ensure_one()
        last = self._get_price_history().sorted("date_from")[-1:]
        return last.base_price if last else self._get_revised_price()

    def _get_billed_from(self, day: date | None) -> dict:
        """Return the first days of the billed periods that start from a day on, by line.

        Those of the lines that took over at the same price count for the line before.
        """
        days = defaultdict(list)
        if not day or not self:
            return days
        origins = defaultdict(list)
        for line in self:
            for one in line | line._get_followers():
                origins[one.id].append(line)
        Row = self.env["koban.contract.period"].sudo()  # what was billed, whoever asks
        rows = Row.search(
            [("line_id", "in", list(origins)), ("date_from", ">=", day), ("state", "=", "billed")],
            order="date_from",
        )
        for row in rows:
            for line in origins[row.line_id.id]:
                days[line].append(row.date_from)
        return days

    def _get_yearly_effect(self, preview) -> float:
        """Return what new prices change in a year; 0 for usage, which nobody knows."""
        self.ensure_one()
        old, new = (self._get_yearly_amount(preview[name]) for name in ("old_price", "new_price"))
        return self.contract_id.currency_id.round(new - old)

    def _get_yearly_amount(self, price) -> float:
        """Return what a year brings at a price, excluding tax; 0 for usage, as above."""
        self.ensure_one()
        if self.charge != "recurring" or self.display_type:
            return 0.0
        periods = float(12 / self.contract_id._get_interval_months())
        return self._get_amounts(price)["total_excluded"] * periods
