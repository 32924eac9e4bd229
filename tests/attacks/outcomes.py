"""What came of each attack."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

REFUSED, FOUND, MISSED = "refused", "found", "missed"


@dataclass
class Outcomes:
    """Of the attacks on one model.

    :param model: which one.
    :param counts: by who and by which door, then by outcome.
    :param missed: in words, what passed and no verification told.
    """

    model: str
    counts: dict[tuple[str, str], Counter] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def add(self, who: str, door: str, attack: str, outcome: str, answer: str = "") -> None:
        """Count one attack."""
        self.counts.setdefault((who, door), Counter())[outcome] += 1
        if outcome == MISSED:
            self.missed.append(f"{self.model}: {attack}, {who}, {door}: {answer or 'passed'}")

    def lines(self) -> Iterable[str]:
        """Return the rows of the table, one for each person and door."""
        for (who, door), counts in self.counts.items():
            tried = sum(counts.values())
            numbers = [tried, *(counts[outcome] for outcome in (REFUSED, FOUND, MISSED))]
            yield f"{self.model:26} {who:11} {door:13}" + "".join(f"{n:9}" for n in numbers)

    @staticmethod
    def heading() -> str:
        """Return the heading of the table."""
        names = ("tried", REFUSED, FOUND, MISSED)
        return f"{'model':26} {'profile':11} {'door':13}" + "".join(f"{n:>9}" for n in names)
