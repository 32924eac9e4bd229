from odoo import models

from ..index_file import MONTHS_OF, get_period_start
from ..periods import add_interval


class KobanContract(models.Model):
    """What an index goes on from, amended lines included (issue 5 §4)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

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
