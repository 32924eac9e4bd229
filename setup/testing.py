"""``make test``: every job, two at a time, the longest classes, and one line that counts."""

import os
import shutil
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from . import addons, dealing, debian, suite
from . import odoo as hosting
from .console import Failure, say
from .jobs import OUTSIDE, QUICK, Job, Outcome, Workshop
from .paths import folder
from .process import at_once
from .template import Templates

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RUNS_KEPT = 5
LONGEST_NAMED = 10


def run(only: str = "", arguments: str = "", everything: bool = False) -> int:
    """Run the tests; return the exit code.

    :param only: names of jobs divided by commas; an addon's name alone is its quick job.
    :param arguments: arguments for pytest.
    :param everything: run each addon's whole suite with its dependencies alone too.
    """
    start = time.monotonic()
    ensure_programs()
    odoo = hosting.ensure()
    chosen = choose(only, everything)
    shop = Workshop(odoo, new_logs(), arguments)
    shop.databases.sweep()
    # Made before the jobs: two of them would only wait for each other.
    Templates(odoo).tests()
    say(f"{len(chosen)} jobs; full logs in {shop.logs}")
    lasted = dealing.read()
    outcomes = run_jobs(shop, chosen, lasted)
    if not only and not arguments:
        dealing.write(lasted)
    return _report(outcomes, time.monotonic() - start)


def ensure_programs() -> None:
    """Make sure that the tests have a browser, and what looks at printed pages."""
    if not any(shutil.which(name) for name in BROWSERS):
        debian.install_as_root("chromium", "Chromium")
    if not shutil.which("pdftoppm"):
        debian.install_as_root("poppler-utils", "Poppler")


def choose(only: str = "", everything: bool = False) -> list[Job]:
    """Return the jobs to run, the longest of each phase first.

    The quick tests and those from outside are dealt to as many jobs as run at the same time.
    """
    usual = suite.others()
    by_addon = [job for addon in addons.every().values() for job in suite.of_addon(addon)]
    names = [name.strip() for name in only.split(",") if name.strip()]
    if names:
        known = {job.name: job for job in [*usual, suite.outside(suite.outside_files()), *by_addon]}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise Failure(f"no test job is named {unknown[0]}: choose from {', '.join(known)}.")
        return [known[name] for name in names]
    if everything:
        usual += [job for job in by_addon if job.name.endswith(":alone")]
    lasted = dealing.read()
    usual.sort(key=lambda job: -lasted.jobs.get(job.name, job.guess))
    beside: dict[int, list[float]] = {QUICK: [], OUTSIDE: []}
    for job in usual:
        beside[job.phase].append(lasted.jobs.get(job.name, job.guess))
    quick = dealing.deal(lasted.of_files(suite.quick_files()), hands(), beside[QUICK])
    outside = dealing.deal(lasted.of_files(suite.outside_files()), hands(), beside[OUTSIDE])
    return [
        *suite.shards(quick),
        *(
            suite.outside(files, f"outside-{rank}")
            for rank, files in enumerate(outside, 1)
            if files
        ),
        *usual,
    ]


def hands() -> int:
    """Return how many jobs run at the same time: KOBAN_JOBS, by default 2."""
    text = os.environ.get("KOBAN_JOBS", "2")
    if not text.isdigit() or not int(text):
        raise Failure(f"KOBAN_JOBS={text} is not a number of jobs: use 1 or more.")
    return int(text)


def run_jobs(
    shop: Workshop, chosen: Iterable[Job], lasted: dealing.Durations
) -> dict[str, Outcome]:
    """Run the jobs, phase by phase.

    :param lasted: gets what each job and each file of tests took.
    """
    outcomes: dict[str, Outcome] = {}
    guard = threading.Lock()

    def one(job: Job) -> None:
        say(f"  start {job.name}")
        start = time.monotonic()
        outcome = attempt(shop, job)
        seconds = time.monotonic() - start
        with guard:
            outcomes[job.name] = outcome
            lasted.jobs[job.name] = seconds
        say(f"  end   {job.name}: {_counts(outcome)} ({seconds:.0f} s)")

    chosen = list(chosen)
    for phase in (QUICK, OUTSIDE):
        at_once([partial(one, job) for job in chosen if job.phase == phase], hands())
    for name, outcome in outcomes.items():
        if name.startswith(("shard-", "outside-")):
            lasted.files.update(_seconds_of_files(outcome))
    return outcomes


def _seconds_of_files(outcome: Outcome) -> dict[str, float]:
    found: Counter = Counter()
    for name, seconds in outcome.seconds.items():
        # addons.koban_sales.tests.test_numbers.TestNumbers, or tests.test_api
        folders, module = name.split(".test_")[:2]
        found[f"{folders.replace('.', '/')}/test_{module.split('.')[0]}.py"] += seconds
    return found


def attempt(shop: Workshop, job: Job) -> Outcome:
    """Run one job; whatever breaks in it is one more failure."""
    outcome = Outcome()
    try:
        job.work(shop, outcome)
    except Failure as failure:
        outcome.problem(job.name, str(failure))
    except Exception:  # a defect of the job itself must not hide the other jobs
        outcome.problem(job.name, traceback.format_exc())
    return outcome


def _report(outcomes: dict[str, Outcome], seconds: float) -> int:
    total = Outcome()
    for name, outcome in outcomes.items():
        for title, text in outcome.problems:
            print(f"\n======== {name}: {title}\n{text.strip()}")
        total.add(outcome)
    print("\nThe longest classes:")
    for name, taken in total.seconds.most_common(LONGEST_NAMED):
        print(f"{taken:7.1f} s  {name}")
    if not total.passed and not total.failed:
        print("koban: no test ran: check ONLY and ARGS.", file=sys.stderr)
    print(f"\nwhole run: {seconds / 60:.1f} minutes\n{_counts(total)}", flush=True)
    return 1 if total.failed or not total.passed else 0


def _counts(outcome: Outcome) -> str:
    text = f"{outcome.passed} passed, {outcome.failed} failed"
    return f"{text}, {outcome.skipped} skipped" if outcome.skipped else text


def new_logs() -> Path:
    """Return a new folder for the logs of a run; the oldest ended runs' are removed."""
    top = folder("logs/tests")
    for old in sorted(top.iterdir())[: -RUNS_KEPT + 1]:
        if not Path("/proc", old.name.rpartition("-")[2]).exists():
            shutil.rmtree(old, ignore_errors=True)
    logs = top / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    logs.mkdir()
    return logs
