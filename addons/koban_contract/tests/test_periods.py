"""Billing periods, without a database (rows 2-63, 2-67, issue 5)."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise

from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..periods import UNITS, Period, Rhythm, add_interval, months_of

# A busy machine is no fault of the dates.
PROPERTY = settings(deadline=None, database=None, max_examples=200)
ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MONTH_ENDS = DAYS.map(lambda day: day + relativedelta(day=31))
ANCHORS = st.one_of(DAYS, MONTH_ENDS, st.sampled_from([date(2024, 2, 29), date(2026, 1, 31)]))
RHYTHMS = st.builds(Rhythm, st.integers(1, 40), st.sampled_from(UNITS), ANCHORS, st.booleans())


def period(start, stop):
    return Period(date.fromisoformat(start), date.fromisoformat(stop))


def get_starts(rhythm, day, count):
    """Starts of the periods from the day on, as text."""
    periods = islice(rhythm.split(date.fromisoformat(day)), count)
    return [str(one.date_from) for one in periods]


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    """Values written by hand, then properties."""

    def test_period(self):
        """Row 2-63: a period includes both its ends."""
        february = period("2028-02-01", "2028-02-29")
        self.assertEqual(february.days, 29)
        self.assertEqual(period("2026-05-01", "2026-05-01").days, 1)
        self.assertTrue(february.contains(date(2028, 2, 1)))
        self.assertTrue(february.contains(date(2028, 2, 29)))
        self.assertFalse(february.contains(date(2028, 3, 1)))
        self.assertFalse(february.contains(date(2028, 1, 31)))
        self.assertLess(february, period("2028-03-01", "2028-03-02"))

    def test_overlap(self):
        """Issue 5, overlapping lines: the days two periods share, to the day."""
        march = period("2026-03-01", "2026-03-31")
        table = [
            (("2026-03-31", "2026-04-30"), ("2026-03-31", "2026-03-31")),
            (("2026-02-01", "2026-03-01"), ("2026-03-01", "2026-03-01")),
            (("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-03-31")),
            (("2026-03-10", "2026-03-12"), ("2026-03-10", "2026-03-12")),
        ]
        for other, expected in table:
            self.assertEqual(march.overlap(period(*other)), period(*expected))
            self.assertEqual(period(*other).overlap(march), period(*expected))
        self.assertIsNone(march.overlap(period("2026-04-01", "2026-04-30")))
        self.assertIsNone(march.overlap(period("2026-02-01", "2026-02-28")))

    def test_refused(self):
        """Issue 5, bad input: an end before the start, a periodicity of zero, no such unit."""
        with self.assertRaises(ValueError):
            period("2026-03-02", "2026-03-01")
        for count, unit in [(0, "month"), (-1, "month"), (1, "quarter"), (1, ""), (1, None)]:
            with self.subTest(count=count, unit=unit), self.assertRaises(ValueError):
                Rhythm(count, unit, date(2026, 1, 1))
        with self.assertRaises(ValueError):
            add_interval(date(2026, 1, 1), 1, "quarter")
        with self.assertRaises(ValueError):
            months_of(1, "quarter")

    def test_add_interval(self):
        """Row 2-67: the anchor's day comes back wherever the month has it."""
        table = [
            ("2026-01-31", 1, "month", "2026-02-28"),
            ("2028-01-31", 1, "month", "2028-02-29"),
            ("2026-01-31", 2, "month", "2026-03-31"),
            ("2026-01-31", 3, "month", "2026-04-30"),
            ("2026-01-31", -1, "month", "2025-12-31"),
            ("2026-03-31", -1, "month", "2026-02-28"),
            ("2026-01-15", -13, "month", "2024-12-15"),
            ("2026-12-31", 12, "month", "2027-12-31"),
            ("2024-02-29", 1, "year", "2025-02-28"),
            ("2024-02-29", 4, "year", "2028-02-29"),
            ("2024-02-29", -4, "year", "2020-02-29"),
            ("2024-02-29", 12, "month", "2025-02-28"),
            ("2026-02-24", 1, "week", "2026-03-03"),
            ("2026-03-01", -1, "day", "2026-02-28"),
            ("2026-03-01", 0, "month", "2026-03-01"),
        ]
        for anchor, count, unit, expected in table:
            with self.subTest(anchor=anchor, count=count, unit=unit):
                result = add_interval(date.fromisoformat(anchor), count, unit)
                self.assertEqual(str(result), expected)

    def test_out_of_calendar(self):
        """Issue 5: years beyond 9999 are an error of one kind, whatever the unit."""
        for unit in UNITS:
            for count in (10**5, 10**12):
                for sign in (1, -1):
                    # 10**5 days are no more than 274 years.
                    anchor = date(9999, 1, 1) if sign > 0 else date(1, 1, 2)
                    with self.subTest(unit=unit), self.assertRaises(OverflowError):
                        add_interval(anchor, sign * count, unit)

    def test_anniversary(self):
        """Issue 5, 31st handled: 31 January, then the end of February, then 31 March."""
        monthly = Rhythm(1, "month", date(2026, 1, 31))
        self.assertEqual(
            get_starts(monthly, "2026-01-31", 5),
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
        )
        self.assertEqual(monthly.get_full(date(2026, 2, 27)), period("2026-01-31", "2026-02-27"))
        self.assertEqual(monthly.get_full(date(2026, 2, 28)), period("2026-02-28", "2026-03-30"))
        # Before the anchor.
        self.assertEqual(monthly.get_full(date(2025, 12, 30)), period("2025-11-30", "2025-12-30"))

    def test_leap_day(self):
        """Issue 5, leap day: a yearly contract of 29 February comes back to it."""
        yearly = Rhythm(1, "year", date(2024, 2, 29))
        self.assertEqual(
            get_starts(yearly, "2024-02-29", 5),
            ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        )
        self.assertEqual(yearly.get_full(date(2028, 2, 28)), period("2027-02-28", "2028-02-28"))

    def test_aligned(self):
        """Issue 5, calendar-aligned: civil months, quarters, years, and weeks from Monday."""
        table = [
            (1, "month", ("2026-02-01", "2026-02-28")),
            (2, "month", ("2026-01-01", "2026-02-28")),
            (3, "month", ("2026-01-01", "2026-03-31")),
            (6, "month", ("2026-01-01", "2026-06-30")),
            (12, "month", ("2026-01-01", "2026-12-31")),
            (1, "year", ("2026-01-01", "2026-12-31")),
            # Years 1 to 5, …, 2026 to 2030.
            (5, "year", ("2026-01-01", "2030-12-31")),
            # 2025 years are 4,860 blocks of 5 months.
            (5, "month", ("2026-01-01", "2026-05-31")),
            # 24 February 2026 is a Tuesday.
            (1, "week", ("2026-02-23", "2026-03-01")),
            (1, "day", ("2026-02-24", "2026-02-24")),
        ]
        for count, unit, expected in table:
            with self.subTest(count=count, unit=unit):
                rhythm = Rhythm(count, unit, date(2026, 1, 17), aligned=True)
                self.assertEqual(rhythm.get_full(date(2026, 2, 24)), period(*expected))
        # Blocks of 5 months do not start again each year.
        rhythm = Rhythm(5, "month", date(2026, 1, 17), aligned=True)
        self.assertEqual(rhythm.get_full(date(2027, 1, 1)), period("2026-11-01", "2027-03-31"))

    def test_split(self):
        """Issue 5 (erpnext#36953): 8 April to 30 June, by civil months and by anniversaries."""
        aligned = Rhythm(1, "month", date(2026, 4, 8), aligned=True)
        anniversary = Rhythm(1, "month", date(2026, 4, 8))
        stretch = (date(2026, 4, 8), date(2026, 6, 30))
        self.assertEqual(
            list(aligned.split(*stretch)),
            [
                period("2026-04-08", "2026-04-30"),
                period("2026-05-01", "2026-05-31"),
                period("2026-06-01", "2026-06-30"),
            ],
        )
        self.assertEqual(
            list(anniversary.split(*stretch)),
            [
                period("2026-04-08", "2026-05-07"),
                period("2026-05-08", "2026-06-07"),
                period("2026-06-08", "2026-06-30"),
            ],
        )

    def test_split_month_end(self):
        """Issue 5 (contract#197): a start on 24 February bills up to the month's end first."""
        monthly = Rhythm(1, "month", date(2026, 2, 24), aligned=True)
        self.assertEqual(
            list(islice(monthly.split(date(2026, 2, 24)), 2)),
            [period("2026-02-24", "2026-02-28"), period("2026-03-01", "2026-03-31")],
        )

    def test_split_ends(self):
        """Issue 5: no period before its start, one for one day, none beyond the calendar."""
        daily = Rhythm(1, "day", date(2026, 1, 1))
        self.assertEqual(list(daily.split(date(2026, 1, 2), date(2026, 1, 1))), [])
        self.assertEqual(
            list(daily.split(date(2026, 1, 2), date(2026, 1, 2))),
            [period("2026-01-02", "2026-01-02")],
        )
        yearly = Rhythm(1, "year", date(2026, 7, 1))
        self.assertEqual(
            list(yearly.split(date(9998, 8, 1))),
            [period("9998-08-01", "9999-06-30"), period("9999-07-01", "9999-12-31")],
        )
        self.assertEqual(yearly.get_full(date(1, 1, 1)), period("0001-01-01", "0001-06-30"))
        with self.assertRaises(OverflowError):
            yearly.get_next(yearly.get_full(date.max))

    def test_get_next(self):
        """Row 2-67: the renewed period is the full one after, also after a clipped one."""
        monthly = Rhythm(1, "month", date(2026, 1, 31))
        expected = period("2026-02-28", "2026-03-30")
        self.assertEqual(monthly.get_next(period("2026-01-31", "2026-02-27")), expected)
        self.assertEqual(monthly.get_next(period("2026-02-10", "2026-02-27")), expected)
        self.assertEqual(monthly.get_next(period("2026-01-31", "2026-02-10")), expected)

    def test_months_of(self):
        """Issue 5, recurring revenue: a price of any periodicity, brought to one month."""
        self.assertEqual(months_of(1, "month"), 1)
        self.assertEqual(months_of(3, "month"), 3)
        self.assertEqual(months_of(2, "year"), 24)
        self.assertEqual(months_of(365, "day"), 12)
        self.assertEqual(months_of(1, "week"), Fraction(84, 365))
        self.assertIsInstance(months_of(1, "month"), Fraction)

    @PROPERTY
    @given(ANCHORS, st.integers(-1200, 1200), st.sampled_from(UNITS))
    def test_counted(self, anchor, count, unit):
        """Row 2-67: so many units after the anchor, counted by months or by days."""
        found = add_interval(anchor, count, unit)
        if unit in ("day", "week"):
            self.assertEqual((found - anchor).days, count * (7 if unit == "week" else 1))
        else:
            months = (found.year - anchor.year) * 12 + found.month - anchor.month
            self.assertEqual(months, count * (12 if unit == "year" else 1))

    @PROPERTY
    @given(ANCHORS, st.integers(-500, 500))
    def test_anchor_day_kept(self, anchor, count):
        """Row 2-67: the anchor's day wherever the month has it, else the month's last."""
        result = add_interval(anchor, count, "month")
        if result.day != anchor.day:
            self.assertLess(result.day, anchor.day)
            self.assertEqual((result + ONE_DAY).day, 1)

    @PROPERTY
    @given(RHYTHMS, ANCHORS)
    @example(Rhythm(1, "month", date(2026, 1, 31)), date(2025, 2, 28))
    @example(Rhythm(1, "year", date(2024, 2, 29)), date(2023, 2, 28))
    @example(Rhythm(40, "year", date(9990, 1, 1)), date(1, 1, 1))
    @example(Rhythm(7, "month", date(1, 1, 31)), date(9999, 12, 31))
    def test_full(self, rhythm, day):
        """Issue 5: each day of a full period has this very period, and no other day has."""
        full = rhythm.get_full(day)
        self.assertTrue(full.contains(day))
        self.assertEqual(rhythm.get_full(full.date_from), full)
        self.assertEqual(rhythm.get_full(full.date_to), full)
        if full.date_to != date.max:
            following = rhythm.get_full(full.date_to + ONE_DAY)
            self.assertEqual(following.date_from, full.date_to + ONE_DAY)
            self.assertEqual(rhythm.get_next(full), following)
        if full.date_from != date.min:
            before = rhythm.get_full(full.date_from - ONE_DAY)
            self.assertEqual(before.date_to, full.date_from - ONE_DAY)

    @PROPERTY
    @given(RHYTHMS, st.integers(-60, 60))
    def test_full_starts(self, rhythm, index):
        """Issue 5: the periods start at the anchor + n × interval, never at another day."""
        origin = date.min if rhythm.aligned else rhythm.anchor
        if rhythm.aligned:
            index += 61
        start = add_interval(origin, index * rhythm.count, rhythm.unit)
        full = rhythm.get_full(start)
        self.assertEqual(full.date_from, start)
        stop = add_interval(origin, (index + 1) * rhythm.count, rhythm.unit)
        self.assertEqual(full.date_to + ONE_DAY, stop)

    @PROPERTY
    @given(RHYTHMS, ANCHORS, st.integers(0, 900))
    def test_tiles(self, rhythm, start, length):
        """Issue 5, nothing billed twice or skipped: no gap, no overlap, no day too many."""
        stop = start + ONE_DAY * length
        periods = list(rhythm.split(start, stop))
        self.assertEqual(periods[0].date_from, start)
        self.assertEqual(periods[-1].date_to, stop)
        for one, following in pairwise(periods):
            self.assertEqual(one.date_to + ONE_DAY, following.date_from)
        for one in periods[1:-1]:
            self.assertEqual(rhythm.get_full(one.date_from), one)
        self.assertEqual(sum(one.days for one in periods), length + 1)
        # Wherever the run stops and goes on, the same periods come out.
        self.assertEqual(list(islice(rhythm.split(start), len(periods)))[:-1], periods[:-1])
