"""What an eco-tax amounts to: one rule for taxes, lines, pages and files (row 4-28, case T14).

An eco-tax is rounded once, on the line: so the lines add up to its total in the entry.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# Decimals of a count of units, and of amounts by unit.
DIGITS = 6


def to_decimal(number: float) -> Decimal:
    """Return a number without what binary arithmetic added to its decimals."""
    return Decimal(repr(round(number, 10)))


@dataclass(frozen=True, slots=True)
class EcotaxPart:
    """What the eco-tax of a line is worked out of, but its amount.

    :param units: of eco-tax in one unit of the line: 12 for a box of twelve
    :param quantity: of the line
    :param rate: of the document's currency, for one of the company's
    :param rounding: smallest amount of the document's currency
    :param sign: -1 where the price of the line is negative
    """

    units: float
    quantity: float = 1.0
    rate: float = 1.0
    rounding: float = 0.01
    sign: int = 1

    def get_unit(self, amount: float) -> float:
        """Return the eco-tax of one unit of the line, before VAT and not rounded to cents.

        :param amount: of one unit of eco-tax, in the company's currency
        """
        exact = to_decimal(amount) * to_decimal(self.units) * to_decimal(self.rate)
        return float(round(exact, DIGITS))

    def get_amount(self, amount: float) -> float:
        """Return the eco-tax of the line before VAT, in the document's currency.

        :param amount: as in :meth:`get_unit`
        """
        exact = to_decimal(amount) * to_decimal(self.units) * to_decimal(self.rate)
        exact *= to_decimal(self.quantity) * self.sign
        step = to_decimal(self.rounding)
        # Half away from zero: a credit note takes back what its invoice charged.
        return float((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def get_discounted_price(price: float, discount: float, included: float) -> float:
    """Return the price after a discount, which leaves the eco-tax that it includes (T14).

    :param discount: per cent
    :param included: eco-tax in the price, with the taxes on it that the price includes
    """
    share = discount / 100.0
    return price * (1 - share) + included * share


_part: ContextVar[EcotaxPart | None] = ContextVar("eco-tax being computed", default=None)


def get_part() -> EcotaxPart | None:
    """Return what the eco-tax being computed is worked out of."""
    return _part.get()


@contextmanager
def computing(part: EcotaxPart) -> Iterator[None]:
    """Have the host's taxes compute an eco-tax by this part.

    No context of an environment holds it: a client cannot send one.
    """
    token = _part.set(part)
    try:
        yield
    finally:
        _part.reset(token)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What is known of the line whose price the host works out.

    :param unit: of the price
    :param day: whose eco-tax the price includes; today, where it is not known
    :param rate: of the currency of the price, for one of the company's
    """

    unit: Any = None
    day: date | None = None
    rate: float = 1.0


_pricing: ContextVar[Pricing | None] = ContextVar("price being worked out", default=None)


def get_pricing() -> Pricing:
    """Return what is known of the price being worked out."""
    return _pricing.get() or Pricing()


@contextmanager
def pricing(known: Pricing) -> Iterator[None]:
    """Tell for what the host works out the price of an article."""
    token = _pricing.set(known)
    try:
        yield
    finally:
        _pricing.reset(token)
