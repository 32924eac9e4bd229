"""``make host-tests``: the host's own tests, with and without the addons, compared."""

import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import addons, testing
from . import odoo as hosting
from .console import Failure, say
from .database import Databases
from .odoo import Odoo
from .paths import CHECKOUT, folder, remove
from .process import CommandFailed, at_once, logged
from .server import free_port
from .template import Templates

# The modules of the host that an addon extends and whose tests must not notice.
SUITES = (
    "account",
    "sale",
    "sale_management",
    "sale_crm",
    "sale_project",
    "sale_stock",
    "stock",
    "purchase",
)
REPORT = CHECKOUT / "docs" / "host-tests.md"
STARTED = re.compile(r" INFO \S+ odoo\.addons\.(\S+): Starting (\w+)\.(\w+) \.\.\.")
FAILED = re.compile(r" ERROR \S+ odoo\.addons\.(\S+): (?:FAIL|ERROR): (?:Subtest )?(\w+)\.(\w+)")
BROKEN = re.compile(r" ERROR \S+ odoo\.tests\.suite: ERROR: setUpClass \(odoo\.addons\.(\S+)\)")
# The host's demo data have a French company, which the guard protects from the first day; tests
# set its invoices back to draft (account's of digests). The others are not French.
UNGUARDED = """
if "document_guard" in env["res.company"]._fields:
    env.cr.execute("UPDATE res_company SET document_guard = false")
    env.cr.commit()
"""


@dataclass
class Result:
    """Which tests a run started, and which failed."""

    started: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


def run(only: str = "") -> int:
    """Run the suites in both databases at the same time; return the exit code."""
    testing.ensure_browser()
    if not shutil.which("wkhtmltopdf"):
        say("wkhtmltopdf is missing: the plain host cannot print, and will fail where it must")
    suites = tuple(name for name in only.split(",") if name) or SUITES
    odoo = hosting.ensure()
    templates, databases = Templates(odoo), Databases(odoo)
    sources = {"plain": templates.host_demo(), "addons": templates.host_demo_koban()}
    start = time.monotonic()
    say(f"running the host's own tests of {', '.join(suites)}; this takes a while")
    works = [
        partial(_suite, odoo, databases, source, side, suites) for side, source in sources.items()
    ]
    results = dict(zip(sources, at_once(works, 2), strict=True))
    same = _compare(results)
    if not only:
        _write(results, suites, time.monotonic() - start, same)
    return 0 if same else 1


def _suite(
    odoo: Odoo, databases: Databases, source: str, side: str, suites: Iterable[str]
) -> Result:
    """Run the suites on a copy of a template, with the host's own runner."""
    database = databases.scratch(f"host_{side}")
    databases.clone(source, database)
    odoo.script(database, UNGUARDED)
    log = folder("logs") / f"host-tests-{side}.log"
    remove(log)
    tags = ",".join(f"/{name}" for name in suites)
    conf = odoo.conf(f"host-tests-{side}", dbfilter=f"^{database}$", with_demo=True)
    # "account:TestDigest" is one class of the suite of account.
    modules = ",".join(sorted({name.partition(":")[0] for name in suites}))
    arguments = ["-d", database, "-u", modules, "--test-tags", tags]
    arguments += ["--stop-after-init", "--http-port", free_port()]
    try:
        logged(
            odoo.command(*arguments),
            log,
            odoo.variables(conf),
            describe=lambda: f"{side}: {len(read(log).started)} tests started",
        )
    except CommandFailed as error:
        if not read(log).started:
            raise Failure(f"the host's tests did not start: see {log}") from error
    finally:
        databases.drop(database)
    return read(log)


def read(log: Path) -> Result:
    """Read from a log which tests ran, and which failed."""
    result = Result()
    with log.open(errors="replace") as lines:
        for line in lines:
            for pattern, found in ((STARTED, result.started), (FAILED, result.failed)):
                match = pattern.search(line)
                if match:
                    found.add(".".join(match.groups()))
            match = BROKEN.search(line)
            if match:
                result.failed.add(f"{match[1]}.setUpClass")
    return result


def _compare(results: dict[str, Result]) -> bool:
    plain, ours = results["plain"], results["addons"]
    for side, result in results.items():
        say(f"{side}: {len(result.started)} tests, {len(result.failed)} failed")
    for name in sorted(ours.failed - plain.failed):
        print(f"  fails only with the addons: {name}")
    for name in sorted(plain.failed - ours.failed):
        print(f"  fails only without the addons: {name}")
    for name in sorted(plain.started ^ ours.started):
        print(f"  ran on one side only: {name}")
    same = plain.failed == ours.failed and plain.started == ours.started
    say("nothing differs" if same else "the addons change the result of the host's tests")
    return same


def _write(results: dict[str, Result], suites: Iterable[str], seconds: float, same: bool) -> None:
    plain, ours = results["plain"], results["addons"]
    installed = ", ".join(sorted(set(addons.every()) - {addons.DEMO}))
    both = sorted(plain.failed & ours.failed)
    differing = sorted(plain.failed ^ ours.failed) + sorted(plain.started ^ ours.started)
    lines = [
        "# The host's own tests, with and without the addons",
        "",
        "Written by `make host-tests`. Both databases have the host's demo data; the second has "
        f"these addons too: {installed}. Its companies are not French, or their guard is switched "
        "off, so nothing may differ.",
        "",
        f"- date: {time.strftime('%Y-%m-%d')}, {seconds / 60:.0f} minutes",
        f"- suites: {', '.join(suites)}",
        f"- without the addons: {len(plain.started)} tests, {len(plain.failed)} failed",
        f"- with the addons: {len(ours.started)} tests, {len(ours.failed)} failed",
        f"- differing: {'none' if same else len(differing)}",
        "",
        *(["## Differing", "", *(f"- {name}" for name in differing), ""] if differing else []),
        *(["## Failing on both sides", "", *(f"- {name}" for name in both), ""] if both else []),
    ]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines).rstrip() + "\n")
