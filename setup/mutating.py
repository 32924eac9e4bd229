"""Plugin of pytest, in the host's process: changes the code in memory and sees which tests notice.

One registry is loaded. First every test runs once, and what each calls is noted; then, for each
change, the tests that call the changed function run until one fails.
``-p setup.mutating --koban-mutants PLAN``: a JSON file, which gets the results.
"""

import builtins
import gc
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FunctionType

import pytest
from _pytest.runner import runtestprotocol

from . import mutations
from .mutations import Mutation
from .paths import CHECKOUT

# A change may make a loop endless: a test has so many seconds, and so many times its usual ones.
PATIENCE, TIMES = 20, 10
# All the tests of a change have so many seconds of our processor, however busy the machine is:
# what they did not notice by then survived.
ENOUGH = 240


class TooLong(BaseException):
    """The tests of a change did not end."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the plan."""
    parser.addoption("--koban-mutants", required=True, help="the JSON file of the changes to make")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Take the place of pytest's own loop."""
    plan_file = Path(session.config.getoption("--koban-mutants"))
    plan = json.loads(plan_file.read_text())
    changes = [Mutation(**values) for values in plan["changes"]]
    callers = note_callers(session.items, changes)
    for change, result in zip(changes, plan["results"], strict=True):
        result.update(judge(change, callers.get((change.path, change.first), {})))
        plan_file.write_text(json.dumps(plan))
        print(f"\n{result['verdict']:9} {change}  {result['by']}", flush=True)
    return True


def note_callers(items, changes) -> dict[tuple[str, int], dict]:
    """Run each test once; return the tests that call each function, with their seconds."""
    callers: dict[tuple[str, int], dict] = {}
    set_up: dict = {}
    called: set = set()
    builtins.koban_called = called.add
    with ExitStack() as marks:
        for one in {(change.path, change.first): change for change in changes}.values():
            marks.enter_context(replaced(one, mutations.marked))
        for item, following in zip(items, [*items[1:], None], strict=True):
            called.clear()
            start = _get_time()
            if fails(item, following):
                print(f"\nfails without a change, left out: {item.nodeid}", flush=True)
                continue
            # What the set-up of a class calls, its first test tells for all of them.
            for place in called | set_up.setdefault(item.parent, set(called)):
                callers.setdefault(place, {})[item] = _get_time() - start
    return callers


def fails(item, following=None) -> bool:
    """Run a test; tell whether anything failed.

    :param following: the test to come, whose class keeps the set-up that it shares with this one
    """
    reports = runtestprotocol(item, log=False, nextitem=following)
    return any(report.failed for report in reports)


def judge(change: Mutation, seconds: dict) -> dict[str, str]:
    """Make a change, and tell which test notices it.

    :param seconds: what each test that calls the changed function takes
    """
    if not seconds:
        return {"verdict": "uncovered", "by": ""}
    start = _get_processor_time()
    for rank, test in enumerate(in_turns(seconds)):
        if _get_processor_time() - start > ENOUGH:
            return {"verdict": "survived", "by": f"{rank} of {len(seconds)} tests"}
        with replaced(change, mutations.compiled):
            failed = fails_in_time(test, PATIENCE + TIMES * seconds[test])
        # What an earlier test left behind may be its reason.
        if failed and not fails(test):
            return {"verdict": "killed", "by": test.nodeid}
    return {"verdict": "survived", "by": f"{len(seconds)} tests"}


def _get_time() -> float:
    # Not monotonic(): tests freeze it.
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def _get_processor_time() -> float:
    own = os.times()
    return own.user + own.system


def in_turns(seconds: dict) -> list:
    """Return the tests: the fastest of each class, then the second ones, and so on."""
    turns: dict = {}
    places = {}
    for test in sorted(seconds, key=seconds.get):
        places[test] = turns[test.parent] = turns.get(test.parent, 0) + 1
    return sorted(seconds, key=lambda test: (places[test], seconds[test]))


def fails_in_time(item, limit: float) -> bool:
    """Run a test; one that does not end in so many seconds fails."""
    try:
        with limited(limit):
            return fails(item)
    except TooLong:
        return True


@contextmanager
def replaced(change: Mutation, compile_: Callable) -> Iterator[None]:
    """Put other code into every function made of the original one.

    :param compile_: ``mutations.compiled`` or ``mutations.marked``
    """
    path = CHECKOUT / change.path
    code = compile_(path.read_text(), str(path), change)
    functions = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == str(path)
        and one.__code__.co_firstlineno == change.first
        and one.__qualname__ == change.name
    ]
    assert functions, f"not loaded: {change}"
    before = functions[0].__code__
    forget_caches()
    for one in functions:
        one.__code__ = code
    try:
        yield
    finally:
        for one in functions:
            one.__code__ = before
        forget_caches()


def forget_caches() -> None:
    """Empty the registry's caches, which hold answers of the code before."""
    from odoo.modules.registry import Registry  # noqa: PLC0415  configured by now

    for registry in Registry.registries.values():
        registry.clear_all_caches()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what takes too long."""

    def stop(number, frame):
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(int(seconds) + 1)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
