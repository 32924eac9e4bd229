from datetime import timedelta

from odoo import api, models

from odoo.addons.koban_invoice.tools.settlements import COUNTED


class KobanSettlement(models.Model):
    _inherit = "koban.settlement"

    @api.model
    def _date_settlements(self, rows):
        """Move what falls in a closed month to the first open day; keep closings out till it is in.

        Settled there and undone afterwards, it is counted in its month and taken off in this one.
        """
        rows = super()._date_settlements(rows)
        counted = [row for row in rows if row["kind"] in COUNTED]
        if not counted:
            return rows
        companies = self.env["res.company"].browse({row["company_id"] for row in counted})
        closed = self.env["koban.closing.gate"]._hold(companies)
        for row in counted:
            last = closed[row["company_id"]]
            if last and row["date"] <= last:
                row["date"] = last + timedelta(days=1)
        return rows
