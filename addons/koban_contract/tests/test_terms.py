"""Terms of contracts, without a database (row 2-67, issue 5 §3)."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..terms import get_anchor, get_deadline, get_next_end, get_refusal_window

# A busy machine is no fault of the dates.
PROPERTY = settings(deadline=None, database=None, max_examples=200)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def day(text):
    return date.fromisoformat(text)


def get_ends(start, end, months, count):
    """Return the ends of the next terms, the anchor kept from one to the next."""
    ends, kept, end = [], None, day(end)
    for _number in range(count):
        kept = get_anchor(day(start), end, kept)
        end = get_next_end(end, months, kept)
        ends.append(str(end))
    return ends


@tagged("post_install", "-at_install")
class TestTerms(BaseCase):
    """Values written by hand, then properties."""

    def test_month_ends(self):
        """Row 2-67: the anchor's day comes back, whatever months lie between."""
        table = [
            # 31 January, 28 February, 31 March: each term ends the day before.
            ("2026-01-31", "2026-02-27", 1, ["2026-03-30", "2026-04-29", "2026-05-30"]),
            ("2028-01-31", "2028-02-28", 1, ["2028-03-30", "2028-04-29", "2028-05-30"]),
            # Terms that end with the month go on doing so.
            ("2026-01-01", "2026-01-31", 1, ["2026-02-28", "2026-03-31", "2026-04-30"]),
            ("2026-01-01", "2026-12-31", 12, ["2027-12-31", "2028-12-31", "2029-12-31"]),
            # A leap day.
            ("2024-02-29", "2025-02-27", 12, ["2026-02-27", "2027-02-27", "2028-02-28"]),
            # An end that is no number of months from the start: its own day is kept.
            ("2026-01-15", "2026-01-30", 1, ["2026-02-27", "2026-03-30", "2026-04-29"]),
            ("2026-03-10", "2026-12-31", 3, ["2027-03-31", "2027-06-30", "2027-09-30"]),
        ]
        for start, end, months, expected in table:
            with self.subTest(start=start, end=end):
                self.assertEqual(get_ends(start, end, months, 3), expected)

    def test_no_duration(self):
        """Issue 5, bad input: a renewal for no month."""
        with self.assertRaises(ValueError):
            get_next_end(day("2026-12-31"), 0, day("2026-01-01"))

    def test_deadline(self):
        """Issue 5 §3: the last day to refuse."""
        table = [
            ("2026-12-31", 3, "2026-09-30"),
            ("2026-12-31", 0, "2026-12-31"),
            ("2026-03-31", 1, "2026-02-28"),
            ("2026-03-30", 1, "2026-02-28"),
            ("2026-02-28", 1, "2026-01-31"),
        ]
        for end, months, expected in table:
            with self.subTest(end=end, months=months):
                self.assertEqual(str(get_deadline(day(end), months)), expected)

    def test_window(self):
        """L215-1: three months to one month before the last day to refuse."""
        table = [
            ("2026-09-30", "2026-06-30", "2026-08-30"),
            ("2026-12-31", "2026-09-30", "2026-11-30"),
            ("2026-05-31", "2026-02-28", "2026-04-30"),
            ("2028-03-31", "2027-12-31", "2028-02-29"),
            ("2026-02-28", "2025-11-28", "2026-01-28"),
        ]
        for deadline, first, last in table:
            with self.subTest(deadline=deadline):
                window = get_refusal_window(day(deadline))
                self.assertEqual((str(window.date_from), str(window.date_to)), (first, last))

    @PROPERTY
    @given(DAYS, st.integers(0, 700), st.integers(1, 36))
    def test_terms_follow(self, start, length, months):
        """Terms follow each other for ever, and n terms are n × months from the anchor."""
        end, kept, ends = start + timedelta(days=length), None, []
        for _number in range(5):
            kept = get_anchor(start, end, kept)
            ends.append(get_next_end(end, months, kept))
            self.assertGreater(ends[-1], end)
            end = ends[-1]
        stop = end + timedelta(days=1)
        first = (start + timedelta(days=length + 1)).replace(day=1)
        gone = (stop.year - first.year) * 12 + stop.month - first.month
        self.assertEqual(gone, 5 * months)
