"""Price revision, without a database (law.md §7, issue 5)."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..indexation import (
    IndexationError,
    IndexTerms,
    IndexValue,
    change_amount,
    change_percent,
    check_span,
    get_known,
    get_real,
    revise,
)

PROPERTY = settings(deadline=None, database=None, max_examples=200)
VALUES = st.decimals("50", "3000", places=1)
PERCENTS = st.one_of(st.none(), st.decimals("-20", "20", places=1))
D = Decimal


def terms(fixed="0", **options):
    return IndexTerms(D(fixed), **{name: D(value) for name, value in options.items()})


@tagged("post_install", "-at_install")
class TestRevise(BaseCase):
    """By an index."""

    def test_law_vector(self):
        """Issue 5, vector of law.md §7: 1767 × (0.15 + 0.85 × 294.6/280) = 1845.32."""
        revision = revise(D(1767), D(280), D("294.6"), terms("0.15"))
        self.assertEqual(str(revision.price), "1845.32")
        self.assertEqual(revision.uncapped_price, revision.price)
        self.assertEqual(revision.hit, "")
        # 0.15 + 0.85 × 294.6 / 280 = 1.044321428…
        self.assertAlmostEqual(revision.factor, D("1.0443214285714"), 12)
        self.assertEqual(revision.formula, "1767 × (0.15 + 0.85 × 294.6 / 280)")

    def test_formula(self):
        """Issue 5, dry run: the formula is the computation, in plain digits."""
        table = [
            (("1767", "280", "294.6", "0", "1"), "1767 × 294.6 / 280"),
            (("1767.00", "280.0", "294.60", "0", "1"), "1767 × 294.6 / 280"),
            (("1767", "280", "294.6", "0", "1.1"), "1767 × 1.1 × 294.6 / 280"),
            (("1767", "280", "294.6", "0.15", "1.1"), "1767 × (0.15 + 0.85 × 1.1 × 294.6 / 280)"),
            (("1000", "1E+2", "0.5", "0.30", "1.0"), "1000 × (0.3 + 0.7 × 0.5 / 100)"),
            (("0.0045", "100", "110", "0", "1"), "0.0045 × 110 / 100"),
        ]
        for (price, base, new, fixed, coefficient), expected in table:
            revision = revise(D(price), D(base), D(new), terms(fixed), D(coefficient))
            self.assertEqual(revision.formula, expected)

    def test_successor(self):
        """Issue 5, successor series: the linking coefficient brings it to the old base."""
        # Syntec revised: 1000 × 1.1 × 273 / 286 = 1050 exactly.
        revision = revise(D(1000), D(286), D(273), terms(), D("1.1"))
        self.assertEqual(revision.price, D("1050.00"))
        self.assertEqual(revise(D(1000), D(286), D(273), terms()).price, D("954.55"))

    def test_base_and_chained(self):
        """Issue 5, vector of law.md §7: base and chained differ, as soon as a part is fixed."""
        fixed = terms("0.15")
        # 1000 × (0.15 + 0.85 × 121/100) = 1000 × 1.1785
        base = revise(D(1000), D(100), D(121), fixed)
        self.assertEqual(base.price, D("1178.50"))
        # 1000 × (0.15 + 0.85 × 110/100) = 1085, × (0.15 + 0.85 × 121/110) = 1085 × 1.085
        first = revise(D(1000), D(100), D(110), fixed)
        self.assertEqual(first.price, D("1085.00"))
        chained = revise(first.price, D(110), D(121), fixed)
        self.assertEqual(chained.price, D("1177.23"))

    def test_limits(self):
        """Issue 5, floor and cap: in % of the old price; at the limit there is no hit."""
        table = [
            ("90", {"floor": "0"}, "100.00", "90.00", "floor"),
            ("90", {"floor": "-5"}, "95.00", "90.00", "floor"),
            ("90", {"floor": "-10"}, "90.00", "90.00", ""),
            ("100", {"floor": "0", "cap": "0"}, "100.00", "100.00", ""),
            ("110", {"cap": "3.5"}, "103.50", "110.00", "cap"),
            ("110", {"cap": "10"}, "110.00", "110.00", ""),
            ("110", {"floor": "12"}, "112.00", "110.00", "floor"),
            ("90", {"cap": "-12"}, "88.00", "90.00", "cap"),
            ("110", {"floor": "0", "cap": "5"}, "105.00", "110.00", "cap"),
            ("102", {"floor": "0", "cap": "5"}, "102.00", "102.00", ""),
        ]
        for new, options, price, uncapped, hit in table:
            with self.subTest(new=new, options=options):
                revision = revise(D(100), D(100), D(new), terms(**options))
                self.assertEqual(str(revision.price), price)
                self.assertEqual(str(revision.uncapped_price), uncapped)
                self.assertEqual(revision.hit, hit)
                self.assertEqual(revision.factor, D(new) / 100)

    def test_discount_line(self):
        """Issue 5: a line of negative price follows the same floor and cap."""
        revision = revise(D(-100), D(100), D(110), terms(cap="5"))
        self.assertEqual((revision.price, revision.hit), (D("-105.00"), "cap"))
        revision = revise(D(-100), D(100), D(90), terms(floor="0"))
        self.assertEqual((revision.price, revision.hit), (D("-100.00"), "floor"))
        self.assertEqual(revise(D(0), D(100), D(110), terms()).price, 0)

    def test_rounding(self):
        """Issue 5, rounding: of the unit price, half up."""
        table = [
            ("0.125", "100", "0.01", "0.13"),
            ("-0.125", "100", "0.01", "-0.13"),
            ("0.0045", "110", "0.0001", "0.0050"),
            ("0.0045", "110", "0.00001", "0.00495"),
            ("1767", "105", "1", "1855"),
            ("1767", "105", "0.05", "1855.35"),
            ("1767", "105", "10", "1860"),
        ]
        for price, new, rounding, expected in table:
            revision = revise(D(price), D(100), D(new), terms(rounding=rounding))
            self.assertEqual(str(revision.price), expected)

    def test_refused(self):
        """Issue 5, bad input: an index without a base value, and terms that make no sense."""
        table = [
            ((D(0), D(100)), {}, "base_value"),
            ((D(-1), D(100)), {}, "base_value"),
            ((D(100), D(0)), {}, "new_value"),
            ((D(100), D(100)), {"coefficient": D(0)}, "coefficient"),
        ]
        for values, options, code in table:
            with self.subTest(code=code), self.assertRaises(IndexationError) as caught:
                revise(D(100), *values, terms(), **options)
            self.assertEqual(caught.exception.code, code)
        for options in (
            {"fixed": "1.01"},
            {"fixed": "-0.01"},
            {"floor": "2", "cap": "1"},
            {"rounding": "0"},
        ):
            with self.subTest(options=options), self.assertRaises(ValueError):
                terms(**options)

    @PROPERTY
    @given(VALUES, VALUES, VALUES, st.decimals(0, 1, places=2), PERCENTS, PERCENTS)
    def test_within_limits(self, price, base, new, fixed, floor, cap):
        """Issue 5: the price is the formula's, or the limit's that it went beyond."""
        if floor is not None and cap is not None and floor > cap:
            floor, cap = cap, floor
        revision = revise(price, base, new, IndexTerms(fixed, floor, cap))
        limits = {"floor": floor, "cap": cap}
        if revision.hit:
            limit = change_percent(price, limits[revision.hit], D("0.01"))
            self.assertEqual(revision.price, limit)
            beyond = (limit - revision.uncapped_price) * (1 if revision.hit == "floor" else -1)
            self.assertGreaterEqual(beyond, 0)
        else:
            self.assertEqual(revision.price, revision.uncapped_price)
            self.assertLessEqual(abs(revision.price - price * revision.factor), D("0.0050001"))
        for name, limit in limits.items():
            if limit is not None:
                beyond = revision.price - change_percent(price, limit, D("0.01"))
                self.assertGreaterEqual(beyond * (1 if name == "floor" else -1), 0)

    @PROPERTY
    @given(VALUES, VALUES, VALUES)
    def test_formula_is_true(self, price, base, new):
        """Issue 5, dry run: who computes the formula finds the price."""
        revision = revise(price, base, new, terms("0.15"), D("1.25"))
        written = revision.formula.replace("×", "*")
        result = eval(written)  # digits and operators, written just above
        self.assertAlmostEqual(float(revision.price), result, delta=0.00501)


@tagged("post_install", "-at_install")
class TestChanges(BaseCase):
    """By a percentage, an amount; which index value counts."""

    def test_change(self):
        """Issue 5, price revision: percentage and amount, half up."""
        self.assertEqual(str(change_percent(D("10.50"), D("2.5"), D("0.01"))), "10.76")
        self.assertEqual(str(change_percent(D("10.10"), D("2.5"), D("0.01"))), "10.35")
        self.assertEqual(str(change_percent(D(100), D(-3), D("0.01"))), "97.00")
        self.assertEqual(str(change_percent(D("0.5"), D(1), D("0.01"))), "0.51")
        self.assertEqual(str(change_amount(D("10.10"), D("-0.105"), D("0.01"))), "10.00")
        self.assertEqual(str(change_amount(D("-1"), D("0.995"), D("0.01"))), "-0.01")

    def test_span(self):
        """Issue 5, L112-1: an index span longer than the revision interval, to the month."""
        table = [
            (date(2025, 1, 1), date(2026, 1, 1), 12, True),
            (date(2025, 1, 1), date(2026, 2, 1), 12, False),
            (date(2025, 1, 1), date(2026, 1, 2), 12, False),
            (date(2025, 1, 1), date(2025, 10, 1), 12, True),
            (date(2025, 10, 1), date(2026, 1, 1), 3, True),
            (date(2025, 7, 1), date(2026, 1, 1), 3, False),
            (date(2025, 1, 1), date(2028, 1, 1), 36, True),
            (date(2025, 1, 1), date(2025, 1, 1), 1, True),
            # Backwards is a span too.
            (date(2026, 1, 1), date(2025, 1, 1), 12, True),
            (date(2026, 2, 1), date(2025, 1, 1), 12, False),
        ]
        for base, new, months, expected in table:
            with self.subTest(base=base, new=new):
                self.assertIs(check_span(base, new, months), expected)
        with self.assertRaises(ValueError):
            check_span(date(2025, 1, 1), date(2026, 1, 1), 0)

    def test_values(self):
        """Issue 5, known or real: the last published by a day, or that of the very period."""
        january = IndexValue(date(2026, 1, 1), D(290), date(2026, 3, 25))
        april = IndexValue(date(2026, 4, 1), D(292), date(2026, 6, 25))
        waiting = IndexValue(date(2026, 7, 1), D(294))
        # A corrected value of January comes after the first one of April.
        corrected = IndexValue(date(2026, 1, 1), D(291), date(2026, 7, 1))
        values = [april, corrected, waiting, january]
        table = [
            (date(2026, 3, 24), None),
            (date(2026, 3, 25), january),
            (date(2026, 6, 24), january),
            (date(2026, 6, 25), april),
            (date(2030, 1, 1), april),
        ]
        for day, expected in table:
            self.assertEqual(get_known(values, day), expected)
        self.assertEqual(get_known([january, corrected], date(2026, 6, 30)), january)
        self.assertEqual(get_known([january, corrected], date(2026, 7, 1)), corrected)
        self.assertEqual(get_real(values, date(2026, 4, 1)), april)
        self.assertEqual(get_real(values, date(2026, 1, 1)), corrected)
        self.assertEqual(get_real(values, date(2026, 7, 1)), waiting)
        self.assertIsNone(get_real(values, date(2026, 10, 1)))
        self.assertIsNone(get_known([], date(2026, 1, 1)))
