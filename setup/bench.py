"""``make bench``: every benchmark on two databases made alike, with and without the addons."""

import json
import subprocess
import time
from pathlib import Path

from . import odoo as hosting
from .console import Failure, say
from .database import Databases
from .odoo import Odoo
from .paths import CHECKOUT, folder
from .process import spawn, stop
from .template import Templates

FOLDER = CHECKOUT / "benchmarks"
RESULTS = FOLDER / "results"
# The processor's seconds tell, on a machine that is busy with other work, what the clock hides.
MEASURES = ("seconds", "cpu", "queries")


class Worker:
    """A process of the host on one database, that measures one batch when asked."""

    def __init__(self, odoo: Odoo, database: str, script: Path):
        self.log = folder("logs") / f"bench-{database}.log"
        variables = {**odoo.variables(), "PYTHONPATH": str(odoo.host.path)}
        with self.log.open("wb") as log:
            self.process = spawn(
                [odoo.python, FOLDER / "measure.py", database, script],
                variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.about = self._answer()

    def measure(self, case: str) -> dict:
        """Return seconds and queries for each document of one batch."""
        self.process.stdin.write(f"{json.dumps(case)}\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"a benchmark ended with an error: see {self.log}")
        return json.loads(line)


def run(only: str = "") -> int:
    """Run the benchmarks; print a table for each and write their results."""
    scripts = sorted(FOLDER.glob("bench_*.py"))
    if only:
        scripts = [script for script in scripts if script.stem.removeprefix("bench_") == only]
    if not scripts:
        raise Failure(
            f"there is no benchmark {only or 'in benchmarks/'}: see benchmarks/bench_*.py."
        )
    odoo = hosting.ensure()
    results = {script.stem: _compare(odoo, script) for script in scripts}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"date": time.strftime("%Y-%m-%d"), **results}, indent=2) + "\n"
    (RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json").write_text(text)
    (RESULTS / "latest.json").write_text(text)
    return 0


def _compare(odoo: Odoo, script: Path) -> dict:
    databases, templates = Databases(odoo), Templates(odoo)
    databases.sweep()
    sources = {"host": templates.host(), "koban": templates.koban()}
    scratch = {side: databases.scratch(f"bench_{side}") for side in sources}
    workers: dict[str, Worker] = {}
    try:
        for side, source in sources.items():
            databases.clone(source, scratch[side])
        for side in sources:
            workers[side] = Worker(odoo, scratch[side], script)
        about = workers["host"].about
        say(f"bench: {about['title']} ({about['rounds']} rounds, taken in turns)")
        found = {case: _rounds(workers, case, about["rounds"]) for case in about["cases"]}
        _table(found, about)
        return {"title": about["title"], "goal": about["goal"], "cases": found}
    finally:
        for worker in workers.values():
            stop(worker.process)
        for name in scratch.values():
            databases.drop(name)


def _rounds(workers: dict[str, Worker], case: str, rounds: int) -> dict:
    """Measure both sides in turns, so that a drift of the machine meets both alike."""
    for worker in workers.values():
        worker.measure(case)  # fills the caches
    taken: dict[str, list[dict]] = {side: [] for side in workers}
    for number in range(rounds):
        order = list(workers) if number % 2 else list(reversed(workers))
        for side in order:
            taken[side].append(workers[side].measure(case))
    pairs = list(zip(taken["koban"], taken["host"], strict=True))
    result = {
        side: {what: _median([one[what] for one in taken[side]]) for what in MEASURES}
        for side in taken
    }
    result["ratio"] = {
        what: _median([with_us[what] / without[what] for with_us, without in pairs])
        for what in MEASURES
    }
    return result


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _table(found: dict, about: dict) -> None:
    print(f"\n{about['title']}, for each document")
    print(f"{'':<10}{'host s':>9}{'koban s':>9}{'ratio':>7}", end="")
    print(f"{'host cpu':>10}{'koban cpu':>11}{'ratio':>7}{'host q':>8}{'koban q':>9}")
    for case, result in found.items():
        host, koban, ratio = result["host"], result["koban"], result["ratio"]
        print(
            f"{case:<10}{host['seconds']:>9.4f}{koban['seconds']:>9.4f}{ratio['seconds']:>7.3f}"
            f"{host['cpu']:>10.4f}{koban['cpu']:>11.4f}{ratio['cpu']:>7.3f}"
            f"{host['queries']:>8.1f}{koban['queries']:>9.1f}"
        )
    worst = max(result["ratio"]["seconds"] for result in found.values())
    verdict = "met" if worst <= about["goal"] else "NOT met"
    print(f"goal: at most {about['goal']:.2f} x the plain host's time: {verdict} ({worst:.3f})")
    _growth(found, about)
    print(flush=True)


def _growth(found: dict, about: dict) -> None:
    """Print how many queries each more line costs, beyond the plain host's."""
    sizes = about["sizes"]
    if len(sizes) < 2:
        return
    small, large = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
    extra = {
        case: found[case]["koban"]["queries"] - found[case]["host"]["queries"]
        for case in (small, large)
    }
    slope = (extra[large] - extra[small]) / (sizes[large] - sizes[small])
    print(f"extra queries: {extra[small]:+.1f} ({small}), {extra[large]:+.1f} ({large})")
    print(f"extra queries for each line: {slope:+.3f} (goal: 0)")
