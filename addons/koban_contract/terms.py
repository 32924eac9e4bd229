"""Terms of contracts: when they are renewed, until when, and when to say so. Dates only."""

from datetime import date

from .periods import ONE_DAY, Period, add_interval


def get_anchor(start: date, end: date, kept: date | None = None) -> date:
    """Return the day from which the terms of a contract are counted.

    The start of the contract, where its term ends on a round number of months from it;
    else the day after that term, which whoever renews keeps for the next terms.

    :param start: first day of the contract
    :param end: last day of the term
    :param kept: the anchor of the terms before
    """
    stop = end + ONE_DAY
    for anchor in filter(None, (kept, start)):
        if add_interval(anchor, _count_months(anchor, stop), "month") == stop:
            return anchor
    return stop


def get_next_end(end: date, months: int, anchor: date) -> date:
    """Return the last day of the term after the one that ends.

    The anchor's day comes back: a contract of the 31st that ends with 27 February is renewed
    for a month until 30 March.

    :param end: last day of the term
    :param months: length of the next term
    :param anchor: as :func:`get_anchor` gives it
    :raises ValueError: if the term has no month
    """
    if months < 1:
        raise ValueError(f"A contract is renewed for at least one month: {months}.")
    count = _count_months(anchor, end + ONE_DAY) + months
    return add_interval(anchor, count, "month") - ONE_DAY


def get_deadline(end: date, months: int) -> date:
    """Return the last day to refuse the renewal of a term.

    The last one from which the whole notice has gone by with the term: a month from
    31 January ends with February (article 641 of the code of civil procedure).

    :param end: last day of the term
    :param months: notice of the contract
    """
    day = add_interval(end, -months, "month")
    while add_interval(day + ONE_DAY, months, "month") <= end:
        day += ONE_DAY
    return day


def get_refusal_window(deadline: date) -> Period:
    """Return the days in which a consumer is to be told that he may refuse (L215-1).

    At the earliest three months, at the latest one month before the last day to refuse.
    """
    return Period(add_interval(deadline, -3, "month"), add_interval(deadline, -1, "month"))


def _count_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
