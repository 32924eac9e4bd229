"""``make bench``: what is measured on two or more sides, in turns, in one run."""

import importlib.util
import json
import shutil
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from itertools import combinations
from pathlib import Path
from statistics import median

from . import odoo as hosting
from .console import Failure, say
from .database import Databases
from .odoo import Odoo
from .paths import CHECKOUT, folder
from .process import spawn, stop
from .server import free_port
from .template import Templates

FOLDER = CHECKOUT / "benchmarks"
RESULTS = FOLDER / "results"
# Measure -> unit, digits. The processor's seconds tell, on a machine that is busy with other
# work, what the clock hides; memory is the most that one batch took.
MEASURES = {
    "seconds": ("s", 4),
    "cpu": ("s", 4),
    "queries": ("", 1),
    "memory": ("MB", 0),
    "retries": ("", 1),
}
# Two databases made alike, with and without the addons.
WITH_AND_WITHOUT = {"host": {"template": "host"}, "koban": {"template": "koban"}}


@dataclass(frozen=True)
class Script:
    """What a script of ``benchmarks/`` declares; the docstring of measure.py explains it."""

    path: Path
    title: str
    cases: dict[str, dict]
    rounds: int
    goals: dict[str, float]
    measure: str = "seconds"
    sides: dict[str, dict] = field(default_factory=lambda: WITH_AND_WITHOUT)
    sizes: dict[str, int] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    extras: dict[str, float] = field(default_factory=dict)
    needs: str = ""

    @classmethod
    def load(cls, path: Path) -> "Script":
        """Read the declarations of a script. Scripts import nothing of the host."""
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        names = [one.name for one in fields(cls) if one.name != "path"]
        found = {name: getattr(module, name.upper(), None) for name in names}
        return cls(path, **{name: value for name, value in found.items() if value is not None})


