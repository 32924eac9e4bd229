"""What a document shows of its lines: the one rule of print, portal, mail and e-invoice.

Plain Python: the lines come in as :class:`RowSource`, the page as :class:`PrintedRow`.
A group is a section or a subsection of the host. Its lines are the ones below it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Beyond, a unit price is no longer readable.
MAX_PRICE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the page.

    The rows of kind ``product`` and ``summary`` add up to the document's total
    before tax, together with what hidden prices leave to the ``subtotal`` of their
    group. A ``combo`` repeats the sum of the products under it.

    :param kind: ``section``, ``subsection``, ``product``, ``combo``, ``note``, ``summary``
        (a group shown as one line, one row by set of taxes) or ``subtotal`` (at the end of
        a group; one row by set of taxes where its prices are hidden)
    :param line: the line, or the line of the group
    :param level: 0 outside groups, 1 in a section, 2 in a subsection
    :param quantity: ``None`` if not shown, as are the other numbers
    :param unit: empty if there is none
    :param taxes: labels of the taxes
    :param subtotal: before tax
    :param total: with tax
    """

    kind: str
    line: Any
    name: str
    level: int
    quantity: float | None = None
    unit: str = ""
    price_unit: float | None = None
    discount: float | None = None
    taxes: tuple[str, ...] = ()
    subtotal: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class RowSource:
    """What a line of any model says, before anything is hidden.

    :param kind: ``section``, ``subsection``, ``product``, ``combo`` or ``note``
    :param tax_key: identifies the set of taxes
    :param counted: whether the amounts belong to the document's total
    :param kit_quantity: quantity of the article that a group without detail stands for
    """

    line: Any
    kind: str
    name: str = ""
    quantity: float | None = None
    unit: str = ""
    price_unit: float | None = None
    discount: float | None = None
    taxes: tuple[str, ...] = ()
    tax_key: tuple = ()
    subtotal: float | None = None
    total: float | None = None
    counted: bool = False
    hide_prices: bool = False
    hide_detail: bool = False
    hide_subtotal: bool = False
    kit_quantity: float = 0.0
    kit_unit: str = ""


