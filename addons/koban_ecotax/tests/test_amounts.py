"""What an eco-tax amounts to, by hand and whatever comes (case T14)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..tools.amounts import EcotaxPart, computing, get_discounted_price, get_part
from .common import EcotaxCase

QUANTITIES = st.integers(-500, 500).map(lambda n: n / 4)
PRICES = st.integers(0, 500_000).map(lambda n: n / 100)
DISCOUNTS = st.integers(0, 10_000).map(lambda n: n / 100)
UNITS = st.sampled_from((1.0, 2.0, 12.0, 0.35, 1.4))
LINES = st.lists(st.tuples(QUANTITIES, PRICES, DISCOUNTS, UNITS), min_size=1, max_size=5)


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    def test_by_hand(self):
        """Case T14: 10.00 a piece, 3 pieces: 30.00; by kilogram, by box, taken back."""
        for amount, part, expected in (
            (10.0, EcotaxPart(1, 3), 30.0),
            (10.0, EcotaxPart(12, 3), 360.0),
            (0.05, EcotaxPart(0.35, 3), 0.05),  # 0.0525
            (0.0333, EcotaxPart(1, 1), 0.03),
            (0.005, EcotaxPart(1, 1), 0.01),  # half goes away from zero,
            (0.005, EcotaxPart(1, -1), -0.01),  # so that a credit note takes it back
            (1.005, EcotaxPart(1, 1), 1.01),  # which binary arithmetic calls 1.00
            (10.0, EcotaxPart(1, 3, sign=-1), -30.0),
            (10.0, EcotaxPart(1, 1, rate=1.111), 11.11),
            (10.0, EcotaxPart(1, 1, rounding=1.0), 10.0),
            (2.02, EcotaxPart(1, 1, rounding=0.05), 2.0),
        ):
            with self.subTest(amount=amount, part=part):
                self.assertEqual(part.get_amount(amount), expected)

    def test_discount(self):
        """Case T14: 12.00 of which 2.40, 90 % off: 0.1 × 9.60 + 2.40."""
        self.assertAlmostEqual(get_discounted_price(12.0, 90, 2.4), 3.36, 10)
        self.assertAlmostEqual(get_discounted_price(12.0, 100, 2.4), 2.4, 10)
        self.assertEqual(get_discounted_price(12.0, 0, 2.4), 12.0)

    def test_only_while_computing(self):
        """What a computation works with is gone after it, and within another one apart."""
        outer, inner = EcotaxPart(1), EcotaxPart(2)
        with computing(outer):
            with computing(inner):
                self.assertIs(get_part(), inner)
            self.assertIs(get_part(), outer)
        self.assertIsNone(get_part())


@tagged("post_install", "-at_install")
class TestProperties(EcotaxCase):
    """Whatever the quantities, prices and discounts, each document adds up to the cent."""

    def compute(self, lines, vat, ecotax):
        taxes = vat | ecotax
        engine = self.env["account.tax"]
        base_lines = [
            engine._prepare_base_line_for_taxes_computation(
                None,
                tax_ids=taxes,
                quantity=quantity,
                price_unit=price,
                discount=discount,
                currency_id=self.company.currency_id,
                koban_ecotax_units=units,
            )
            for quantity, price, discount, units in lines
        ]
        engine._add_tax_details_in_base_lines(base_lines, self.company)
        engine._round_base_lines_tax_details(base_lines, self.company)
        return engine._get_tax_totals_summary(base_lines, self.company.currency_id, self.company)

    def check(self, totals, lines, amount):
        expected = sum(
            EcotaxPart(units, quantity).get_amount(amount) for quantity, _p, _d, units in lines
        )
        groups = [group for part in totals["subtotals"] for group in part["tax_groups"]]
        eco = sum(group["tax_amount_currency"] for group in groups if group.get("koban_ecotax"))
        self.assertAlmostEqual(eco, expected, 6)
        # The total is the last subtotal with its taxes, and each subtotal that before with its.
        running = totals["base_amount_currency"]
        for part in totals["subtotals"]:
            self.assertAlmostEqual(part["base_amount_currency"], running, 6)
            running += sum(group["tax_amount_currency"] for group in part["tax_groups"])
        self.assertAlmostEqual(totals["total_amount_currency"], running, 6)
        return eco

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines=LINES)
    def test_excluded(self, lines):
        """Case T14: the discount leaves the eco-tax; VAT is that of the price and of it."""
        ecotax = self.small._get_tax(self.company, self.today(), included=False)
        totals = self.compute(lines, self.tax, ecotax)
        eco = self.check(totals, lines, 2.0)
        net = sum(q * p * (1 - d / 100) for q, p, d, _units in lines)
        self.assertLessEqual(abs(totals["base_amount_currency"] - net), 0.005 + 1e-6)
        vat = totals["tax_amount_currency"] - eco
        self.assertLessEqual(abs(vat - (net + eco) * 0.2), 0.01)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines=LINES)
    def test_included(self, lines):
        """Case T14: what is paid is the price less the discount of all but the eco-tax in it."""
        ecotax = self.small._get_tax(self.company, self.today(), included=True)
        totals = self.compute(lines, self.tax_included, ecotax)
        self.check(totals, lines, 2.0)
        paid = sum(
            q * ((p - 2.4 * units) * (1 - d / 100) + 2.4 * units) for q, p, d, units in lines
        )
        self.assertLessEqual(abs(totals["total_amount_currency"] - paid), 0.005 + 1e-6)

    def today(self):
        return self.env["account.move"]._get_mention_date()
