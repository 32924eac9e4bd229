"""Patterns of article codes: ``ART-{YYYY}-####`` gives ``ART-2026-0042`` (row 4-21)."""

import re
from datetime import date

COUNTER = re.compile(r"#+")
DATES = {"{YYYY}": "%Y", "{YY}": "%y", "{MM}": "%m"}
TOKEN = re.compile(r"\{[^{}]*\}?|\}")

NO_COUNTER, COUNTERS, UNKNOWN_TOKEN = "no_counter", "several_counters", "unknown_token"


def find_faults(pattern: str) -> list[tuple[str, str]]:
    """Return what is wrong with a pattern: the kind of each fault, and the part that has it."""
    counters = COUNTER.findall(pattern)
    faults = []
    if not counters:
        faults.append((NO_COUNTER, pattern))
    if len(counters) > 1:
        faults.append((COUNTERS, " ".join(counters)))
    return faults + [
        (UNKNOWN_TOKEN, token) for token in TOKEN.findall(pattern) if token not in DATES
    ]


def apply_pattern(pattern: str, number: int, day: date) -> str:
    """Return the code that a right pattern gives.

    :param number: takes the place of the signs ``#``, with zeros up to as many; longer if it is
    :param day: the day on which the article is made
    """
    for token, form in DATES.items():
        pattern = pattern.replace(token, day.strftime(form))
    return COUNTER.sub(lambda counter: f"{number:0{len(counter[0])}d}", pattern)


def normalize(code: str | None) -> str:
    """Return what two codes that are the same have in common: no case, no space around."""
    return (code or "").strip().upper()
