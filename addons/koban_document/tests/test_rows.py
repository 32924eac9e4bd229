"""What is shown of grouped lines: every mode and nesting, expectations counted by hand."""

from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests import BaseCase

from ..rows import (
    PrintedRow,
    RowBuilder,
    RowSource,
    get_price_digits,
    split_amount,
)

RATES = {"20 %": 0.20, "10 %": 0.10, "5,5 %": 0.055}


def product(name, price, quantity=1.0, rate="20 %", discount=0.0):
    subtotal = round(quantity * price * (1 - discount / 100), 2)
    return RowSource(
        line=name,
        kind="product",
        name=name,
        quantity=quantity,
        unit="u",
        price_unit=price,
        discount=discount,
        taxes=(rate,),
        tax_key=(rate,),
        subtotal=subtotal,
        total=round(subtotal * (1 + RATES[rate]), 2),
        counted=True,
    )


def group(name, kind="section", **options):
    return RowSource(line=name, kind=kind, name=name, **options)


def sub(name, **options):
    return group(name, "subsection", **options)


def note(name):
    return RowSource(line=name, kind="note", name=name)


def tell(row: PrintedRow):
    """A row in short: kind, level, name, quantity, price, taxes, amount."""
    return (
        row.kind,
        row.level,
        row.name,
        row.quantity,
        row.price_unit,
        " ".join(row.taxes),
        row.subtotal,
    )


def draw_product(price, quantity, rate, discount, index):
    return product(f"article {index}", price / 100, quantity, rate, discount)


def draw_group(kind, mode, quantity, index):
    return group(
        f"group {index}",
        kind,
        hide_prices=mode in ("prices", "mute"),
        hide_detail=mode in ("totals", "kit"),
        hide_subtotal=mode in ("subtotal", "mute"),
        kit_quantity=quantity if mode == "kit" else 0,
    )


# A line or a group of the document; its index names it.
SOURCES = st.one_of(
    st.builds(
        partial(partial, draw_product),
        st.integers(-50_000, 500_000),
        st.sampled_from([0, 1, 2, 3, 0.5, 12]),
        st.sampled_from(list(RATES)),
        st.sampled_from([0, 10, 33.33]),
    ),
    st.builds(
        partial(partial, draw_group),
        st.sampled_from(["section", "subsection"]),
        st.sampled_from(["detail", "prices", "totals", "kit", "subtotal", "mute"]),
        st.sampled_from([1, 3, 7]),
    ),
    st.just(lambda index: note(f"note {index}")),
)


