"""Rounding of changed prices, by hand and by properties."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from odoo.addons.koban_price.tools.rounding import ENDINGS, STEPS, raise_price, round_price

prices = st.decimals(min_value=0, max_value=100000, places=4)


@tagged("post_install", "-at_install")
class TestRounding(BaseCase):
    def test_by_hand(self):
        """Row 4-26: a percentage, an amount, then the rounding."""
        for price, percentage, amount, rounding, expected in (
            (10.0, 3.0, 0.0, "0.01", 10.3),
            (10.0, 3.0, 0.0, "0.05", 10.3),
            (9.99, 3.0, 0.0, "0.01", 10.29),
            (9.99, 3.0, 0.0, "0.05", 10.3),
            (9.99, 3.0, 0.0, ".90", 9.9),
            (10.0, 4.0, 0.0, ".90", 10.9),
            (10.0, 0.0, 0.0, ".95", 9.95),
            (0.2, 0.0, 0.0, ".99", 0.99),
            (12.34, -10.0, 1.0, "1", 12.0),
            (1.0, -100.0, -5.0, "0.01", 0.0),
            (8.325, 0.0, 0.0, "none", 8.325),
        ):
            with self.subTest(price=price, percentage=percentage, rounding=rounding):
                self.assertEqual(raise_price(price, percentage, amount, rounding), expected)

    @given(prices, st.sampled_from(sorted(STEPS)))
    def test_steps(self, price, step):
        """A rounded price is a multiple of the step, at most half a step away."""
        rounded = round_price(price, step)
        self.assertEqual(rounded % STEPS[step], 0)
        self.assertLessEqual(abs(rounded - price), STEPS[step] / 2)

    @given(prices, st.sampled_from(sorted(ENDINGS)))
    def test_endings(self, price, ending):
        """A rounded price has the ending; it is at most half a unit away, above the least one."""
        rounded = round_price(price, ending)
        self.assertEqual(rounded % 1, ENDINGS[ending])
        if price >= ENDINGS[ending]:
            self.assertLessEqual(abs(rounded - price), Decimal("0.5"))
