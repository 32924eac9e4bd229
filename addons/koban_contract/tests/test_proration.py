"""Shares of periods and of amounts, without a database (rows 2-63, 2-67, issue 5)."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..periods import Period, Rhythm
from ..proration import get_share, prorate, split_amount

PROPERTY = settings(deadline=None, database=None, max_examples=200)
ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
FULLS = st.builds(
    lambda count, unit, anchor, aligned, day: Rhythm(count, unit, anchor, aligned).get_full(day),
    st.integers(1, 14),
    st.sampled_from(["day", "week", "month", "month", "year"]),
    st.one_of(DAYS, st.sampled_from([date(2026, 1, day) for day in (29, 30, 31)])),
    st.booleans(),
    DAYS,
)
PLACES = st.lists(st.floats(0, 1), max_size=4)
ROUNDINGS = st.sampled_from([0.01, 1.0, 0.05, 0.001])
SHARES = st.lists(st.fractions(0, 1, max_denominator=370), min_size=1, max_size=13).filter(any)


def period(start, stop):
    return Period(date.fromisoformat(start), date.fromisoformat(stop))


def cut(full, places):
    """Cut a period into parts at the places, 0 its first day and 1 its last."""
    starts = {full.date_from + ONE_DAY * int(place * (full.days - 1)) for place in places}
    starts = [*sorted({*starts, full.date_from}), full.date_to + ONE_DAY]
    return [Period(start, stop - ONE_DAY) for start, stop in pairwise(starts)]


@tagged("post_install", "-at_install")
class TestShare(BaseCase):
    """Values written by hand, then properties."""

    def check(self, full, table):
        for part, rule, expected in table:
            with self.subTest(part=part, rule=rule):
                share = get_share(period(*part), period(*full), rule)
                self.assertEqual(share, Fraction(expected))
                self.assertIsInstance(share, Fraction)

    def test_april(self):
        """Issue 5 (erpnext#36953): 8 April to 30 June is 2 months and 23/30, not 3."""
        self.check(
            ("2026-04-01", "2026-04-30"),
            [
                (("2026-04-08", "2026-04-30"), "days", "23/30"),
                (("2026-04-08", "2026-04-30"), "30_360", "23/30"),
                (("2026-04-08", "2026-04-30"), "none", "1"),
            ],
        )
        for rule in ("days", "30_360"):
            aligned = Rhythm(1, "month", date(2026, 4, 8), aligned=True)
            periods = aligned.split(date(2026, 4, 8), date(2026, 6, 30))
            shares = [get_share(part, aligned.get_full(part.date_from), rule) for part in periods]
            self.assertEqual(shares, [Fraction(23, 30), 1, 1])
            self.assertEqual([prorate(100.0, share, 0.01) for share in shares], [76.67, 100, 100])

    def test_february(self):
        """Issue 5 (contract#197): from 24 February to its end, 5 days of 28 or 7 of 30."""
        self.check(
            ("2026-02-01", "2026-02-28"),
            [
                (("2026-02-24", "2026-02-28"), "days", "5/28"),
                (("2026-02-24", "2026-02-28"), "30_360", "7/30"),
                (("2026-02-24", "2026-02-28"), "none", "1"),
                (("2026-02-01", "2026-02-23"), "30_360", "23/30"),
                (("2026-02-01", "2026-02-28"), "30_360", "1"),
            ],
        )

    def test_leap_day(self):
        """Issue 5, leap day: 29 February is one day of 366, and the last of 30."""
        self.check(
            ("2028-01-01", "2028-12-31"),
            [
                (("2028-02-29", "2028-02-29"), "days", "1/366"),
                (("2028-02-29", "2028-02-29"), "30_360", "2/360"),
                (("2028-02-28", "2028-02-28"), "30_360", "1/360"),
                (("2028-02-01", "2028-02-29"), "days", "29/366"),
                (("2028-02-01", "2028-02-29"), "30_360", "30/360"),
            ],
        )

    def test_30_360(self):
        """Issue 5: each civil month counts 30 days; the 31st costs nothing more."""
        self.check(
            ("2026-01-01", "2026-03-31"),
            [
                (("2026-01-01", "2026-01-31"), "30_360", "30/90"),
                (("2026-01-01", "2026-01-30"), "30_360", "30/90"),
                (("2026-01-31", "2026-01-31"), "30_360", "0"),
                (("2026-02-01", "2026-02-28"), "30_360", "30/90"),
                (("2026-02-28", "2026-02-28"), "30_360", "3/90"),
                (("2026-01-15", "2026-02-14"), "30_360", "30/90"),
                (("2026-03-16", "2026-03-31"), "30_360", "15/90"),
            ],
        )

    def test_30_360_anniversary(self):
        """Issue 5, 31st handled: a month from the 31st counts 30 days, its first one 1."""
        self.check(
            ("2026-01-31", "2026-02-27"),
            [
                (("2026-01-31", "2026-02-27"), "30_360", "1"),
                (("2026-01-31", "2026-01-31"), "30_360", "1/30"),
                (("2026-01-31", "2026-02-14"), "30_360", "15/30"),
            ],
        )
        self.check(
            ("2026-02-28", "2026-03-30"),
            [
                (("2026-02-28", "2026-03-30"), "30_360", "1"),
                (("2026-02-28", "2026-02-28"), "30_360", "1/30"),
                (("2026-02-28", "2026-03-14"), "30_360", "15/30"),
            ],
        )
        self.check(
            ("2026-01-15", "2026-02-14"), [(("2026-01-15", "2026-01-31"), "30_360", "16/30")]
        )

    def test_30_360_weeks(self):
        """Issue 5: 30/360 counts months; a week is shared by its real days."""
        self.check(
            ("2026-03-30", "2026-04-05"),
            [
                (("2026-03-31", "2026-03-31"), "30_360", "1/7"),
                (("2026-03-30", "2026-04-05"), "30_360", "1"),
            ],
        )
        self.check(("2026-03-31",) * 2, [(("2026-03-31",) * 2, "30_360", "1")])

    def test_suspended(self):
        """Issue 5, suspended periods: each day once, whatever the order and the overlaps."""
        april = period("2026-04-01", "2026-04-30")
        table = [
            ([("2026-04-11", "2026-04-20")], "20/30"),
            ([("2026-04-15", "2026-04-20"), ("2026-04-11", "2026-04-17")], "20/30"),
            ([("2026-04-11", "2026-04-20"), ("2026-04-12", "2026-04-13")], "20/30"),
            ([("2026-03-01", "2026-04-10"), ("2026-04-21", "2026-05-31")], "10/30"),
            ([("2026-05-01", "2026-05-31"), ("2026-03-01", "2026-03-31")], "1"),
            ([("2026-01-01", "2026-12-31")], "0"),
            ([("2026-04-01", "2026-04-15"), ("2026-04-16", "2026-04-30")], "0"),
        ]
        for suspended, expected in table:
            suspended = [period(*one) for one in suspended]
            share = Fraction(expected)
            for rule in ("days", "30_360"):
                self.assertEqual(get_share(april, april, rule, suspended), share)
            self.assertEqual(get_share(april, april, "none", suspended), 1 if share else 0)

    def test_refused(self):
        """Issue 5, bad input: an unknown rule, a period that is not of the full one."""
        april = period("2026-04-01", "2026-04-30")
        with self.assertRaises(ValueError):
            get_share(april, april, "thirds")
        for part in (("2026-03-31", "2026-04-30"), ("2026-04-01", "2026-05-01")):
            with self.assertRaises(ValueError):
                get_share(period(*part), april, "days")

    @PROPERTY
    @given(FULLS, PLACES, st.sampled_from(["days", "30_360"]))
    @example(period("2026-01-31", "2026-02-27"), [0.5, 1.0], "30_360")
    @example(period("2026-03-31", "2026-03-31"), [], "30_360")
    def test_add_up(self, full, places, rule):
        """Issue 5, proration: the shares of the parts of any cut add up to exactly 1."""
        shares = [get_share(part, full, rule) for part in cut(full, places)]
        self.assertEqual(sum(shares), 1)
        self.assertGreaterEqual(min(shares), 0)

    @PROPERTY
    @given(FULLS, PLACES, PLACES, PLACES, st.sampled_from(["days", "30_360"]))
    def test_suspended_add_up(self, full, places, holes, others, rule):
        """Issue 5: what is suspended and what is not make 1, in any cut."""
        first, second = cut(full, holes)[1:], cut(full, others)[::2]
        suspended = first + second
        paid = [get_share(part, full, rule, suspended) for part in cut(full, places)]
        days = {
            day for hole in suspended for day in map(hole.date_from.__add__, _deltas(hole.days))
        }
        unpaid = sum(get_share(Period(day, day), full, rule) for day in days)
        self.assertEqual(sum(paid) + unpaid, 1)

    @PROPERTY
    @given(st.integers(1, 36), DAYS, st.sampled_from([28, 29, 30, 31]))
    def test_30_360_months(self, count, day, anchor_day):
        """Issue 5: a full period of n months is n × 30 days, its every month one n-th of it."""
        anchor = date(2020, 1, anchor_day)
        full = Rhythm(count, "month", anchor).get_full(day)
        monthly = Rhythm(1, "month", anchor)
        parts = list(monthly.split(full.date_from, full.date_to))
        self.assertEqual(len(parts), count)
        if anchor_day == 28:
            for part in parts:
                self.assertEqual(get_share(part, full, "30_360"), Fraction(1, count))


def _deltas(days):
    return [timedelta(days=number) for number in range(days)]


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    """Rounding of shares."""

    def test_prorate(self):
        """Issue 5: half up, from the number as it is written, mirrored below zero."""
        table = [
            (0.25, Fraction(1, 2), 0.01, 0.13),
            (-0.25, Fraction(1, 2), 0.01, -0.13),
            (1.005, Fraction(1), 0.01, 1.01),
            (2.675, Fraction(1), 0.01, 2.68),
            (Decimal("0.125"), Fraction(1), 0.01, 0.13),
            (100.0, Fraction(23, 30), 0.01, 76.67),
            (100.0, Fraction(5, 28), 0.01, 17.86),
            (100.0, Fraction(1, 3), 1.0, 33.0),
            (1.0, Fraction(1, 2), 1.0, 1.0),
            (10.0, Fraction(1, 3), 0.05, 3.35),
            (10.0, Fraction(0), 0.01, 0.0),
        ]
        for price, share, rounding, expected in table:
            with self.subTest(price=price, share=share):
                result = prorate(price, share, rounding)
                self.assertEqual(result, expected)
                self.assertIsInstance(result, float)

    def test_split_amount(self):
        """Issue 5: the cents left go to the largest remainders, the first if equal."""
        third = Fraction(1, 3)
        table = [
            (100.0, [third] * 3, 0.01, [33.34, 33.33, 33.33]),
            (-100.0, [third] * 3, 0.01, [-33.34, -33.33, -33.33]),
            (100.0, [Fraction(23, 30), 1, 1], 0.01, [27.71, 36.15, 36.14]),
            (0.02, [third] * 3, 0.01, [0.01, 0.01, 0.0]),
            (10.0, [Fraction(0), Fraction(1, 2)], 0.01, [0.0, 10.0]),
            (0.0, [third] * 2, 0.01, [0.0, 0.0]),
            (100, [third] * 3, 1, [34.0, 33.0, 33.0]),
        ]
        for total, shares, rounding, expected in table:
            with self.subTest(total=total, shares=shares):
                self.assertEqual(split_amount(total, shares, rounding), expected)

    def test_refused(self):
        """Issue 5, bad input: no share at all, a negative one, no rounding, no number."""
        for shares in ([], [Fraction(0)], [Fraction(2), Fraction(-1)]):
            with self.assertRaises(ValueError):
                split_amount(10.0, shares, 0.01)
        for rounding in (0.0, -0.01):
            with self.assertRaises(ValueError):
                prorate(10.0, Fraction(1), rounding)
        for price in (float("nan"), float("inf"), Decimal("NaN")):
            with self.assertRaises(ValueError):
                prorate(price, Fraction(1), 0.01)

    @PROPERTY
    @given(
        st.decimals("-99999", "99999", places=3),
        st.fractions(0, 1, max_denominator=400),
        ROUNDINGS,
    )
    def test_prorate_exact(self, price, share, rounding):
        """Issue 5: within half a rounding of the exact value, the upper one if two are."""
        result = prorate(price, share, rounding)
        self.assertEqual(prorate(-price, share, rounding), -result)
        step = Fraction(str(rounding))
        steps = Fraction(str(result)) / step
        self.assertEqual(steps.denominator, 1)
        away = abs(Fraction(price) * share) - abs(steps * step)
        self.assertTrue(-step / 2 <= away < step / 2)

    @PROPERTY
    @given(st.decimals("-99999", "99999", places=3), SHARES, ROUNDINGS)
    def test_split_adds_up(self, total, shares, rounding):
        """Issue 5: the parts add up to the cent, each less than a cent from its exact value."""
        parts = [Fraction(str(part)) for part in split_amount(total, shares, rounding)]
        step = Fraction(str(rounding))
        # The decimal module's own rounding as a second opinion.
        steps = (total / Decimal(str(rounding))).quantize(Decimal(1), ROUND_HALF_UP)
        self.assertEqual(sum(parts), int(steps) * step)
        for part, share in zip(parts, shares, strict=True):
            self.assertLess(abs(part - int(steps) * step * share / sum(shares)), step)
