from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.koban_invoice.tools.settlements import COUNTED


class KobanSettlement(models.Model):
    _inherit = "koban.settlement"

    @api.model
    def _date_settlements(self, rows):
        """Move what falls in a closed month to the first open day; keep closings out till it is in.

        Settled there and undone afterwards, it is counted in its month and taken off in this one.
        What no closing counted, because its month closed before settlements were kept, is taken off
        in its month as well.
        """
        rows = super()._date_settlements(rows)
        counted = [row for row in rows if row["kind"] in COUNTED]
        if not counted:
            return rows
        companies = self.env["res.company"].browse({row["company_id"] for row in counted})
        closed = self.env["koban.closing.gate"]._hold(companies)
        uncounted = self._find_uncounted([row["undone_id"] for row in counted if row["undone_id"]])
        for row in counted:
            last = closed[row["company_id"]]
            if last and row["date"] <= last and row["undone_id"] not in uncounted:
                row["date"] = last + timedelta(days=1)
        return rows

    @api.model
    def _find_uncounted(self, ids) -> set[int]:
        """Return which of these rows were taken over after the closing of their month."""
        if not ids:
            return set()
        self.env.cr.execute(
            SQL(
                """SELECT row.id
                     FROM koban_settlement row
                     JOIN koban_event taken
                       ON taken.res_model = %s AND taken.res_id = row.id
                          AND taken.kind = 'takeover'
                     JOIN koban_closing closing
                       ON closing.company_id = row.company_id AND closing.kind = 'month'
                          AND row.date BETWEEN closing.date_from AND closing.date_to
                     JOIN koban_event closed
                       ON closed.res_model = 'koban.closing' AND closed.res_id = closing.id
                          AND closed.kind = 'closing' AND closed.company_id = taken.company_id
                          AND closed.chain = taken.chain AND closed.number < taken.number
                    WHERE row.id IN %s""",
                self._name,
                tuple(ids),
            )
        )
        return {id_ for (id_,) in self.env.cr.fetchall()}
