"""The jobs that make up the test run."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from . import addons, alone, companions, filled
from .addons import DEMO, Addon
from .jobs import OUTSIDE, Job, Outcome, Workshop, addon_tests, pytest
from .paths import CHECKOUT
from .template import Templates
from .warm import WarmShell

BROWSER_CALLS = ("start_tour(", "browser_js(")


def shards(dealt: Iterable[list[Path]]) -> list[Job]:
    """Return a job for each hand of test files: the quick tests, once, with every addon."""
    return [
        Job(f"shard-{number}", partial(_shard, files=files, label=f"shard-{number}"))
        for number, files in enumerate(dealt, 1)
        if files
    ]


def quick_files() -> list[Path]:
    """Return the files of the tests that the shards run."""
    return [
        file
        for addon in addons.every().values()
        if addon.tests and addon.name != DEMO
        for file in sorted(addon.tests.glob("test_*.py"))
    ]


def others() -> list[Job]:
    """Return the jobs of the usual run but the shards."""
    found = [
        Job("alone", alone.run, 500),
        Job("filled", filled.run, 240),
        Job("companions", companions.run, 60),
    ]
    if DEMO in addons.every():
        found.append(_demo_job())
    browser = [file for file in quick_files() if _drives_browser(file)]
    if browser:
        work = partial(_shard, files=browser, label="browser", part="browser")
        found.append(Job("browser", work, 200, OUTSIDE))
    return found


def outside(files: list[Path], label: str = "tests") -> Job:
    """Return a job that runs files of tests from outside."""
    return Job(label, partial(_outside, files=files, label=label), 300, OUTSIDE)


def outside_files() -> list[Path]:
    """Return the files of the tests from outside."""
    return sorted((CHECKOUT / "tests").glob("test_*.py"))


def of_addon(addon: Addon) -> Iterable[Job]:
    """Return the jobs of one addon: all its tests with every addon, and alone."""
    if addon.tests:
        yield (
            _demo_job() if addon.name == DEMO else Job(addon.name, partial(_full, addon=addon), 120)
        )
    yield Job(f"{addon.name}:alone", partial(alone.run_one, addon=addon), 150)


def _drives_browser(file: Path) -> bool:
    text = file.read_text()
    return any(call in text for call in BROWSER_CALLS)


def _shard(
    shop: Workshop, outcome: Outcome, files: list[Path], label: str, part: str = "quick"
) -> None:
    database = shop.databases.scratch(label)
    shop.databases.clone(Templates(shop.odoo).tests(), database)
    try:
        addon_tests(shop, outcome, files, database, label, part)
    finally:
        shop.databases.drop(database)


def _demo_job() -> Job:
    return Job(DEMO, _demo, 90)


def _demo(shop: Workshop, outcome: Outcome) -> None:
    """Run the tests of the demo company, then uninstall it."""
    demo = addons.every()[DEMO]
    database = shop.databases.scratch(DEMO)
    shop.databases.clone(Templates(shop.odoo).demo(), database)
    shell = WarmShell(shop.odoo, database)
    try:
        addon_tests(shop, outcome, [demo.tests], database, DEMO, shell=shell)
        alone.uninstall(shop, outcome, demo, database, DEMO, shell)
    finally:
        shell.close()
        shop.databases.drop(database)


def _full(shop: Workshop, outcome: Outcome, addon: Addon) -> None:
    database = shop.databases.scratch(addon.name)
    shop.databases.clone(Templates(shop.odoo).tests(), database)
    try:
        addon_tests(shop, outcome, [addon.tests], database, addon.name)
    finally:
        shop.databases.drop(database)


def _outside(shop: Workshop, outcome: Outcome, files: list[Path], label: str) -> None:
    variables = {"KOBAN_TEST_LOGS": str(shop.logs / label)}
    (shop.logs / label).mkdir()
    pytest(shop, outcome, label, ["-p", "no:odoo"], files, variables)
