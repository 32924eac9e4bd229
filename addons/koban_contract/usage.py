"""Consumption: meter readings, included volume and graduated prices, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise

QUANTITY_STEP = Decimal("0.000001")


class UsageError(ValueError):
    """A consumption that cannot be priced.

    :param code: ``negative``, ``number`` (not finite), ``tier_first`` or ``tier_order``
    """

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


class ReadingError(ValueError):
    """A reading that does not fit the one before.

    :param value: the value refused; for a meter change, the last one of the old meter
    :param previous: value of the reading before
    :param code: ``lower``, ``old_value`` (a meter change without it) or ``date_order``
    """

    def __init__(self, reading: "Reading", value: float | None, previous: float, code: str):
        super().__init__(f"{reading.date}: {value} does not fit after {previous} ({code}).")
        self.date = reading.date
        self.value = value
        self.previous = previous
        self.code = code


@dataclass(frozen=True, slots=True)
class Tier:
    """A price by unit, from a quantity on.

    :param start: quantity above which the price applies, 0 for the first tier
    :param price: of one unit
    """

    start: float
    price: float


@dataclass(frozen=True, slots=True)
class UsagePart:
    """The part of a consumption that one tier prices.

    :param quantity: in the tier, never 0
    :param label_from: start of the tier, counted like its start from the included volume
    :param label_to: start of the next tier, ``None`` for the last one
    """

    quantity: float
    price_unit: float
    label_from: float
    label_to: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter shows.

    :param value: what it shows; after a meter change, what the new meter shows
    :param old_value: last value of the old meter, for a meter change
    """

    date: date
    value: float
    is_meter_change: bool = False
    old_value: float | None = None


def price_usage(quantity: float, included: float, tiers: Sequence[Tier]) -> list[UsagePart]:
    """Share a consumption out over graduated tiers.

    Each unit costs the price of the tier it falls in; tiers count from zero beyond the
    included volume. Quantities have at most 6 decimals, and the parts add up exactly.

    :param included: quantity already paid for
    :param tiers: by start, the first one at 0
    :return: one part for each tier that is reached; none within the included volume
    :raises UsageError: if a number is negative or not finite, if no tier starts at 0, or
        if the tiers are not in order or two start alike
    """
    starts = [_get_quantity(tier.start) for tier in tiers]
    for tier in tiers:
        _get_quantity(tier.price)
    if not starts or starts[0] != 0:
        # Unsorted tiers may well have one at 0.
        code = "tier_order" if 0 in starts else "tier_first"
        raise UsageError("The first tier of a price must start at 0.", code)
    if any(start >= following for start, following in pairwise(starts)):
        raise UsageError(
            "The tiers of a price must be in order, each with its start.", "tier_order"
        )
    billed = _get_quantity(quantity) - _get_quantity(included)
    parts = []
    for tier, start, stop in zip(tiers, starts, [*starts[1:], None], strict=True):
        reached = billed if stop is None else min(billed, stop)
        if reached > start:
            label_to = None if stop is None else float(stop)
            parts.append(UsagePart(float(reached - start), tier.price, float(start), label_to))
    return parts


def revise_tier_price(price: float, level: float) -> float:
    """Return the price of a tier at the level of its line, rounded half up to 6 decimals.

    0.0085 at 105.21 is 0.008943.

    :param price: agreed on
    :param level: prices of today, in % of those agreed on
    """
    return float(_get_decimal(_get_exact(price) * _get_exact(level) / 100))


def get_consumed(readings: Sequence[Reading]) -> float:
    """Return what was consumed between the first and the last reading.

    The first reading only says where the meter stood: to bill period after period, start
    each with the last reading of the one before.

    :param readings: by date; 0.0 for none or one
    :raises ReadingError: if a value is lower than the one before, the meter not having
        been changed, if a meter change lacks the last value of the old meter, or if the
        readings are not in order
    """
    consumed = Decimal(0)
    for previous, reading in pairwise(readings):
        value = reading.old_value if reading.is_meter_change else reading.value
        if reading.date < previous.date:
            raise ReadingError(reading, value, previous.value, "date_order")
        if value is None:
            raise ReadingError(reading, value, previous.value, "old_value")
        if value < previous.value:
            raise ReadingError(reading, value, previous.value, "lower")
        consumed += _get_decimal(value) - _get_decimal(previous.value)
    return float(consumed)


def get_reading_day(days: Sequence[date], used: date, end: date, grace: int) -> date:
    """Return the day of the reading that ends a period.

    The first one from the last day of the period to the end of the grace; without any, the last
    one before: what was consumed since is of the next period.

    :param days: of the readings, in order
    :param used: day of the last reading that the periods before used
    :param end: last day of the period
    :param grace: days after it during which a reading still counts for the period
    :return: ``used`` if there is no reading of the period
    """
    later = [day for day in days if day > used]
    for day in later:
        if end <= day <= end + timedelta(days=grace):
            return day
    return max((day for day in later if day < end), default=used)


def _get_quantity(number: float) -> Decimal:
    quantity = _get_decimal(number)
    if quantity < 0:
        raise UsageError(f"A quantity or a price cannot be negative: {number}.", "negative")
    return quantity


def _get_exact(number: float) -> Decimal:
    return Decimal(str(number))


def _get_decimal(number: float | Decimal) -> Decimal:
    """Return the number to 6 decimals, as it is written in decimal."""
    try:
        quantity = Decimal(str(number)).quantize(QUANTITY_STEP, ROUND_HALF_UP)
    except InvalidOperation:
        quantity = Decimal("NaN")
    if not quantity.is_finite():
        raise UsageError(f"Not a usable number: {number}.", "number")
    return quantity
