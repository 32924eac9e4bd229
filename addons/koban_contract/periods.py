"""Billing periods of contracts: dates only, without a database.

Period n starts at anchor + n × interval, never at the previous start + interval: a
contract of 31 January bills on 28 February, then on 31 March.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dateutil.relativedelta import relativedelta

UNITS = ("day", "week", "month", "year")
DAYS_OF = {"day": 1, "week": 7}
MONTHS_OF = {"month": 1, "year": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A stretch of days, both ends included.

    :raises ValueError: if it ends before it starts
    """

    date_from: date
    date_to: date

    def __post_init__(self) -> None:
        if self.date_to < self.date_from:
            raise ValueError(f"A period ends before it starts: {self.date_from}, {self.date_to}.")

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.date_to - self.date_from).days + 1

    def contains(self, day: date) -> bool:
        """Whether the day is one of the period."""
        return self.date_from <= day <= self.date_to

    def overlap(self, other: "Period") -> "Period | None":
        """Return the days that both have, or ``None``."""
        date_from = max(self.date_from, other.date_from)
        date_to = min(self.date_to, other.date_to)
        return Period(date_from, date_to) if date_from <= date_to else None


def add_interval(anchor: date, count: int, unit: str) -> date:
    """Return the day that is so many units after the anchor.

    Months and years keep the anchor's day where the month has it, and take the last of
    the month where it does not.

    :param count: may be negative
    :param unit: one of ``UNITS``
    :raises ValueError: if the unit is unknown
    :raises OverflowError: outside the years 1 to 9999
    """
    if unit not in UNITS:
        raise ValueError(f"Unknown unit {unit!r}: expected one of {', '.join(UNITS)}.")
    try:
        return anchor + relativedelta(**{f"{unit}s": count})
    except ValueError as error:
        raise OverflowError(f"{count} {unit} from {anchor} is out of the calendar.") from error


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something comes back.

    Aligned on the calendar, the anchor does not count: periods are blocks of ``count``
    units from 1 January of year 1, a Monday. So weeks start on Monday, 3 months are
    civil quarters, 12 months and 1 year civil years; 5 months do not start again each
    January.

    :param count: number of units in a period
    :param unit: one of ``UNITS``
    :param anchor: first day of a period
    :raises ValueError: if the count is below 1 or the unit is unknown
    """

    count: int
    unit: str
    anchor: date
    aligned: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"A period needs at least one {self.unit}: {self.count}.")
        if self.unit not in UNITS:
            raise ValueError(f"Unknown unit {self.unit!r}: expected one of {', '.join(UNITS)}.")

    def get_full(self, day: date) -> Period:
        """Return the whole period that holds the day, which may be before the anchor.

        The first and the last period of the calendar (years 1 and 9999) end with it.
        """
        index = self._get_index(day)
        start, stop = self._get_start(index), self._get_start(index + 1)
        return Period(start or date.min, stop - ONE_DAY if stop else date.max)

    def get_next(self, period: Period) -> Period:
        """Return the full period after the one in which the given period ends.

        :raises OverflowError: after the last period of the calendar
        """
        return self.get_full(self.get_full(period.date_to).date_to + ONE_DAY)

    def split(self, date_from: date, date_to: date | None = None) -> Iterator[Period]:
        """Yield the periods of a stretch, in order, the first and the last clipped to it.

        :param date_to: ``None`` for no end; before ``date_from``, there is no period
        """
        last = date.max if date_to is None else date_to
        while date_from <= last:
            period = Period(date_from, min(self.get_full(date_from).date_to, last))
            yield period
            if period.date_to == date.max:
                return
            date_from = period.date_to + ONE_DAY

    @property
    def _origin(self) -> date:
        return date.min if self.aligned else self.anchor

    def _get_index(self, day: date) -> int:
        """Return the number of the period that holds the day, 0 for the origin's."""
        origin = self._origin
        if self.unit in DAYS_OF:
            return (day - origin).days // (self.count * DAYS_OF[self.unit])
        months = (day.year - origin.year) * 12 + day.month - origin.month
        index = months // (self.count * MONTHS_OF[self.unit])
        # The period that starts in the day's own month may start after the day.
        start = self._get_start(index)
        return index - 1 if start and start > day else index

    def _get_start(self, index: int) -> date | None:
        """Return the first day of a period, ``None`` out of the calendar."""
        try:
            return add_interval(self._origin, index * self.count, self.unit)
        except OverflowError:
            return None


def months_of(count: int, unit: str) -> Fraction:
    """Return a length in months, to bring prices of any periodicity to one month.

    A year has 12 months and 365 days, so a day is 12/365 of a month.

    :param unit: one of ``UNITS``
    :raises ValueError: if the unit is unknown
    """
    if unit in MONTHS_OF:
        return Fraction(count * MONTHS_OF[unit])
    if unit in DAYS_OF:
        return Fraction(count * DAYS_OF[unit] * 12, 365)
    raise ValueError(f"Unknown unit {unit!r}: expected one of {', '.join(UNITS)}.")
