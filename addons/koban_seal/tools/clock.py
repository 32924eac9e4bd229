"""The dates of a chain never go back: a clock that was set back is refused (DESIGN §3)."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tools import SQL, format_datetime

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

# The kind of the link that declares that the clock was ahead, and is right now.
CLOCK = "clock"
# What a manager declares is the way out of a journal that is ahead of the clock: these kinds are
# dated by the clock. Of any other than the first the verification tells that the date went back.
DECLARED = (CLOCK, "key_declared", "moved", "copied")
# The date of a link, or nothing where somebody wrote by SQL what Python does not have.
DATE = SQL("CASE WHEN date >= '1000-01-01' AND date < '9000-01-01' THEN date END")
# Two servers never agree to the second: within this the date of the last link is taken again.
SKEW = timedelta(seconds=10)


def read_clock() -> datetime:
    """Return the time, in UTC, as links have it."""
    return datetime.utcnow().replace(microsecond=0)


def get_link_date(env, last) -> datetime:
    """Return the date of a new link, which is never before that of the last one.

    :param last: date of the last link, or nothing
    :raise DocumentError: code ``clock_back``
    """
    now = read_clock()
    if last and now < last:
        if last - now > SKEW:
            raise prepare_error(env, now, last)
        return last
    return now


def prepare_error(env, now, last) -> DocumentError:
    """Return the refusal that names both times."""
    env = speaking(env)
    return DocumentError(
        env._(
            "The clock of the server says %(now)s (UTC), but the journal was last written at "
            "%(last)s (UTC): nothing can be validated before that. Set the clock right. If it was "
            "ahead then and is right now, an administrator declares it in “Compliance > Declare "
            "the Clock”.",
            now=format_datetime(env, now, tz="UTC"),
            last=format_datetime(env, last, tz="UTC"),
        ),
        "clock_back",
        model="koban.event",
        now=fields.Datetime.to_string(now),
        last=fields.Datetime.to_string(last),
    )
