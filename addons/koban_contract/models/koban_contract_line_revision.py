from collections import defaultdict
from datetime import date

from odoo import fields, models

from odoo.addons.koban_guard.tools.passes import open_pass


class KobanContractLine(models.Model):
    """The price of a line as revised, from day to day (issue 5 §4)."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    never_revise = fields.Boolean(help="The price of this line is never revised.")
    revision_ids = fields.One2many("koban.price.revision", "line_id", copy=False, readonly=True)

    def _get_revisions(self):
        """Return the revisions that count, as superuser: they decide the price."""
        revisions = self.sudo().revision_ids  # whoever bills
        return revisions.filtered(lambda revision: revision.state == "done")

    def _is_revised_on(self, day: date, kind: str) -> bool:
        return not self.never_revise and super()._is_revised_on(day, kind)

    def _get_price_on(self, day: date) -> float:
        """A later revision has written its price already: before, it was another one."""
        self.ensure_one()
        last = self.contract_id.last_revision_date
        if last and day < last:
            later = self._get_revisions().filtered(lambda revision: revision.date_from > day)
            if later:
                return later.sorted("date_from")[0].old_price
        return super()._get_price_on(day)

    def _get_price_history(self):
        """Return the revisions that made the price, those of the lines before it too."""
        self.ensure_one()
        before = (self._get_price_lines() - self)._get_revisions()
        first = self._get_first_day()
        return self._get_revisions() | before.filtered(lambda item: item.date_from < first)

    def _get_base_price(self) -> float:
        """Return the price that the contract's base value stands for."""
        self.ensure_one()
        last = self._get_price_history().sorted("date_from")[-1:]
        return last.base_price if last else self._get_price()

    def _take_over(self, day):
        """Go on with the price of the line that this one replaces, as revised since."""
        super()._take_over(day)
        if not self.price_date:
            self._take_revisions(self.replaces_id, day)

    def _take_revisions(self, line, day):
        """Take the revisions from a day on over from the line that this one replaces.

        They were made before the amendment, as those of a renewal are: the days of the line
        before keep the price of before.
        """
        self.ensure_one()
        later = line._get_revisions().filtered(lambda revision: revision.date_from >= day)
        if not later:
            return
        line._set_price(later.sorted("date_from")[0].old_price)
        with open_pass(self.contract_id, line_fields={"line_id", "yearly_effect"}):
            for revision in later:  # written by revisions alone, hence superuser
                prices = {"old_price": revision.old_price, "new_price": revision.new_price}
                effect = self._get_yearly_effect(prices)
                revision.write({"line_id": self.id, "yearly_effect": effect})

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
