from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import speaking

from ..periods import ONE_DAY
from ..terms import get_anchor, get_next_end


class KobanContract(models.Model):
    """What a renewal changes: dates, prices, yearly amount. The letter says the same figures."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _get_next_end(self, end=None):
        """Return the last day of the next term.

        :param end: last day of the term before; by default that of the commitment
        """
        self.ensure_one()
        end = end or self.date_end
        anchor = get_anchor(self.date_start, end, self.renewal_anchor)
        return get_next_end(end, self.renewal_months, anchor)

    def _get_lines_of_term(self, day):
        """Return the lines of each period or of usage that are in force on a day."""
        return self.line_ids.filtered(
            lambda line: (
                not line.display_type
                and line.charge != "once"
                and line._get_first_day() <= day
                and (not line.date_end or line.date_end >= day)
            )
        )

    def _get_yearly_amount_on(self, day, prices=None) -> float:
        """Return what a year brings, excluding tax, with the lines in force on a day.

        :param prices: ``{line id: price}`` of those with another price than now
        """
        prices = prices or {}
        amounts = (
            line._get_yearly_amount(prices.get(line.id, line.price_unit))
            for line in self._get_lines_of_term(day)
        )
        return self.currency_id.round(sum(amounts))

    # ------------------------------------------------------------------
    # Prices
    # ------------------------------------------------------------------
    def _preview_term_prices(self, day) -> list[dict]:
        """Return what the revision of the first day of a term does to the prices.

        It is the one and only that a renewal does: what is due before is left to the job that
        revises on that very day, with the value of the index that is known then.

        :return: rows of ``_preview_revision``; those of an earlier day wait
        """
        rows = self._preview_revision(day, refuse=False)
        return [self.browse(row["contract_id"])._hold_earlier(row) for row in rows]

    def _hold_earlier(self, row) -> dict:
        """Return the row of a revision; one that is due within the present term waits."""
        if row["waiting_reason"] or row["date_from"] > self.date_end:
            return row
        return {
            **row,
            "waiting_reason": self._describe_due(row["date_from"]),
            "code": "contract_revision_due",
            "new_price": row["old_price"],
            "index": "",
            "formula": "",
            "hit": False,
            "yearly_effect": 0.0,
        }

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------
    def _preview_renewals(self, ends=None) -> dict:
        """Return what the renewal of each contract changes.

        :param ends: ``{contract: last day of the term to renew}``; by default the current one
        :return: ``{contract: figures}``, see :meth:`_prepare_figures`
        """
        ends = ends or {contract: contract.date_end for contract in self}
        by_day = {}
        for contract, end in ends.items():
            by_day.setdefault(end + ONE_DAY, []).append(contract.id)
        figures = {}
        for day, ids in by_day.items():
            contracts = self.browse(ids)
            revised = {row["line_id"]: row for row in contracts._preview_term_prices(day)}
            for contract in contracts:
                figures[contract] = contract._prepare_figures(day, revised)
        return figures

    def _prepare_figures(self, day, revised) -> dict:
        """Return the dates and the prices of a renewal, as plain values that can be kept.

        :param day: first day of the new term
        :param revised: ``{line id: row of _preview_term_prices}``
        """
        lines = [
            self._prepare_figures_line(line, revised.get(line.id, {}))
            for line in self._get_lines_of_term(day)
            if line._has_unit_price() or line.id in revised  # else but a level
        ]
        self._translate_told(lines, day)
        old = self._get_yearly_amount_on(day)
        new = self._get_yearly_amount_on(
            day, {line["line_id"]: line["new_price"] for line in lines}
        )
        return {
            "old_end": fields.Date.to_string(day - ONE_DAY),
            "begun_on": fields.Date.to_string(self._get_term_start(day - ONE_DAY)),
            "date_from": fields.Date.to_string(day),
            "new_end": fields.Date.to_string(self._get_next_end(day - ONE_DAY)),
            "lines": lines,
            "old_yearly": old,
            "new_yearly": new,
            "effect": self.currency_id.round(new - old),
        }

    def _get_term_start(self, end):
        """Return the first day of the term that ends on a day, the current one or a later one."""
        if end > self.date_end:
            last = self.date_end
            while (following := self._get_next_end(last)) < end:
                last = following
            return last + ONE_DAY
        done = self.renewal_ids.filtered(lambda one: one.state == "done" and one.date_from <= end)
        return max([self.date_start, *done.mapped("date_from")])

    def _get_letter_lang(self) -> str:
        """Return the language in which the customer is written to."""
        self.ensure_one()
        return self._get_notice_partner().lang or self.company_id.partner_id.lang or self.env.lang

    def _translate_told(self, lines, day):
        """Put what the letter tells of waiting prices into the customer's language."""
        lang = self._get_letter_lang()
        if not any(line["told"] for line in lines) or lang == speaking(self.env).lang:
            return
        rows = self.with_context(lang=lang)._preview_term_prices(day)
        reasons = {row["line_id"]: row["waiting_reason"] for row in rows}
        for line in lines:
            if line["told"]:
                line["told"] = reasons.get(line["line_id"], line["told"])

    def _prepare_figures_line(self, line, row) -> dict:
        waiting = row.get("waiting_reason") or ""
        price = line._get_price()
        new_price = row.get("new_price", price)
        told = line.with_context(lang=self._get_letter_lang())
        return {
            "line_id": line.id,
            "name": (line.name or "").partition("\n")[0],
            "is_usage": line.charge == "usage",
            "quantity": line.quantity,
            "uom": line.product_uom_id.with_context(lang=self._get_letter_lang()).name or "",
            "discount": line.discount,
            "old_price": price,
            "new_price": new_price,
            # What the customer pays, where the price is but a level.
            "old_tiers": told._describe_prices(price),
            "new_tiers": told._describe_prices(new_price),
            "index": row.get("index") or "",
            "formula": row.get("formula") or "",
            "hit": row.get("hit") or "",
            "waiting": waiting,
            # What is ours to mend is none of the customer's business.
            "told": "" if row.get("code") else waiting,
            "effect": row.get("yearly_effect") or 0.0,
        }

    @api.model
    def _get_revenue_at_risk(self, domain=()) -> dict:
        """Return the yearly amount of the contracts that may be left at any time.

        :param domain: which contracts; all that the user may read by default
        :return: ``{currency: amount}``
        """
        groups = self._read_group(
            [*domain, ("terminable_any_time", "=", True)], ["currency_id"], ["yearly_amount:sum"]
        )
        return dict(groups)
