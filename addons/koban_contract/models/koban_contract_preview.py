from odoo import api, fields, models

from ..periods import ONE_DAY
from ..terms import get_anchor, get_next_end


class KobanContract(models.Model):
    """What a renewal changes: dates, prices, yearly amount. The letter says the same figures."""

    _inherit = "koban.contract"

    def _get_renewed_lines(self, day):
        """Return the lines of each period or of usage that are not over on a day."""
        return self.line_ids.filtered(
            lambda line: not line.display_type
            and line.charge != "once"
            and (not line.date_end or line.date_end >= day)
        )

    def _get_next_end(self, end=None):
        """Return the last day of the next term.

        :param end: last day of the term before; by default that of the commitment
        """
        self.ensure_one()
        end = end or self.date_end
        anchor = get_anchor(self.date_start, end, self.renewal_anchor)
        return get_next_end(end, self.renewal_months, anchor)

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
            by_day.setdefault(end + ONE_DAY, self.browse())
            by_day[end + ONE_DAY] |= contract
        figures = {}
        for day, contracts in by_day.items():
            revised = {row["line_id"]: row for row in contracts._preview_revision(day)}
            for contract in contracts:
                figures[contract] = contract._prepare_figures(day, revised)
        return figures

    def _prepare_figures(self, day, revised) -> dict:
        """Return the dates and the prices of a renewal, as plain values that can be kept.

        :param day: first day of the new term
        :param revised: ``{line id: row of _preview_revision}``
        """
        old_end = day - ONE_DAY
        lines = [
            self._prepare_figures_line(line, revised.get(line.id, {}))
            for line in self._get_renewed_lines(day)
        ]
        effect = self.currency_id.round(sum(line["effect"] for line in lines))
        return {
            "old_end": fields.Date.to_string(old_end),
            "date_from": fields.Date.to_string(day),
            "new_end": fields.Date.to_string(self._get_next_end(old_end)),
            "lines": lines,
            "old_yearly": self.yearly_amount,
            "new_yearly": self.currency_id.round(self.yearly_amount + effect),
            "effect": effect,
        }

    def _prepare_figures_line(self, line, row) -> dict:
        return {
            "line_id": line.id,
            "name": (line.name or "").partition("\n")[0],
            "quantity": line.quantity,
            "uom": line.product_uom_id.with_context(lang=self.partner_id.lang).name or "",
            "discount": line.discount,
            "old_price": line.price_unit,
            "new_price": row.get("new_price", line.price_unit),
            "index": row.get("index") or "",
            "formula": row.get("formula") or "",
            "hit": row.get("hit") or "",
            "waiting": row.get("waiting_reason") or "",
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