@dataclass(slots=True)
class Group:
    """A section with its own lines and its subsections; without source, the unlabelled group."""

    source: RowSource | None
    sources: list[RowSource] = field(default_factory=list)
    subgroups: list["Group"] = field(default_factory=list)

    def get_counted(self) -> list[RowSource]:
        """The lines of the group and of its subgroups whose amounts count."""
        counted = [source for source in self.sources if source.counted]
        for subgroup in self.subgroups:
            counted += subgroup.get_counted()
        return counted


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sum of lines that carry the same taxes."""

    taxes: tuple[str, ...]
    subtotal: float
    total: float


def split_amount(
    amount: float, quantity: float, digits: int, rounding: Callable[[float], float]
) -> tuple[float, float]:
    """Return a quantity and a unit price whose product rounds to the amount.

    The price takes as many decimals as it needs. Where even
    ``MAX_PRICE_DIGITS`` are not enough, the quantity is 1.

    :param digits: decimals of a price
    :param rounding: rounds an amount of the currency
    """
    target = rounding(amount)
    if quantity:
        for precision in range(digits, MAX_PRICE_DIGITS + 1):
            price = round(target / quantity, precision)
            if rounding(price * quantity) == target:
                return quantity, price
    return 1.0, target


def get_price_digits(price: float, digits: int) -> int:
    """Return how many decimals show the price as it is, at least ``digits``."""
    for precision in range(digits, MAX_PRICE_DIGITS):
        if abs(round(price, precision) - price) < 10 ** -(MAX_PRICE_DIGITS + 2):
            return precision
    return max(digits, MAX_PRICE_DIGITS)


def group_sources(sources: list[RowSource]) -> list[Group]:
    """Put the lines, in their order, into their groups. The first one is unlabelled."""
    groups = [Group(None)]
    current = groups[0]
    for source in sources:
        # A subsection before any section stands by itself.
        above = groups[-1].source
        if source.kind == "subsection" and above and above.kind == "section":
            current = Group(source)
            groups[-1].subgroups.append(current)
        elif source.kind in ("section", "subsection"):
            current = Group(source)
            groups.append(current)
        else:
            current.sources.append(source)
    return groups


def sum_by_taxes(
    sources: list[RowSource], rounding: Callable[[float], float]
) -> list[tuple[tuple, Amounts]]:
    """Sum the lines by set of taxes, in their order of appearance."""
    by_key: dict[tuple, list[RowSource]] = {}
    for source in sources:
        by_key.setdefault(source.tax_key, []).append(source)
    return [(key, sum_sources(items, rounding)) for key, items in by_key.items()]


def sum_sources(sources: list[RowSource], rounding: Callable[[float], float]) -> Amounts:
    """Sum lines whatever their taxes, all of whose labels are kept."""
    labels = dict.fromkeys(label for source in sources for label in source.taxes)
    return Amounts(
        tuple(labels),
        rounding(sum(source.subtotal or 0.0 for source in sources)),
        rounding(sum(source.total or 0.0 for source in sources)),
    )


@dataclass(frozen=True, slots=True)
class RowBuilder:
    """Turns the lines of a document into its printed rows.

    :param rounding: rounds an amount of the document's currency
    :param price_digits: decimals of a unit price
    :param tax_included: whether unit prices contain their taxes
    """

    rounding: Callable[[float], float] = lambda amount: round(amount, 2)
    price_digits: int = 2
    tax_included: bool = False

    def build(self, sources: list[RowSource]) -> list[PrintedRow]:
        """Return the rows of a document.

        :param sources: its lines, in order
        """
        rows = []
        for group in group_sources(sources):
            rows += self._build_group(group, level=0, hidden=False)
        return rows

    def _build_group(self, group, level, hidden) -> list[PrintedRow]:
        """Return the rows of a group.

        :param hidden: whether a group above hides the prices
        """
        if not group.source:
            return [self._build_line(source, 0, hidden=False) for source in group.sources]
        counted = group.get_counted()
        if group.source.hide_detail and counted:
            return self._build_summary(group.source, counted, level, hidden)
        if group.source.hide_detail:
            return [self._build_title(group.source, level)]
        below = hidden or group.source.hide_prices
        rows = [self._build_title(group.source, level)]
        rows += [self._build_line(source, level + 1, below) for source in group.sources]
        for subgroup in group.subgroups:
            rows += self._build_group(subgroup, level + 1, below)
        # Under hidden prices, the subtotal of a subsection would tell them.
        if counted and not hidden and not group.source.hide_subtotal:
            rows += self._build_subtotals(group.source, counted, level)
        return rows

    def _build_title(self, source, level) -> PrintedRow:
        return PrintedRow(kind=source.kind, line=source.line, name=source.name, level=level)

    def _build_line(self, source, level, hidden) -> PrintedRow:
        return PrintedRow(
            kind=source.kind,
            line=source.line,
            name=source.name,
            level=level,
            quantity=source.quantity,
            unit=source.unit,
            price_unit=None if hidden else source.price_unit,
            discount=None if hidden else source.discount,
            taxes=source.taxes,
            subtotal=None if hidden else source.subtotal,
            total=None if hidden else source.total,
        )

    def _build_summary(self, source, counted, level, hidden) -> list[PrintedRow]:
        """A group shown as one article, once by set of taxes so that the VAT can be checked."""
        if hidden:
            taxes = sum_sources(counted, self.rounding).taxes
            return [self._build_article(source, Amounts(taxes, 0.0, 0.0), level, hidden)]
        return [
            self._build_article(source, amounts, level, hidden)
            for _key, amounts in sum_by_taxes(counted, self.rounding)
        ]

    def _build_article(self, source, amounts, level, hidden) -> PrintedRow:
        amount = amounts.total if self.tax_included else amounts.subtotal
        quantity, unit, price_unit = source.kit_quantity or 1.0, source.kit_unit, None
        if not hidden:
            quantity, price_unit = split_amount(amount, quantity, self.price_digits, self.rounding)
        return PrintedRow(
            kind="summary",
            line=source.line,
            name=source.name,
            level=level,
            quantity=quantity,
            unit=unit if source.kit_quantity else "",
            price_unit=price_unit,
            taxes=amounts.taxes,
            subtotal=None if hidden else amounts.subtotal,
            total=None if hidden else amounts.total,
        )

    def _build_subtotals(self, source, counted, level) -> list[PrintedRow]:
        if source.hide_prices:
            sums = [amounts for _key, amounts in sum_by_taxes(counted, self.rounding)]
        else:
            sums = [sum_sources(counted, self.rounding)]
        return [
            PrintedRow(
                kind="subtotal",
                line=source.line,
                name=source.name,
                level=level,
                taxes=amounts.taxes,
                subtotal=amounts.subtotal,
                total=amounts.total,
            )
            for amounts in sums
        ]
