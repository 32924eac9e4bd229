"""Price revision: by an index, a percentage or an amount, without a database.

P1 = P0 × (a + (1 − a) × coefficient × S1 / S0), where a is the part of the price that
does not follow the index. From base, P0 and S0 are those of the signature; chained, those
of the last revision: with a fixed part, a floor or a rounding, the amounts differ.
The coefficient links a successor series to the one it replaces.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .periods import add_interval
from .proration import round_half_up, to_fraction


class IndexationError(ValueError):
    """A revision that cannot be computed.

    :param code: ``terms``, ``base_value``, ``new_value``, ``coefficient`` or ``interval``
    """

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class IndexTerms:
    """What the contract says of its revision.

    :param fixed_part: part of the price that does not follow the index, 0 to 1
    :param floor: least change, in % of the old price: 0 for never down, -2 for at most
        2 % down; ``None`` for no limit
    :param cap: greatest change, in % of the old price
    :param rounding: smallest step of a unit price
    :raises IndexationError: if the fixed part is not within 0 and 1, the floor above the
        cap or the rounding not positive
    """

    fixed_part: Decimal = Decimal(0)
    floor: Decimal | None = None
    cap: Decimal | None = None
    rounding: Decimal = Decimal("0.01")

    def __post_init__(self) -> None:
        if not 0 <= self.fixed_part <= 1:
            raise IndexationError(f"A fixed part is within 0 and 1: {self.fixed_part}.", "terms")
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise IndexationError(f"The floor {self.floor} is above the cap {self.cap}.", "terms")
        if self.rounding <= 0:
            raise IndexationError(f"A rounding must be positive: {self.rounding}.", "terms")


@dataclass(frozen=True, slots=True)
class Revision:
    """A revised price and how it came.

    :param price: the new price, rounded, within floor and cap
    :param factor: new price / old price, before floor, cap and rounding
    :param uncapped_price: what the price would be without floor and cap, rounded
    :param hit: ``floor`` or ``cap`` if the index went beyond it, else empty
    :param formula: the computation before floor and cap, in plain digits
    """

    price: Decimal
    factor: Decimal
    uncapped_price: Decimal
    hit: str
    formula: str


@dataclass(frozen=True, slots=True)
class IndexValue:
    """A value of a series.

    :param period: first day of the reference month or quarter
    :param published_on: ``None`` if it is not known to be published
    """

    period: date
    value: Decimal
    published_on: date | None = None


def revise(
    price: Decimal,
    base_value: Decimal,
    new_value: Decimal,
    terms: IndexTerms,
    coefficient: Decimal = Decimal(1),
    old_price: Decimal | None = None,
) -> Revision:
    """Revise a price by an index. Prices round half up, also those of floor and cap.

    1767 × (0.15 + 0.85 × 294.6 / 280) = 1845.32.

    :param price: P0, unit price that the base value stands for
    :param base_value: S0
    :param new_value: S1
    :param coefficient: what brings the new series to the base value's
    :param old_price: price in force, that floor and cap are a part of; P0 by default
    :raises IndexationError: if an index value or the coefficient is not positive
    """
    values = {"base_value": base_value, "new_value": new_value, "coefficient": coefficient}
    for code, value in values.items():
        if not value > 0:
            raise IndexationError(f"{code} must be positive: {value}.", code)
    fixed = to_fraction(terms.fixed_part)
    moved = to_fraction(coefficient) * to_fraction(new_value) / to_fraction(base_value)
    factor = fixed + (1 - fixed) * moved
    in_force = to_fraction(price if old_price is None else old_price)
    limited, hit = _limit(factor, terms, in_force / to_fraction(price) if price else Fraction(1))
    return Revision(
        price=_round(to_fraction(price) * limited, terms.rounding),
        factor=Decimal(factor.numerator) / Decimal(factor.denominator),
        uncapped_price=_round(to_fraction(price) * factor, terms.rounding),
        hit=hit,
        formula=_get_formula(price, base_value, new_value, terms.fixed_part, coefficient),
    )


def change_percent(price: Decimal, percent: Decimal, rounding: Decimal) -> Decimal:
    """Return the price changed by so many %, rounded half up.

    :param percent: negative for a lower price
    """
    return _round(to_fraction(price) * (1 + to_fraction(percent) / 100), rounding)


def change_amount(price: Decimal, amount: Decimal, rounding: Decimal) -> Decimal:
    """Return the price changed by an amount, rounded half up.

    :param amount: in the price's currency, negative for a lower price
    """
    return _round(to_fraction(price) + to_fraction(amount), rounding)


def check_span(base_from: date, new_from: date, interval_months: int) -> bool:
    """Whether the index varies over no longer a time than there is between revisions.

    Code monétaire et financier L112-1, al. 2: a clause that takes a longer one is deemed
    unwritten. An equal one is fine.

    :param base_from: first day of the base value's reference month or quarter
    :param new_from: the same of the new value
    :param interval_months: months between two revisions
    :raises IndexationError: if the interval is below one month
    """
    if interval_months < 1:
        raise IndexationError(f"An interval has at least one month: {interval_months}.", "interval")
    start, stop = sorted((base_from, new_from))
    return stop <= add_interval(start, interval_months, "month")


def get_known(values: Iterable[IndexValue], on: date) -> IndexValue | None:
    """Return the value of the latest reference period published by the day.

    A value without a date of publication is not known. Of two for one period, the later
    published counts.
    """
    published = [value for value in values if value.published_on and value.published_on <= on]
    return max(published, key=lambda value: (value.period, value.published_on), default=None)


def get_real(values: Iterable[IndexValue], period: date) -> IndexValue | None:
    """Return the value of this very reference period, ``None`` as long as there is none.

    Of two for one period, the later published counts.

    :param period: first day of the reference month or quarter
    """
    candidates = [value for value in values if value.period == period]
    return max(candidates, key=lambda value: value.published_on or date.min, default=None)


def _limit(factor: Fraction, terms: IndexTerms, old: Fraction) -> tuple[Fraction, str]:
    """Return the factor within floor and cap, and which of them it went beyond.

    On the factor and not on the price, so that a discount line obeys them too.

    :param old: factor of the price in force
    """
    if terms.floor is not None:
        lowest = old * (1 + to_fraction(terms.floor) / 100)
        if factor < lowest:
            return lowest, "floor"
    if terms.cap is not None:
        highest = old * (1 + to_fraction(terms.cap) / 100)
        if factor > highest:
            return highest, "cap"
    return factor, ""


def _round(value: Fraction, rounding: Decimal) -> Decimal:
    steps = round_half_up(value, to_fraction(rounding)) / to_fraction(rounding)
    return int(steps) * rounding


def _get_formula(
    price: Decimal,
    base_value: Decimal,
    new_value: Decimal,
    fixed_part: Decimal,
    coefficient: Decimal,
) -> str:
    linked = f"{_write(coefficient)} × " if coefficient != 1 else ""
    index = f"{linked}{_write(new_value)} / {_write(base_value)}"
    if fixed_part:
        index = f"({_write(fixed_part)} + {_write(1 - fixed_part)} × {index})"
    return f"{_write(price)} × {index}"


def _write(number: Decimal) -> str:
    """Return a number in plain digits, without needless zeros."""
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
