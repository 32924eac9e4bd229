"""``make mutants``: change one condition at a time, and see whether a test notices."""

import json
import random
import time
from pathlib import Path

from . import addons, mutations, testing
from . import odoo as hosting
from .console import Failure, say
from .jobs import Outcome, Workshop, addon_tests
from .paths import ADDONS, CHECKOUT
from .template import Templates

DRAWN = 40
GOAL = 0.85
# What proof stands on; without ONLY the changes are drawn from these files.
AREAS = (
    "koban_guard/tools/passes.py",
    "koban_guard/tools/pipeline.py",
    "koban_guard/models/*guard*",
    "koban_guard/models/document_*mixin.py",
    "koban_guard/models/base.py",
    "koban_seal/models/*guard*",
    "koban_seal/models/*seal*",
    "koban_seal/tools/journal.py",
    "koban_seal/tools/verification.py",
    "koban_invoice/models/*.py",
    "koban_invoice/tools/*.py",
    "koban_closing/models/*.py",
    "koban_closing/tools/*.py",
)
TESTED_BY = (
    "koban_guard",
    "koban_seal",
    "koban_document",
    "koban_invoice",
    "koban_closing",
    "koban_archive",
    "koban_sales",
)


def run(only: str = "", seed: int | None = None, count: int = DRAWN) -> int:
    """Draw changes, try each, print the verdicts; return the exit code.

    :param only: names of addons divided by commas: their files and their tests alone.
    :param seed: of the draw; another one each time if None.
    """
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    names = [name.strip() for name in only.split(",") if name.strip()]
    known = addons.every()
    for name in names:
        if name not in known:
            raise Failure(f"there is no addon {name}: choose from {', '.join(known)}.")
    changes = draw(files(names), seed, count)
    say(f"{len(changes)} changes drawn by SEED={seed}")
    odoo = hosting.ensure()
    shop = Workshop(odoo, testing.new_logs())
    plan = shop.logs / "mutants.json"
    blank = [{"verdict": "not tried", "by": ""} for _ in changes]
    plan.write_text(json.dumps({"changes": [vars(one) for one in changes], "results": blank}))
    start = time.monotonic()
    _try(shop, plan, [known[name].tests for name in names or TESTED_BY if known[name].tests])
    return report(changes, json.loads(plan.read_text())["results"], seed, time.monotonic() - start)


def files(names: list[str]) -> list[Path]:
    """Return the sources that changes are drawn from."""
    patterns = [f"{name}/{rest}" for name in names for rest in ("*.py", "*/*.py")] or AREAS
    found = {file for pattern in patterns for file in ADDONS.glob(pattern)}
    return sorted(
        file
        for file in found
        if file.suffix == ".py"
        and file.name not in ("__init__.py", "__manifest__.py")
        and not {"tests", "migrations"} & set(file.parts)
    )


def draw(sources: list[Path], seed: int, count: int) -> list[mutations.Mutation]:
    """Return changes drawn by a seed: the same ones for the same sources."""
    every = [
        change
        for file in sources
        for change in mutations.find(str(file.relative_to(CHECKOUT)), file.read_text())
    ]
    return random.Random(seed).sample(every, min(count, len(every)))


def _try(shop: Workshop, plan: Path, tests: list[Path]) -> None:
    database = shop.databases.scratch("mutants")
    shop.databases.clone(Templates(shop.odoo).tests(), database)
    try:
        options = ("-p", "setup.mutating", "--koban-mutants", plan, "-s")
        addon_tests(shop, Outcome(), tests, database, "mutants", "quick", options)
    finally:
        shop.databases.drop(database)


def report(changes: list, results: list[dict], seed: int, seconds: float) -> int:
    """Print the verdicts; return 0 if the goal is met."""
    for change, result in zip(changes, results, strict=True):
        if result["verdict"] != "killed":
            print(f"{result['verdict']:9} {change}")
    killed = sum(result["verdict"] == "killed" for result in results)
    share = killed / len(results) if results else 0
    print(f"{killed} of {len(results)} killed ({share:.0%}), SEED={seed}, {seconds / 60:.0f} min")
    say(f"at least {GOAL:.0%} is the goal: {'met' if share >= GOAL else 'NOT met'}")
    return 0 if share >= GOAL else 1
