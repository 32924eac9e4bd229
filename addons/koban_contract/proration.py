"""What a part of a billing period costs, exactly: fractions until the last rounding."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from .periods import ONE_DAY, Period

RULES = ("days", "30_360", "none")


def get_share(
    period: Period, full: Period, rule: str, suspended: Sequence[Period] = ()
) -> Fraction:
    """Return what part of the full period's price the period costs.

    ``days``
        its days that are not suspended, over the days of the full period.
    ``30_360``
        European count: a month has 30 days, its 31st is free, the last day of February
        counts up to the 30th. A full period of n months counts 30 × n days, whatever
        day it starts on. A full period that is no number of months (weeks, days)
        counts its real days.
    ``none``
        the whole price however short the period is; nothing if all of it is suspended.

    Whatever the suspensions, the shares of the parts of a cut add up to the share of the
    whole (but for ``none``).

    :param period: a part of the full period, or all of it
    :param rule: one of ``RULES``
    :param suspended: periods not to pay, in any order; they may overlap and go beyond
    :return: 0 to 1
    :raises ValueError: if the rule is unknown, or the period not within the full one
    """
    if rule not in RULES:
        raise ValueError(f"Unknown rule {rule!r}: expected one of {', '.join(RULES)}.")
    if full.overlap(period) != period:
        raise ValueError(f"{period} is not within {full}.")
    paid = list(_subtract(period, suspended))
    if rule == "none":
        return Fraction(bool(paid))
    months = _count_months(full) if rule == "30_360" else 0
    if not months:
        return Fraction(sum(part.days for part in paid), full.days)
    count = sum(
        _count_days_360(full, months, part.date_to + ONE_DAY)
        - _count_days_360(full, months, part.date_from)
        for part in paid
    )
    return Fraction(count, 30 * months)


def prorate(price: Decimal | float, share: Fraction, rounding: float) -> float:
    """Return a part of a price, rounded half up (-0.125 gives -0.13).

    A float counts as the decimal number it is written as: 1.005 is rounded to 1.01.

    :param rounding: smallest amount of the currency, such as 0.01
    :raises ValueError: if the rounding is not positive, or a number not finite
    """
    return float(round_half_up(to_fraction(price) * share, to_fraction(rounding)))


def split_amount(
    total: Decimal | float, shares: Sequence[Fraction], rounding: float
) -> list[float]:
    """Share an amount out, so that the parts add up to it to the cent.

    Each part is its exact value rounded down; the cents left go to the largest
    remainders, the first ones if equal. A negative amount mirrors the positive one.

    :param total: rounded half up first
    :param shares: weights; they need not add up to 1
    :param rounding: smallest amount of the currency, such as 0.01
    :raises ValueError: if a share is negative or their sum is zero
    """
    weight = sum(shares)
    if weight <= 0 or any(share < 0 for share in shares):
        raise ValueError("The shares of an amount must be positive.")
    step = to_fraction(rounding)
    units = int(round_half_up(to_fraction(total), step) / step)
    exact = [abs(units) * Fraction(share) / weight for share in shares]
    parts = [floor(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda rank: parts[rank] - exact[rank])
    for rank in by_remainder[: abs(units) - sum(parts)]:
        parts[rank] += 1
    sign = -1 if units < 0 else 1
    return [float(sign * part * step) for part in parts]


def to_fraction(number: Decimal | float) -> Fraction:
    """Return the number as it is written in decimal: 0.1 is a tenth.

    :raises ValueError: if it is not finite
    """
    return Fraction(str(number))


def round_half_up(value: Fraction, rounding: Fraction) -> Fraction:
    """Return the nearest multiple of the rounding; the one away from zero if two are.

    :raises ValueError: if the rounding is not positive
    """
    if rounding <= 0:
        raise ValueError(f"A rounding must be positive: {rounding}.")
    steps = floor(abs(value) / rounding + Fraction(1, 2))
    return steps * rounding if value >= 0 else -steps * rounding


def _subtract(period: Period, removed: Sequence[Period]) -> Iterator[Period]:
    """Yield what is left of a period without the removed ones, in order."""
    start = period.date_from
    for hole in sorted(removed):
        if hole.date_to < start:
            continue
        if hole.date_from > period.date_to:
            break
        if hole.date_from > start:
            yield Period(start, hole.date_from - ONE_DAY)
        if hole.date_to >= period.date_to:
            return
        start = hole.date_to + ONE_DAY
    yield Period(start, period.date_to)


def _count_months(full: Period) -> int:
    """Return the length of a period of whole months, 0 if it is another one."""
    if full.date_to == date.max:
        return 0
    start, stop = full.date_from, full.date_to + ONE_DAY
    # From 31 January to 28 February and from there to 31 March are months too.
    shorter = min(start, stop, key=lambda day: day.day)
    if start.day != stop.day and not _is_month_end(shorter):
        return 0
    return (stop.year - start.year) * 12 + stop.month - start.month


def _count_days_360(full: Period, months: int, day: date) -> int:
    """Return how many days of a full period have gone when the day begins.

    It never goes down from one day to the next, so that parts add up.
    """
    if day <= full.date_from:
        return 0
    if day > full.date_to:
        return 30 * months
    # A month that is too short for the anchor's day starts on this day all the same.
    anchor_day = max(full.date_from.day, (full.date_to + ONE_DAY).day)
    last = day - ONE_DAY
    gone = 30 if _is_month_end(last) else last.day
    since = (last.year - full.date_from.year) * 12 + last.month - full.date_from.month
    count = 30 * since + gone - min(anchor_day, 30) + 1
    return min(max(count, 0), 30 * months)


def _is_month_end(day: date) -> bool:
    return (day + ONE_DAY).day == 1
