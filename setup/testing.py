"""``make test``: every job, two at a time, and one line that counts."""

import json
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from . import addons, debian, jobs
from . import odoo as hosting
from .console import Failure, say
from .jobs import Job, Outcome, Workshop
from .paths import folder
from .process import at_once
from .template import Templates

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
RUNS_KEPT = 5


def run(only: str = "", arguments: str = "") -> int:
    """Run the tests; return the exit code.

    :param only: names of jobs divided by commas; an addon's name alone is its quick job.
    :param arguments: arguments for pytest.
    """
    ensure_browser()
    odoo = hosting.ensure()
    chosen = choose(only)
    shop = Workshop(odoo, _new_logs(), arguments)
    shop.databases.sweep()
    # Made before the jobs: two of them would only wait for each other.
    needs_demo = any(job.name.startswith(addons.DEMO) for job in chosen)
    templates = Templates(odoo)
    templates.demo() if needs_demo else templates.koban()
    say(f"{len(chosen)} jobs; full logs in {shop.logs}")
    outcomes = run_jobs(shop, chosen)
    return _report(outcomes)


def ensure_browser() -> None:
    """Make sure that the browser tests have a browser."""
    if not any(shutil.which(name) for name in BROWSERS):
        debian.install_as_root("chromium", "Chromium")


def choose(only: str) -> list[Job]:
    """Return the jobs to run, the longest first."""
    known = {job.name: job for addon in addons.every().values() for job in jobs.jobs_of(addon)}
    known["tests"] = jobs.outside()
    names = [name.strip() for name in only.split(",") if name.strip()] or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Failure(f"no test job is named {unknown[0]}: choose from {', '.join(known)}.")
    lasted = _durations()
    return sorted((known[name] for name in names), key=lambda job: -lasted.get(job.name, job.guess))


def run_jobs(shop: Workshop, chosen: Iterable[Job]) -> dict[str, Outcome]:
    """Run the jobs at the same time, as many as KOBAN_JOBS says (default 2)."""
    text = os.environ.get("KOBAN_JOBS", "2")
    if not text.isdigit() or not int(text):
        raise Failure(f"KOBAN_JOBS={text} is not a number of jobs: use 1 or more.")
    lasted = _durations()
    outcomes: dict[str, Outcome] = {}
    guard = threading.Lock()

    def one(job: Job) -> None:
        say(f"  start {job.name}")
        start = time.monotonic()
        outcome = attempt(shop, job)
        seconds = time.monotonic() - start
        with guard:
            outcomes[job.name] = outcome
            lasted[job.name] = round(seconds)
        say(f"  end   {job.name}: {_counts(outcome)} ({seconds:.0f} s)")

    at_once([partial(one, job) for job in chosen], int(text))
    if not shop.arguments:
        _durations_file().write_text(json.dumps(lasted))
    return outcomes


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


def _report(outcomes: dict[str, Outcome]) -> int:
    for name, outcome in outcomes.items():
        for title, text in outcome.problems:
            print(f"\n======== {name}: {title}\n{text.strip()}")
    total = Outcome(
        sum(outcome.passed for outcome in outcomes.values()),
        sum(outcome.failed for outcome in outcomes.values()),
        sum(outcome.skipped for outcome in outcomes.values()),
    )
    if not total.passed and not total.failed:
        print("koban: no test ran: check ONLY and ARGS.", file=sys.stderr)
    print(f"\n{_counts(total)}", flush=True)
    return 1 if total.failed or not total.passed else 0


def _counts(outcome: Outcome) -> str:
    text = f"{outcome.passed} passed, {outcome.failed} failed"
    return f"{text}, {outcome.skipped} skipped" if outcome.skipped else text


def _new_logs() -> Path:
    top = folder("logs/tests")
    for old in sorted(top.iterdir())[: -RUNS_KEPT + 1]:
        shutil.rmtree(old, ignore_errors=True)
    logs = top / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    logs.mkdir()
    return logs


def _durations_file() -> Path:
    return folder("run") / "durations.json"


def _durations() -> dict[str, int]:
    """Return how long each job took the last time."""
    try:
        return json.loads(_durations_file().read_text())
    except (OSError, ValueError):
        return {}