class TestRows(BaseCase):
    """Rows 4-01, 4-02, 4-05 to 4-09."""

    def check(self, sources, expected, **options):
        rows = RowBuilder(**options).build(sources)
        self.assertEqual([tell(row) for row in rows], expected)
        return rows

    def test_unlabelled_group(self):
        """4-02: lines outside groups are a plain list, without title nor subtotal."""
        self.check(
            [product("A", 10, 3), note("N"), product("B", 5)],
            [
                ("product", 0, "A", 3, 10, "20 %", 30),
                ("note", 0, "N", None, None, "", None),
                ("product", 0, "B", 1, 5, "20 %", 5),
            ],
        )

    def test_detail(self):
        """4-05: a group, its lines, its subtotal; a subsection inside."""
        self.check(
            [
                product("A", 10),
                group("G"),
                product("B", 20),
                sub("S"),
                product("C", 30, rate="10 %"),
                group("H"),
                product("D", 40),
            ],
            [
                ("product", 0, "A", 1, 10, "20 %", 10),
                ("section", 0, "G", None, None, "", None),
                ("product", 1, "B", 1, 20, "20 %", 20),
                ("subsection", 1, "S", None, None, "", None),
                ("product", 2, "C", 1, 30, "10 %", 30),
                ("subtotal", 1, "S", None, None, "10 %", 30),
                ("subtotal", 0, "G", None, None, "20 % 10 %", 50),
                ("section", 0, "H", None, None, "", None),
                ("product", 1, "D", 1, 40, "20 %", 40),
                ("subtotal", 0, "H", None, None, "20 %", 40),
            ],
        )

    def test_hide_subtotal(self):
        """4-06: the subtotal of the group alone is hidden."""
        self.check(
            [group("G", hide_subtotal=True), product("B", 20), sub("S"), product("C", 30)],
            [
                ("section", 0, "G", None, None, "", None),
                ("product", 1, "B", 1, 20, "20 %", 20),
                ("subsection", 1, "S", None, None, "", None),
                ("product", 2, "C", 1, 30, "20 %", 30),
                ("subtotal", 1, "S", None, None, "20 %", 30),
            ],
        )

    def test_hide_prices(self):
        """4-08: quantities stay; one subtotal by rate; none for what is nested."""
        rows = self.check(
            [
                group("G", hide_prices=True),
                product("B", 20, 2, discount=50),
                product("C", 30, rate="10 %"),
                sub("S"),
                product("D", 7),
                sub("T", hide_detail=True),
                product("E", 11),
            ],
            [
                ("section", 0, "G", None, None, "", None),
                ("product", 1, "B", 2, None, "20 %", None),
                ("product", 1, "C", 1, None, "10 %", None),
                ("subsection", 1, "S", None, None, "", None),
                ("product", 2, "D", 1, None, "20 %", None),
                ("summary", 1, "T", 1, None, "20 %", None),
                ("subtotal", 0, "G", None, None, "20 %", 38),
                ("subtotal", 0, "G", None, None, "10 %", 30),
            ],
        )
        self.assertFalse([row for row in rows if row.discount])

    def test_hide_prices_of_a_subsection(self):
        """4-08: the prices of the next subsection stay."""
        self.check(
            [
                group("G"),
                sub("S", hide_prices=True),
                product("B", 20),
                sub("T"),
                product("C", 30),
            ],
            [
                ("section", 0, "G", None, None, "", None),
                ("subsection", 1, "S", None, None, "", None),
                ("product", 2, "B", 1, None, "20 %", None),
                ("subtotal", 1, "S", None, None, "20 %", 20),
                ("subsection", 1, "T", None, None, "", None),
                ("product", 2, "C", 1, 30, "20 %", 30),
                ("subtotal", 1, "T", None, None, "20 %", 30),
                ("subtotal", 0, "G", None, None, "20 %", 50),
            ],
        )

    def test_totals_only(self):
        """4-06 and 4-07: one row by rate, with all that is nested; nothing else."""
        self.check(
            [
                group("G", hide_detail=True),
                product("B", 20),
                note("N"),
                product("C", 30, rate="10 %"),
                sub("S", hide_prices=True),
                product("D", 7),
            ],
            [
                ("summary", 0, "G", 1, 27, "20 %", 27),
                ("summary", 0, "G", 1, 30, "10 %", 30),
            ],
        )

    def test_totals_only_subsection(self):
        self.check(
            [group("G"), product("A", 1), sub("S", hide_detail=True), product("B", 2)],
            [
                ("section", 0, "G", None, None, "", None),
                ("product", 1, "A", 1, 1, "20 %", 1),
                ("summary", 1, "S", 1, 2, "20 %", 2),
                ("subtotal", 0, "G", None, None, "20 %", 3),
            ],
        )

    def test_simulated_kit(self):
        """4-09: one article, its quantity, a price that gives the amount to the cent."""
        rows = self.check(
            [
                group("Table", hide_detail=True, kit_quantity=3, kit_unit="ensemble"),
                product("Top", 60),
                product("Legs", 10, 4),
            ],
            [("summary", 0, "Table", 3, 33.333, "20 %", 100)],
        )
        self.assertEqual(rows[0].unit, "ensemble")
        self.assertEqual(rows[0].total, 120)

    def test_kit_with_tax_in_prices(self):
        """Where prices contain their tax, so does the price of the kit."""
        rows = RowBuilder(tax_included=True).build(
            [group("Table", hide_detail=True, kit_quantity=2), product("Top", 100)]
        )
        self.assertEqual((rows[0].price_unit, rows[0].subtotal, rows[0].total), (60, 100, 120))

    def test_empty_groups(self):
        """A group without article is a title, whatever its mode."""
        self.check(
            [group("G"), note("N"), group("H", hide_detail=True), note("M"), sub("S")],
            [
                ("section", 0, "G", None, None, "", None),
                ("note", 1, "N", None, None, "", None),
                ("section", 0, "H", None, None, "", None),
            ],
        )
        self.check([], [])

    def test_subsection_alone(self):
        """A subsection before any section stands by itself."""
        self.check(
            [product("A", 1), sub("S"), product("B", 2)],
            [
                ("product", 0, "A", 1, 1, "20 %", 1),
                ("subsection", 0, "S", None, None, "", None),
                ("product", 1, "B", 1, 2, "20 %", 2),
                ("subtotal", 0, "S", None, None, "20 %", 2),
            ],
        )

    def test_split_amount(self):
        def cents(amount):
            return round(amount, 2)

        for amount, quantity, expected in (
            (100, 3, (3, 33.333)),
            (100, 4, (4, 25)),
            (10, 7, (7, 1.429)),
            (-50, 3, (3, -16.667)),
            (0.01, 1000, (1000, 0.00001)),
            (123456.78, 0, (1, 123456.78)),
            (0.01, 999999, (1, 0.01)),
            (0, 5, (5, 0)),
        ):
            with self.subTest(amount=amount, quantity=quantity):
                self.assertEqual(split_amount(amount, quantity, 2, cents), expected)

    def test_price_digits(self):
        for price, expected in ((33.33, 2), (33.333, 3), (5, 2), (0.00001, 5), (0.000001, 6)):
            with self.subTest(price=price):
                self.assertEqual(get_price_digits(price, 2), expected)

    @settings(deadline=None, derandomize=True, max_examples=400)
    @given(st.lists(SOURCES, max_size=14))
    def test_any_nesting(self, makers):
        """Whatever the lines and modes: nothing lost to the cent, nothing hidden shown."""
        sources = [make(index) for index, make in enumerate(makers)]
        rows = RowBuilder().build(sources)
        self.check_sums(sources, rows)
        self.check_hidden(sources, rows)

    def get_parents(self, sources):
        """The groups of each line, counted apart from the code under test."""
        section = subsection = None
        for source in sources:
            if source.kind == "section":
                section, subsection = source, None
            elif source.kind == "subsection":
                subsection = source
            else:
                yield source, [item for item in (section, subsection) if item]

    def check_sums(self, sources, rows):
        """What is shown, and what hidden prices leave to subtotals, is all there is."""
        hidden = 0.0
        shown = sum(row.subtotal or 0 for row in rows if row.kind in ("product", "summary"))
        for source, parents in self.get_parents(sources):
            depths = [parent.hide_detail for parent in parents]
            # Hidden, unless a group without detail comes before the one without prices.
            for parent, without_detail in zip(parents, depths, strict=True):
                if without_detail:
                    break
                if parent.hide_prices:
                    hidden += source.subtotal or 0
                    break
        everything = sum(source.subtotal or 0 for source in sources)
        self.assertAlmostEqual(shown + hidden, everything, 6)

    def check_hidden(self, sources, rows):
        names = {row.name for row in rows}
        by_name = {row.name: row for row in rows if row.kind == "product"}
        for source, parents in self.get_parents(sources):
            if source.kind == "product" and any(parent.hide_detail for parent in parents):
                self.assertNotIn(source.name, names)
            elif source.kind == "product" and any(parent.hide_prices for parent in parents):
                row = by_name[source.name]
                numbers = (row.price_unit, row.discount, row.subtotal, row.total)
                self.assertEqual(numbers, (None,) * 4)
                self.assertEqual(row.quantity, source.quantity)
        for row in rows:
            if row.kind == "summary" and row.subtotal is not None:
                self.assertEqual(round(row.quantity * row.price_unit, 2), row.subtotal)