class Worker:
    """A process of the host on one database, that measures one batch when asked."""

    def __init__(self, odoo: Odoo, database: str, script: Path, side: str, conf: Path | None):
        self.log = folder("logs") / f"bench-{database}.log"
        variables = {**odoo.variables(conf), "PYTHONPATH": str(odoo.host.path)}
        with self.log.open("wb") as log:
            self.process = spawn(
                [odoo.python, FOLDER / "measure.py", database, script, side, str(free_port())],
                variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._answer()  # its data are made

    def measure(self, case: str) -> dict[str, float]:
        """Return what each document of one batch took."""
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
    paths = sorted(FOLDER.glob("bench_*.py"))
    if only:
        paths = [path for path in paths if path.stem.removeprefix("bench_") == only]
    if not paths:
        raise Failure(
            f"there is no benchmark {only or 'in benchmarks/'}: see benchmarks/bench_*.py."
        )
    odoo = hosting.ensure()
    latest = RESULTS / "latest.json"
    results = json.loads(latest.read_text()) if latest.exists() else {}
    for path in paths:
        script = Script.load(path)
        if missing := _missing(script):
            say(f"bench: {script.title}: not measured, {missing}")
            continue
        results[path.stem] = {"date": time.strftime("%Y-%m-%d"), **_compare(odoo, script)}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(results, indent=2, sort_keys=True) + "\n"
    (RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json").write_text(text)
    latest.write_text(text)
    return 0


def _missing(script: Script) -> str:
    """Say what a peer's program needs that is not there; empty if nothing is missing."""
    if not script.needs or shutil.which(script.needs):
        return ""
    return f"because {script.needs} is missing (apt install {script.needs})"


def _compare(odoo: Odoo, script: Script) -> dict:
    databases, templates = Databases(odoo), Templates(odoo)
    databases.sweep()
    workers: dict[str, Worker] = {}
    with ExitStack() as stack:
        for side, settings in script.sides.items():
            name = databases.scratch(f"bench_{len(workers)}")
            kind = settings["template"]
            databases.clone(getattr(templates, kind)(), name, conf=templates.conf(kind))
            stack.callback(databases.drop, name)
            workers[side] = Worker(odoo, name, script.path, side, templates.conf(kind))
            stack.callback(stop, workers[side].process)
        say(f"bench: {script.title} ({script.rounds} rounds, taken in turns)")
        found = {case: _rounds(workers, case, script.rounds) for case in script.cases}
    _table(found, script)
    return {"title": script.title, "goals": script.goals, "cases": found}


def _rounds(workers: dict[str, Worker], case: str, rounds: int) -> dict:
    """Measure the sides in turns, so that a drift of the machine meets all alike."""
    for worker in workers.values():
        worker.measure(case)  # fills the caches
    taken: dict[str, list[dict]] = {side: [] for side in workers}
    for number in range(rounds):
        order = list(workers) if number % 2 else list(reversed(workers))
        for side in order:
            taken[side].append(workers[side].measure(case))
    result = {
        side: {what: median(one[what] for one in taken[side]) for what in MEASURES}
        for side in taken
    }
    result["ratios"] = {
        f"{other} / {base}": _ratios(taken[other], taken[base])
        for base, other in combinations(taken, 2)
    }
    return result


def _ratios(other: list[dict], base: list[dict]) -> dict[str, float]:
    """Return the median of what the rounds of a side took, divided by those of another."""
    return {
        what: median(
            ours[what] / theirs[what] if theirs[what] else 1.0
            for ours, theirs in zip(other, base, strict=True)
        )
        for what in MEASURES
    }


def _table(found: dict, script: Script) -> None:
    """Print what each side took, and beside each further side its ratio to the first."""
    base, *others = script.sides
    print(f"\n{script.title}, for each document (in brackets: divided by {base})")
    print(f"{'':<44}" + "".join(f"{what:>22}" for what in MEASURES))
    for case, result in found.items():
        for side in script.sides:
            cells = []
            for what, (unit, digits) in MEASURES.items():
                cell = f"{result[side][what]:.{digits}f} {unit}".rstrip()
                if side in others:
                    cell += f" ({result['ratios'][f'{side} / {base}'][what]:.3f})"
                cells.append(f"{cell:>22}")
            print(f"{case if side == base else '':<28}{side:<16}" + "".join(cells))
    _verdicts(found, script)
    _growth(found, script)
    print(flush=True)


def _verdicts(found: dict, script: Script) -> None:
    """Say whether the last side is within the goals, against each of the others."""
    *others, last = script.sides
    what = script.measure
    for case, goal in script.goals.items():
        for base in others:
            ratio = found[case]["ratios"][f"{last} / {base}"][what]
            wanted = f"{last}: {what} at most {goal:.2f} x {base}"
            print(f"goal ({case}): {wanted}: {_met(ratio, goal)} ({ratio:.3f})")
    for case, limit in script.limits.items():
        queries = found[case][last]["queries"]
        wanted = f"{last}: at most {limit:g} queries"
        print(f"goal ({case}): {wanted}: {_met(queries, limit)} ({queries:.1f})")
    for case, limit in script.extras.items():
        for base in others:
            queries = found[case][last]["queries"] - found[case][base]["queries"]
            wanted = f"{last}: at most {limit:g} queries more than {base}"
            print(f"goal ({case}): {wanted}: {_met(queries, limit)} ({queries:+.1f})")


def _met(value: float, goal: float) -> str:
    return "met" if value <= goal else "NOT met"


def _growth(found: dict, script: Script) -> None:
    """Print how many queries each more line costs, beyond the first side's."""
    sizes = script.sizes
    if len(sizes) < 2:
        return
    base, *_others, last = script.sides
    small, large = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
    extra = {
        case: found[case][last]["queries"] - found[case][base]["queries"] for case in (small, large)
    }
    slope = (extra[large] - extra[small]) / (sizes[large] - sizes[small])
    print(f"extra queries: {extra[small]:+.1f} ({small}), {extra[large]:+.1f} ({large})")
    print(f"extra queries for each line: {slope:+.3f} (goal: 0)")
