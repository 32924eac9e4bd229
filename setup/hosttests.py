"""``make host-tests``: the tests of the host and of the companions, with and without the addons."""

import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import addons, peers, testing
from . import odoo as hosting
from .console import Failure, say
from .paths import CHECKOUT, folder, remove
from .process import CommandFailed, at_once, logged
from .server import free_port
from .template import Templates

# The modules of the host that an addon extends and whose tests must not notice.
SUITES = (
    "account",
    "product",
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


@dataclass
class Comparison:
    """Suites that ran without the addons and with them.

    :param whose: the host's, or the companions'.
    """

    whose: str
    suites: list[str]
    plain: Result
    ours: Result

    @property
    def differing(self) -> dict[str, list[str]]:
        """Names of tests by how they differ; empty when nothing does."""
        found = {
            "Failing only with the addons": self.ours.failed - self.plain.failed,
            # Such as where the plain host needs wkhtmltopdf, and the addons do not.
            "Failing only without the addons": self.plain.failed - self.ours.failed,
            "Run on one side only": self.plain.started ^ self.ours.started,
        }
        return {title: sorted(names) for title, names in found.items() if names}

    @property
    def holds(self) -> bool:
        """Tell whether every test does with the addons at least what it does without them."""
        return set(self.differing) <= {"Failing only without the addons"}


def run(only: str = "") -> int:
    """Run the suites in both databases at the same time; return the exit code."""
    testing.ensure_programs()
    if not shutil.which("wkhtmltopdf"):
        say("wkhtmltopdf is missing: the plain host cannot print, and will fail where it must")
    suites = [name for name in only.split(",") if name] or [*SUITES, *peers.COMPANIONS]
    theirs = [name for name in suites if name.partition(":")[0] in peers.COMPANIONS]
    odoo = hosting.ensure()
    templates = Templates(odoo)
    start = time.monotonic()
    done = []
    for whose, chosen in (
        ("host", [name for name in suites if name not in theirs]),
        ("companions", theirs),
    ):
        if chosen:
            done.append(_on_both_sides(templates, whose, chosen))
            _tell(done[-1])
    if not only:
        _write(done, time.monotonic() - start)
    return 0 if all(comparison.holds for comparison in done) else 1


def _on_both_sides(templates: Templates, whose: str, suites: list[str]) -> Comparison:
    kinds = {"plain": "host_demo", "addons": "host_demo_koban"}
    if whose == "companions":
        sources = {side: templates.companions(kind) for side, kind in kinds.items()}
    else:
        sources = {side: getattr(templates, kind)() for side, kind in kinds.items()}
    say(f"running the tests of {', '.join(suites)}; this takes a while")
    works = [
        partial(_suite, templates, source, f"{whose}-{side}", suites)
        for side, source in sources.items()
    ]
    return Comparison(whose, suites, *at_once(works, 2))


def _suite(templates: Templates, source: str, side: str, suites: Iterable[str]) -> Result:
    """Run the suites on a copy of a template, with the host's own runner."""
    odoo, databases = templates.odoo, templates.databases
    database = databases.scratch(side.replace("-", "_"))
    log = folder("logs") / f"host-tests-{side}.log"
    remove(log)
    tags = ",".join(f"/{name}" for name in suites)
    settings = {"dbfilter": f"^{database}$", "with_demo": True}
    if side.startswith("companions"):
        settings["addons_path"] = templates.companions_path()
    conf = odoo.conf(f"host-tests-{side}", **settings)
    databases.clone(source, database, conf=conf)
    odoo.script(database, UNGUARDED, conf)
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
            raise Failure(f"the tests of {side} did not start: see {log}") from error
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


def _tell(comparison: Comparison) -> None:
    plain, ours = comparison.plain, comparison.ours
    for side, result in (("plain", plain), ("addons", ours)):
        say(f"{side}: {len(result.started)} tests, {len(result.failed)} failed")
    for title, names in comparison.differing.items():
        for name in names:
            print(f"  {title.lower()}: {name}")
    if not comparison.holds:
        say(f"the addons change the tests of the {comparison.whose}")
    elif not comparison.differing:
        say("nothing differs")


def _write(done: Iterable[Comparison], seconds: float) -> None:
    installed = ", ".join(sorted(set(addons.every()) - {addons.DEMO}))
    lines = [
        "# The tests of the host and of the companions, with and without the addons",
        "",
        "Written by `make host-tests`. Both databases have the host's demo data; the second has "
        f"these addons too: {installed}. Its companies are not French, or their guard is switched "
        "off, so nothing may differ. The companions are addons of the OCA that users install "
        "beside these; their versions are in setup/peers.lock.",
        "",
        f"- date: {time.strftime('%Y-%m-%d')}, {seconds / 60:.0f} minutes",
    ]
    for comparison in done:
        lines += _section(comparison)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines).rstrip() + "\n")


def _section(comparison: Comparison) -> list[str]:
    plain, ours = comparison.plain, comparison.ours
    both = sorted(plain.failed & ours.failed)
    lists = {**comparison.differing, "Failing on both sides": both}
    differing = sum(map(len, comparison.differing.values()))
    return [
        "",
        f"## The {comparison.whose}",
        "",
        f"- suites: {', '.join(comparison.suites)}",
        f"- without the addons: {len(plain.started)} tests, {len(plain.failed)} failed",
        f"- with the addons: {len(ours.started)} tests, {len(ours.failed)} failed",
        f"- differing: {differing or 'none'}",
        *(
            line
            for title, names in lists.items()
            if names
            for line in ("", f"### {title}", "", *(f"- {name}" for name in names))
        ),
    ]
