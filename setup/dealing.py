"""Files of tests dealt to jobs that run at the same time, by what each took before."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .paths import CHECKOUT, folder

# What a new machine starts from; a whole run writes its own beside the cache's other states.
RECORDED = CHECKOUT / "setup" / "durations.json"
GUESS_OF_A_TEST = 0.8


@dataclass
class Durations:
    """Seconds that jobs and files of tests took.

    :param jobs: by the name of the job.
    :param files: by the path of the file from the checkout.
    """

    jobs: dict[str, float] = field(default_factory=dict)
    files: dict[str, float] = field(default_factory=dict)

    def of_file(self, path: Path) -> float:
        """Return what a file takes; guessed from its tests if it never ran."""
        known = self.files.get(str(path.relative_to(CHECKOUT)))
        return path.read_text().count("def test_") * GUESS_OF_A_TEST if known is None else known

    def of_files(self, paths: Iterable[Path]) -> dict[Path, float]:
        """Return what each file takes."""
        return {path: self.of_file(path) for path in paths}


def read() -> Durations:
    """Return the durations of the last whole run here, or those that came with the sources."""
    for path in (_own(), RECORDED):
        try:
            return Durations(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            continue
    return Durations()


def write(durations: Durations) -> None:
    """Keep the durations of a whole run."""
    _own().write_text(as_text(durations))


def publish() -> None:
    """Copy the durations of the last whole run into the sources."""
    RECORDED.write_text(as_text(read()))


def as_text(durations: Durations) -> str:
    """Return durations as they are written: sorted, so that a difference can be read."""
    found = {"jobs": durations.jobs, "files": durations.files}
    rounded = {
        kind: {name: round(seconds) for name, seconds in sorted(values.items())}
        for kind, values in found.items()
    }
    return json.dumps(rounded, indent=1) + "\n"


def deal(works: Mapping[Path, float], hands: int, others: Iterable[float] = ()) -> list[list[Path]]:
    """Deal works so that all hands end together; the longest are dealt first.

    :param works: seconds by work.
    :param hands: how many run at the same time.
    :param others: seconds of works that no hand gets here and that they do afterwards.
    :return: the works of each hand.
    """
    loads = [0.0] * hands
    for seconds in sorted(others, reverse=True):
        loads[loads.index(min(loads))] += seconds
    dealt: list[list[Path]] = [[] for _ in range(hands)]
    for work in sorted(works, key=lambda work: (-works[work], str(work))):
        hand = loads.index(min(loads))
        dealt[hand].append(work)
        loads[hand] += works[work]
    return [sorted(hand) for hand in dealt]


def _own() -> Path:
    return folder("run") / "durations.json"
