"""What a person sees: short progress lines, and failures of one line."""

import sys
import time
from collections.abc import Callable
from contextlib import contextmanager


class Failure(Exception):
    """A foreseen failure; its text is one line that says what to do."""


def say(text: str) -> None:
    """Print one progress line at once."""
    print(f"koban: {text}", flush=True)


def one_line(text: str, limit: int = 400) -> str:
    """Return ``text`` on one line of at most ``limit`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def fail(text: str) -> None:
    """Print a failure as one line on the error stream."""
    print(f"koban: {one_line(text, 1000)}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str):
    """Announce a step, and say how long it took."""
    say(f"{text} …")
    start = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - start:.0f} s")


class Ticker:
    """Calls ``describe`` from time to time and shows what it answers.

    :param describe: returns a short text, or an empty one for nothing to say.
    :param interval: seconds between two lines.
    """

    def __init__(self, describe: Callable[[], str], interval: float = 10.0):
        self.describe = describe
        self.interval = interval
        self.start = self.last = time.monotonic()

    def tick(self) -> None:
        """Show the state if the interval has passed."""
        now = time.monotonic()
        if now - self.last < self.interval:
            return
        self.last = now
        text = self.describe()
        if text:
            say(f"  {now - self.start:.0f} s: {text}")
