from datetime import date as Day

from odoo import api, fields, models


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _find_numbering(self, code: str, company):
        """Return the sequence of a code in a company, archived or not, ready to draw from."""
        return self.with_context(active_test=False).search_fetch(
            [("code", "=", code), ("company_id", "=", company.id)],
            [
                "implementation",
                "number_increment",
                "number_next",
                "padding",
                "prefix",
                "suffix",
                "use_date_range",
            ],
            limit=1,
        )

    def _get_first(self, counter) -> int:
        """Return the number that the sequence, or one of its years, is at before any is drawn."""
        if self.implementation == "no_gap":
            return counter.number_next
        # The host's other kind counts in PostgreSQL, behind the back of the cache.
        counter.invalidate_recordset(["number_next_actual"])
        return counter.number_next_actual

    def _find_period(self, date):
        return self.env["ir.sequence.date_range"].search_fetch(
            [("sequence_id", "=", self.id), ("date_from", "<=", date), ("date_to", ">=", date)],
            ["date_from", "number_next"],
            limit=1,
        )

    def _get_series_start(self, date, period) -> Day:
        """Return the first day of the series of a date: with its sequence, what it is known by."""
        if not self.use_date_range:
            return Day.min
        if period:
            return period.date_from
        new_year = date.replace(month=1, day=1)
        # As in the host, after a period that an administrator cut out of the year.
        before = self.env["ir.sequence.date_range"].search(
            [("sequence_id", "=", self.id), ("date_to", ">=", new_year), ("date_to", "<=", date)],
            order="date_to desc",
            limit=1,
        )
        return fields.Date.add(before.date_to, days=1) if before else new_year

    def _get_number_next_actual(self):
        super()._get_number_next_actual()
        last = self.env["koban.number"]._get_last_numbers(self.ids)
        for sequence in self:
            if number := last.get((sequence.id, Day.min)):
                sequence.number_next_actual = number + (sequence.number_increment or 1)
