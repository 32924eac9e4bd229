"""Billing periods beside those of the OCA's contracts (issue 5; row 2-63).

Both count the same days, but at the end of a month: there the peer goes on from the day that it
reached, and ours keeps the anchor's.
"""

import importlib.util
import json
import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import ModuleType

import pytest

from setup import peers
from setup.paths import ADDONS
from setup.process import captured

# The peer's rule -> our unit, and how many of them.
RULES = {
    "daily": ("day", 1),
    "weekly": ("week", 1),
    "monthly": ("month", 1),
    "monthlylastday": ("month", 1),
    "quarterly": ("month", 3),
    "semesterly": ("month", 6),
    "yearly": ("year", 1),
}
KINDS = ("pre-paid", "post-paid")
PERIODS = 14
GENERATED = 4000
# Every 28th to 31st of a month of five years, 29 February among them.
ENDS_OF_MONTHS = [
    date(year, month, day)
    for year in range(2023, 2028)
    for month in range(1, 13)
    for day in range(28, monthrange(year, month)[1] + 1)
]

# Reads cases, prints the periods of each. The methods are the peer's own, as its lines call them
# to bill one period after the other: they read no record, so they need no database.
THEIRS = """
import importlib.util, json, sys
from datetime import date, timedelta

name = "odoo.addons.contract.models.contract_recurring_mixin"
spec = importlib.util.spec_from_file_location(name, sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
mixin = module.ContractRecurringMixin(None, (), ())

def periods(start, rule, interval, kind, stop, count):
    start, stop = date.fromisoformat(start), stop and date.fromisoformat(stop)
    offset = mixin._get_default_recurring_invoicing_offset(kind, rule)
    for _number in range(count):
        invoiced = mixin.get_next_invoice_date(start, kind, offset, rule, interval, stop)
        end = mixin.get_next_period_date_end(
            start, rule, interval, stop, invoiced, kind, offset
        )
        if not end:
            return
        yield start.isoformat(), end.isoformat()
        start = end + timedelta(days=1)

print(json.dumps([list(periods(*case)) for case in json.load(sys.stdin)]))
"""


@dataclass(frozen=True)
class Case:
    """A contract of the peer: what its first periods are computed from."""

    start: date
    rule: str
    interval: int
    kind: str
    stop: date | None = None

    @property
    def drifts(self) -> bool:
        """Tell whether its periods start on a day that a month may not have."""
        in_months = RULES[self.rule][0] in ("month", "year")
        return in_months and self.rule != "monthlylastday" and self.start.day > 28


@pytest.fixture(scope="session")
def ours() -> ModuleType:
    """Our module of periods, which needs no host."""
    spec = importlib.util.spec_from_file_location(
        "periods", ADDONS / "koban_contract" / "periods.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def compared(odoo, ours) -> list[tuple[Case, list, list]]:
    """Thousands of cases, each with the peer's first periods and ours."""
    cases = [*generated(), *at_ends_of_months()]
    source = peers.ensure() / "contract" / "models" / "contract_recurring_mixin.py"
    asked = [
        [str(one.start), one.rule, one.interval, one.kind, one.stop and str(one.stop), PERIODS]
        for one in cases
    ]
    variables = {"PYTHONPATH": str(odoo.host.path)}
    printed = captured([odoo.python, "-c", THEIRS, source], variables, input=json.dumps(asked))
    answers = json.loads(printed)
    theirs = [[tuple(map(date.fromisoformat, one)) for one in answer] for answer in answers]
    return [(case, them, our_periods(ours, case)) for case, them in zip(cases, theirs, strict=True)]


def generated() -> Iterator[Case]:
    """Any day, rule and interval; some contracts end."""
    chance = random.Random(5)
    for _number in range(GENERATED):
        start = date(2000, 1, 1) + timedelta(days=chance.randrange(20_000))
        stop = start + timedelta(days=chance.randrange(1500)) if chance.random() < 0.3 else None
        yield Case(
            start, chance.choice(list(RULES)), chance.randint(1, 13), chance.choice(KINDS), stop
        )


def at_ends_of_months() -> Iterator[Case]:
    """The days that some months do not have, by every rule."""
    for start in ENDS_OF_MONTHS:
        for rule in RULES:
            yield Case(start, rule, 1, "pre-paid")


def our_periods(ours, case: Case) -> list[tuple[date, date]]:
    """Return our first periods of a case."""
    unit, factor = RULES[case.rule]
    anchor = case.start.replace(day=1) if case.rule == "monthlylastday" else case.start
    rhythm = ours.Rhythm(factor * case.interval, unit, anchor)
    periods = rhythm.split(case.start, case.stop)
    return [
        (period.date_from, period.date_to)
        for period, _n in zip(periods, range(PERIODS), strict=False)
    ]


def test_periods_are_the_peers_but_at_ends_of_months(compared):
    """Row 2-63, issue 5: no case differs that does not start on the 29th, 30th or 31st."""
    plain = [one for one in compared if not one[0].drifts]
    assert len(plain) > 3000
    assert {case.rule for case, _theirs, _ours in plain} == set(RULES)
    assert [one for one in plain if one[1] != one[2]] == []


def test_ends_of_months_differ_only_by_the_day_we_keep(compared):
    """Row 2-63, issue 5: we start on the anchor's day, the peer where a shorter month left it."""
    late = [one for one in compared if one[0].drifts]
    assert len(late) > 500
    different = 0
    for case, theirs, ours in late:
        reached = case.start.day
        for number, ((their_start, _end), (our_start, _our_end)) in enumerate(
            zip(theirs, ours, strict=False)
        ):
            last = monthrange(our_start.year, our_start.month)[1]
            reached = min(reached, last)
            assert our_start == our_start.replace(day=min(case.start.day, last)), case
            assert their_start == our_start.replace(day=reached), (case, number)
            different += their_start != our_start
    assert different > 1000


def test_the_first_period_never_differs(compared):
    """Row 2-63: what is billed first is what a person who comes from the peer expects."""
    assert [case for case, theirs, ours in compared if theirs[0] != ours[0]] == []


def test_months_that_end_are_the_calendars(compared, ours):
    """Row 2-63: the peer's "last day of the month" is our alignment on the calendar."""
    found = 0
    for case, theirs, _ours in compared:
        if case.rule == "monthlylastday" and case.interval == 1 and not case.stop:
            rhythm = ours.Rhythm(1, "month", case.start, aligned=True)
            aligned = [
                (one.date_from, one.date_to)
                for one, _n in zip(rhythm.split(case.start), range(PERIODS), strict=False)
            ]
            assert aligned == theirs, case
            found += 1
    assert found > 200


def test_31_january(compared):
    """Issue 5: from 31 January the peer drifts to 28 March, ours comes back to the 31st."""
    case = Case(date(2026, 1, 31), "monthly", 1, "pre-paid")
    theirs, ours = next((one[1], one[2]) for one in compared if one[0] == case)
    assert [start for start, _end in theirs[:3]] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 28),
    ]
    assert [start for start, _end in ours[:3]] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
