"""Meter readings and graduated prices, without a database (row 2-64, issue 5)."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..usage import (
    Reading,
    ReadingError,
    Tier,
    UsageError,
    UsagePart,
    get_consumed,
    price_usage,
)

PROPERTY = settings(deadline=None, database=None, max_examples=200)
QUANTITIES = st.decimals(0, 100000, places=3).map(float)
TIERS = st.lists(st.integers(1, 90000), unique=True, max_size=5).map(
    lambda starts: [Tier(start, 1 / (1 + start)) for start in (0, *sorted(starts))]
)
COPIES = [Tier(0, 0.05), Tier(1000, 0.04), Tier(5000, 0.03)]


def reading(day, value, old_value=None, changed=False):
    return Reading(date.fromisoformat(day), value, changed or old_value is not None, old_value)


def exact(number):
    return Decimal(str(number))


@tagged("post_install", "-at_install")
class TestPriceUsage(BaseCase):
    """Included volume and tiers."""

    def test_tiers(self):
        """Issue 5, usage lines: each unit at the price of its tier, beyond the included ones."""
        first = UsagePart(1000.0, 0.05, 0.0, 1000.0)
        table = [
            (0, 0, []),
            (500, 500, []),
            (400, 500, []),
            (501, 500, [UsagePart(1.0, 0.05, 0.0, 1000.0)]),
            (1500, 500, [first]),
            (1501, 500, [first, UsagePart(1.0, 0.04, 1000.0, 5000.0)]),
            (
                7700,
                500,
                [
                    first,
                    UsagePart(4000.0, 0.04, 1000.0, 5000.0),
                    UsagePart(2200.0, 0.03, 5000.0, None),
                ],
            ),
        ]
        for quantity, included, expected in table:
            with self.subTest(quantity=quantity):
                self.assertEqual(price_usage(quantity, included, COPIES), expected)

    def test_one_price(self):
        """Row 2-64: « coût copie » alone is one tier, a package of volume an included one."""
        self.assertEqual(
            price_usage(1250.0, 1000.0, [Tier(0, 0.0045)]), [UsagePart(250.0, 0.0045, 0.0, None)]
        )

    def test_decimals(self):
        """Issue 5: no binary noise in quantities, at most 6 decimals."""
        self.assertEqual(price_usage(0.3, 0.1, [Tier(0, 1)])[0].quantity, 0.2)
        self.assertEqual(price_usage(1 / 3, 0, [Tier(0, 1)])[0].quantity, 0.333333)
        self.assertEqual(price_usage(0.0000005, 0, [Tier(0, 1)])[0].quantity, 0.000001)
        self.assertEqual(price_usage(0.0000004, 0, [Tier(0, 1)]), [])

    def test_refused(self):
        """Issue 5, bad input: tiers without order or beginning, negative numbers."""
        table = [
            (10, 0, [Tier(0, 1), Tier(20, 1), Tier(10, 1)], "tier_order"),
            (10, 0, [Tier(10, 1), Tier(0, 1)], "tier_order"),
            (10, 0, [Tier(0, 1), Tier(0, 2)], "tier_order"),
            (10, 0, [Tier(0, 1), Tier(5, 1), Tier(5, 2)], "tier_order"),
            (10, 0, [Tier(1, 1)], "tier_first"),
            (10, 0, [], "tier_first"),
            (0, 0, [], "tier_first"),
            (-1, 0, COPIES, "negative"),
            (1, -1, COPIES, "negative"),
            (1, 0, [Tier(-5, 1)], "negative"),
            (1, 0, [Tier(0, -1)], "negative"),
            (float("nan"), 0, COPIES, "number"),
            (float("inf"), 0, COPIES, "number"),
            (1, 0, [Tier(float("nan"), 1)], "number"),
            (1e30, 0, COPIES, "number"),
        ]
        for quantity, included, tiers, code in table:
            with self.subTest(tiers=tiers), self.assertRaises(UsageError) as caught:
                price_usage(quantity, included, tiers)
            self.assertEqual(caught.exception.code, code)
            self.assertIsInstance(caught.exception, ValueError)

    @PROPERTY
    @given(QUANTITIES, QUANTITIES, TIERS)
    def test_add_up(self, quantity, included, tiers):
        """Issue 5: every unit beyond the included ones is in one tier, its own."""
        parts = price_usage(quantity, included, tiers)
        billed = max(exact(quantity) - exact(included), Decimal(0))
        self.assertEqual(sum(exact(part.quantity) for part in parts), billed)
        position = Decimal(0)
        for part, tier in zip(parts, tiers, strict=False):
            self.assertEqual((part.label_from, part.price_unit), (tier.start, tier.price))
            self.assertEqual(position, exact(part.label_from))
            position += exact(part.quantity)
            self.assertLessEqual(position, exact(part.label_to or "Infinity"))


@tagged("post_install", "-at_install")
class TestConsumed(BaseCase):
    """Meter readings."""

    def test_readings(self):
        """Issue 5, meter readings: the last less the first, and none without two."""
        readings = [
            reading("2026-01-31", 1000.1),
            reading("2026-02-28", 1000.1),
            reading("2026-03-31", 1200.3),
        ]
        self.assertEqual(get_consumed(readings), 200.2)
        self.assertEqual(get_consumed(readings[:2]), 0.0)
        self.assertEqual(get_consumed(readings[:1]), 0.0)
        self.assertEqual(get_consumed([]), 0.0)

    def test_meter_change(self):
        """Issue 5: a changed meter counts to the old one's last value, then from the new one's."""
        readings = [
            reading("2026-01-31", 1000.0),
            reading("2026-02-10", 5.0, old_value=1080.0),
            reading("2026-02-28", 105.0),
        ]
        self.assertEqual(get_consumed(readings), 180.0)
        # The first reading is where the meter stood, whatever came before.
        self.assertEqual(get_consumed(readings[1:]), 100.0)
        # The new meter may show more than the old one.
        self.assertEqual(
            get_consumed([readings[0], reading("2026-02-10", 9000.0, old_value=1000.0)]), 0.0
        )

    def test_refused(self):
        """Issue 5, bad input: a reading lower than the one before, unless the meter changed."""
        start = reading("2026-01-31", 1000.0)
        table = [
            (reading("2026-02-28", 999.9), 999.9, "lower"),
            (reading("2026-02-28", 0.0, old_value=999.0), 999.0, "lower"),
            (reading("2026-02-28", 0.0, changed=True), None, "old_value"),
            (reading("2026-01-30", 1001.0), 1001.0, "date_order"),
        ]
        for refused, value, code in table:
            with self.subTest(code=code), self.assertRaises(ReadingError) as caught:
                get_consumed([start, refused])
            error = caught.exception
            self.assertEqual((error.date, error.value), (refused.date, value))
            self.assertEqual((error.previous, error.code), (1000.0, code))
            self.assertIsInstance(error, ValueError)

    @PROPERTY
    @given(
        st.lists(st.tuples(QUANTITIES, st.booleans(), QUANTITIES), min_size=1, max_size=8),
        st.integers(0, 8),
    )
    def test_cut(self, steps, place):
        """Issue 5, nothing billed twice or skipped: period by period adds up to the whole."""
        readings, used = [Reading(date(2026, 1, 1), 10.0)], Decimal(0)
        for more, changed, value in steps:
            used += exact(more)
            reached = float(exact(readings[-1].value) + exact(more))
            old_value = reached if changed else None
            readings.append(
                Reading(date(2026, 1, 2), value if changed else reached, changed, old_value)
            )
        self.assertEqual(exact(get_consumed(readings)), used)
        parts = (readings[: place + 1], readings[place:])
        self.assertEqual(sum(exact(get_consumed(part)) for part in parts), used)
