"""Dates of closings, without a database (row 3-22)."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools import closing_calendar as dates


@tagged("post_install", "-at_install")
class TestClosingCalendar(BaseCase):
    """Values written by hand, then properties."""

    def test_due_date(self):
        """Row 3-22: the closing day is clamped to the month's length, also in February."""
        table = [
            (date(2026, 1, 10), 15, date(2026, 2, 15)),
            (date(2026, 1, 10), 31, date(2026, 2, 28)),
            (date(2028, 1, 31), 31, date(2028, 2, 29)),
            (date(2026, 3, 1), 31, date(2026, 4, 30)),
            (date(2026, 12, 31), 1, date(2027, 1, 1)),
        ]
        for month, day, expected in table:
            self.assertEqual(dates.due_date(month, day), expected)

    def test_last_due_month(self):
        """Row 3-22: from the closing day on, the previous month is due; before, the one before."""
        table = [
            (date(2026, 3, 14), 15, date(2026, 1, 1)),
            (date(2026, 3, 15), 15, date(2026, 2, 1)),
            (date(2026, 2, 27), 31, date(2025, 12, 1)),
            (date(2026, 2, 28), 31, date(2026, 1, 1)),
            (date(2026, 1, 1), 1, date(2025, 12, 1)),
        ]
        for today, day, expected in table:
            self.assertEqual(dates.last_due_month(today, day), expected)

    # A busy machine is no fault of the dates.
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 31))
    def test_each_month_is_due_once(self, today, day):
        """Row 3-22: day after day, no month is skipped, none is due before it has ended."""
        first = dates.last_due_month(today, day)
        second = dates.last_due_month(today + timedelta(days=1), day)
        self.assertIn(second, (first, dates.next_month(first)))
        self.assertLess(dates.month_end(first), today)
