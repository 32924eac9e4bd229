"""Jobs of the test run: what each prepares, runs, and found."""

import shlex
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo as hosting
from . import server
from .addons import DEMO, Addon, closure
from .console import Failure
from .database import Databases
from .odoo import Odoo
from .paths import CHECKOUT
from .process import CommandFailed, captured, logged
from .template import Templates

NO_TEST_RAN = 5
SCRIPTS = CHECKOUT / "setup" / "scripts"


@dataclass
class Outcome:
    """What one job found.

    :param problems: a title and a text for each failure.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    def problem(self, title: str, text: str) -> None:
        """Count one failure that no test reports by itself."""
        self.failed += 1
        self.problems.append((title, text))


@dataclass
class Job:
    """One run of pytest, with what comes before and after it.

    :param name: how the person names it.
    :param work: runs it; gets the job and its outcome to fill.
    :param guess: seconds it may take when it has never run.
    """

    name: str
    work: Callable[["Workshop", "Outcome"], None]
    guess: int = 60


@dataclass
class Workshop:
    """What jobs share: the host, the templates, a folder for the logs, pytest's arguments."""

    odoo: Odoo
    logs: Path
    arguments: str = ""

    @property
    def databases(self) -> Databases:
        """The databases of the server."""
        return Databases(self.odoo)


def jobs_of(addon: Addon) -> Iterable[Job]:
    """Return the jobs of one addon: with all the others, and alone."""
    if addon.tests:
        yield Job(addon.name, lambda shop, out: _full(shop, out, addon), 120)
    yield Job(f"{addon.name}:alone", lambda shop, out: _alone(shop, out, addon), 150)


def outside() -> Job:
    """Return the job of the tests that look from outside."""
    return Job("tests", _outside, 180)


def _full(shop: Workshop, outcome: Outcome, addon: Addon) -> None:
    templates = Templates(shop.odoo)
    source = templates.demo() if addon.name == DEMO else templates.koban()
    database = shop.databases.scratch(addon.name)
    shop.databases.clone(source, database)
    try:
        addon_tests(shop, outcome, addon, database, addon.name)
    finally:
        shop.databases.drop(database)


def _alone(shop: Workshop, outcome: Outcome, addon: Addon) -> None:
    """Install with nothing but the dependencies, test, uninstall, and try the host."""
    label = f"{addon.name}_alone"
    ours, host_modules = closure([addon.name])
    templates = Templates(shop.odoo)
    database = shop.databases.scratch(label)
    shop.databases.clone(templates.dependencies(host_modules), database)
    try:
        templates.install(database, ours, shop.logs / f"{label}-install.log")
        # The demo company depends on every addon: alone and full are the same for it.
        if addon.tests and addon.name != DEMO:
            addon_tests(shop, outcome, addon, database, label)
        _uninstall(shop, outcome, addon, database, label)
    finally:
        shop.databases.drop(database)


def _uninstall(shop: Workshop, outcome: Outcome, addon: Addon, database: str, label: str) -> None:
    log = shop.logs / f"{label}-uninstall.log"
    arguments = ["module", "uninstall", "-d", database, addon.name]
    try:
        shop.odoo.run(f"uninstalling {addon.name}", log, *arguments)
        host_works(shop, database, label)
        outcome.passed += 1
    except Failure as failure:
        outcome.problem(f"{addon.name}: uninstall", str(failure))


def host_works(shop: Workshop, database: str, label: str) -> None:
    """Use the host as a person would: its documents, its views, its pages.

    :raise Failure: at the first thing that does not work.
    """
    log = shop.logs / f"{label}-after.log"
    script = (SCRIPTS / "host_works.py").read_text()
    try:
        answer = shop.odoo.script(database, script)
    except CommandFailed as error:
        log.write_text(error.output)
        raise Failure(
            f"the host no longer works ({error.output.splitlines()[-1]}): {log}"
        ) from error
    if "the host works" not in answer:
        raise Failure(f"the host no longer works: {answer}")
    with server.served(shop.odoo, database, shop.logs / f"{label}-served.log") as url:
        pages = captured([shop.odoo.python, SCRIPTS / "open_pages.py", url, database])
    if "the pages work" not in pages:
        raise Failure(f"the web client no longer opens: {pages}")


def addon_tests(shop: Workshop, outcome: Outcome, addon: Addon, database: str, label: str) -> None:
    """Run the tests of an addon inside the host, and read its log."""
    log = shop.logs / f"{label}-odoo.log"
    conf = shop.odoo.conf(f"test-{database}", dbfilter=f"^{database}$")
    variables = {**shop.odoo.variables(conf), "PYTHONPATH": str(shop.odoo.host.path)}
    options = [f"--odoo-database={database}", "--odoo-http", "--odoo-log-level=info"]
    options += ["--odoo-extra", f"logfile={log}"]
    try:
        pytest(shop, outcome, label, options, addon.tests, variables)
    finally:
        conf.unlink(missing_ok=True)
    if log.exists():
        for line in hosting.bad_lines(log, hosting.ALLOWED + hosting.ALLOWED_IN_TESTS):
            outcome.problem(f"{label}: a line in the log", f"{line}\nThe whole log: {log}")


def _outside(shop: Workshop, outcome: Outcome) -> None:
    variables = {"KOBAN_TEST_LOGS": str(shop.logs)}
    pytest(shop, outcome, "tests", ["-p", "no:odoo"], CHECKOUT / "tests", variables)


def pytest(
    shop: Workshop, outcome: Outcome, label: str, options: list, tests: Path, variables: dict
) -> None:
    """Run pytest on a folder, or on what the person's arguments name, and count its report."""
    report = shop.logs / f"{label}.xml"
    command = [shop.odoo.python, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}"]
    given = shlex.split(shop.arguments)
    named = any((CHECKOUT / part.partition("::")[0]).exists() for part in given)
    command += [*options, *given, *([] if named else [tests])]
    output = shop.logs / f"{label}.out"
    try:
        logged(command, output, variables, cwd=CHECKOUT)
    except CommandFailed as error:
        if error.code == NO_TEST_RAN and shop.arguments:
            return
        if error.code != 1 or not report.exists():
            outcome.problem(f"{label}: pytest ended with code {error.code}", error.output)
    if report.exists():
        read_report(report, outcome)


def read_report(report: Path, outcome: Outcome) -> None:
    """Add what a JUnit file tells to an outcome."""
    for case in ElementTree.parse(report).iter("testcase"):
        bad = [child for child in case if child.tag in ("failure", "error")]
        if bad:
            title = f"{case.get('classname')}::{case.get('name')}"
            outcome.problem(title, bad[0].text or bad[0].get("message", ""))
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
