from datetime import date

from odoo import fields, models

from ..index_file import MONTHS_OF, get_period_start
from ..periods import add_interval


class KobanContractLine(models.Model):
    """What a price stands for, from one amended line to the next (issue 5 §4)."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    price_date = fields.Date(
        string="Price of",
        readonly=True,
        copy=False,
        help="First day of a price agreed on in an amendment: it stands for the value of the "
        "index on that day, and not for the base value of the contract.",
    )

    def _get_price_lines(self):
        """Return the line, and those before it whose price it took over, the last one first."""
        self.ensure_one()
        line = lines = self
        while line.replaces_id and not line.price_date:
            line = line.replaces_id
            lines |= line
        return lines

    def _get_price_date(self) -> date:
        """Return the day that the price is of; false for that of the contract's base value."""
        return self._get_price_lines()[-1:].price_date

    def _get_price_history(self):
        """Return the revisions that made the price, those of the lines before it too."""
        self.ensure_one()
        before = (self._get_price_lines() - self)._get_revisions()
        first = self._get_first_day()
        return self._get_revisions() | before.filtered(lambda item: item.date_from < first)

    def _get_followers(self):
        """Return the lines that took the price of this one over: what changes it changes theirs."""
        found = self.browse()
        following = self.replaced_by_ids.filtered(lambda line: not line.price_date)
        while following:
            found |= following
            following = following.replaced_by_ids.filtered(lambda line: not line.price_date)
        return found

    def _take_revisions(self, line, day):
        """Take the revisions from a day on over from the line that this one replaces.

        They were made before the amendment, as those of a renewal are: the days of the line
        before keep the price of before.
        """
        self.ensure_one()
        later = line._get_revisions().filtered(lambda revision: revision.date_from >= day)
        if not later:
            return
        line._set_revised_price(later.sorted("date_from")[0].old_price)
        for revision in later:  # written by revisions alone, hence superuser
            prices = {"old_price": revision.old_price, "new_price": revision.new_price}
            revision.write({"line_id": self.id, "yearly_effect": self._get_yearly_effect(prices)})


class KobanContract(models.Model):
    _name = "koban.contract"
    _inherit = ["koban.contract"]

    # ------------------------------------------------------------------
    # What an index goes on from
    # ------------------------------------------------------------------
    def _get_index_base(self, line, preview, series, today) -> dict | None:
        """Return what a line's price is revised from: index, value, period, price and its day.

        :return: ``None`` if the price is of a day whose index value is not known
        """
        is_chained = self.index_mode == "chained"
        base = {
            "index": self.index_id,
            "value": self.base_value,
            "period": self.base_period,
            "price": preview["old_price"] if is_chained else line._get_base_price(),
            "day": self._get_price_day(),
        }
        own = line._get_price_date()
        done = line._get_price_history().filtered(
            lambda item: item.kind == "index" and item.date_from < preview["date_from"]
        )
        done = done.sorted("date_from")
        if own:
            base["day"] = own
        if done and is_chained:
            last = done[-1]
            base |= {
                "index": last.index_id.with_env(self.env),
                "value": last.new_value,
                "period": last.new_period,
                "day": last.date_from,
            }
        elif done and own:
            first = done[0]
            base |= {
                "index": first.base_index_id.with_env(self.env),
                "value": first.base_value,
                "period": first.base_period,
            }
        elif own:
            return self._get_own_base(base, preview["date_from"], series, today)
        return base

    def _get_own_base(self, base, date_from, series, today) -> dict | None:
        """Return the base of a price agreed on in an amendment: the value known on its day.

        Where the index would vary over a longer time than there is between the prices
        (L112-1), as publications do not come on the days of amendments, it is a later value.
        """
        known, is_final = self._find_new_value(base["day"], base, series, today)
        if not known or not is_final:
            return None
        base = self._use_value(base, known)
        found, is_final = self._find_new_value(date_from, base, series, today)
        if not found or not is_final:
            return base
        period = found.value.period
        if self._is_span_allowed(base["period"], period, base["day"], date_from):
            return base
        months = self._count_months(base["day"], date_from)
        earliest = add_interval(period, -months, "month")
        start = get_period_start(earliest, base["index"].frequency)
        if start < earliest:
            start = add_interval(start, MONTHS_OF[base["index"].frequency], "month")
        later = self.env["koban.index"]._find_real(
            series[base["index"]], start, max(today, date_from)
        )
        return self._use_value(base, later) if later else base

    def _use_value(self, base, found) -> dict:
        return {
            **base,
            "index": found.series.index,
            "value": float(found.value.value),
            "period": found.value.period,
        }
