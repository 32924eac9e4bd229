"""What a job of the test run is, how it runs pytest, and what it found."""

import shlex
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from . import odoo as hosting
from .database import Databases
from .odoo import Odoo
from .paths import CHECKOUT
from .process import CommandFailed, logged
from .warm import WarmShell

NO_TEST_RAN = 5
QUICK, OUTSIDE = range(2)


@dataclass
class Outcome:
    """What one job found.

    :param problems: a title and a text for each failure.
    :param seconds: what each class of tests took, by its dotted name.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    seconds: Counter = field(default_factory=Counter)

    def add(self, other: "Outcome") -> None:
        """Count what another job found too."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.problems += other.problems
        self.seconds.update(other.seconds)

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
    :param phase: the jobs of a phase run at the same time, once those before are done.
    """

    name: str
    work: Callable[["Workshop", "Outcome"], None]
    guess: int = 60
    phase: int = QUICK


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


def addon_tests(
    shop: Workshop,
    outcome: Outcome,
    paths: list[Path],
    database: str,
    label: str,
    part: str = "all",
    more: Iterable[object] = (),
    settings: Mapping[str, object] | None = None,
    shell: WarmShell | None = None,
) -> None:
    """Run tests of addons inside the host, and read its log.

    :param paths: files or folders of tests.
    :param part: which of them, see :mod:`setup.selection`.
    :param more: options of pytest.
    :param settings: options of the host.
    :param shell: of the database, to run them in; otherwise a process of the host starts for them.
    """
    log = shop.logs / f"{label}-odoo.log"
    conf = shop.odoo.conf(f"test-{database}", dbfilter=f"^{database}$", **(settings or {}))
    variables = {**shop.odoo.variables(conf), "PYTHONPATH": str(shop.odoo.host.path)}
    options = [f"--odoo-database={database}", "--odoo-http", "--odoo-log-level=info"]
    options += [
        "--odoo-extra",
        f"logfile={log}",
        "-p",
        "setup.selection",
        "--koban-part",
        part,
        *more,
    ]
    try:
        pytest(shop, outcome, label, options, paths, variables, shell and partial(shell.tests, log))
    finally:
        conf.unlink(missing_ok=True)
    if log.exists():
        for line in hosting.bad_lines(log, hosting.ALLOWED + hosting.ALLOWED_IN_TESTS):
            outcome.problem(f"{label}: a line in the log", f"{line}\nThe whole log: {log}")


def pytest(
    shop: Workshop,
    outcome: Outcome,
    label: str,
    options: list,
    tests: list[Path],
    variables: dict,
    run: Callable[[list, Path, dict], None] | None = None,
) -> None:
    """Run pytest on these paths, or on what the person's arguments name, and count its report.

    :param run: runs it, given its arguments, where its output goes, its variables; by default in
        a process of its own.
    """
    report = shop.logs / f"{label}.xml"
    given = shlex.split(shop.arguments)
    named = any((CHECKOUT / part.partition("::")[0]).exists() for part in given)
    arguments = ["-p", "no:cacheprovider", f"--junitxml={report}", *options, *given]
    arguments += [] if named else tests
    output = shop.logs / f"{label}.out"
    try:
        (run or partial(_alone, shop))(arguments, output, variables)
    except CommandFailed as error:
        if error.code == NO_TEST_RAN and shop.arguments:
            return
        if error.code != 1 or not report.exists():
            outcome.problem(f"{label}: pytest ended with code {error.code}", error.output)
    if report.exists():
        read_report(report, outcome)


def _alone(shop: Workshop, arguments: list, output: Path, variables: dict) -> None:
    command = [shop.odoo.python, "-m", "pytest", *arguments]
    logged(command, output, variables, cwd=CHECKOUT)


def read_report(report: Path, outcome: Outcome) -> None:
    """Add what a JUnit file tells to an outcome."""
    for case in ElementTree.parse(report).iter("testcase"):
        outcome.seconds[case.get("classname")] += float(case.get("time", 0))
        bad = [child for child in case if child.tag in ("failure", "error")]
        if bad:
            title = f"{case.get('classname')}::{case.get('name')}"
            outcome.problem(title, bad[0].text or bad[0].get("message", ""))
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
