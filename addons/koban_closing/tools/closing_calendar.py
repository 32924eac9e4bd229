"""Dates of closings: plain functions, without records (rows 2-60, 2-61 and 3-22)."""

from datetime import date

from dateutil.relativedelta import relativedelta


def month_start(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month of a day."""
    return day + relativedelta(day=31)  # clamped to its length


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return day + relativedelta(months=1, day=1)


def previous_month(day: date) -> date:
    """Return the first day of the month before that of a day."""
    return day + relativedelta(months=-1, day=1)


def due_date(month: date, closing_day: int) -> date:
    """Return the day a month closes by itself.

    :param month: any day of the month to close
    :param closing_day: day of the following month, 1 to 31, clamped to its length
    """
    return month + relativedelta(months=1, day=closing_day)


def last_due_month(today: date, closing_day: int) -> date:
    """Return the first day of the last month that should be closed.

    :param today: a day
    :param closing_day: as in :func:`due_date`
    """
    month = previous_month(today)
    return month if today >= due_date(month, closing_day) else previous_month(month)
