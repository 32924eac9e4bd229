"""What is wrong with the data of a set: each reason, all at once (rows 4-38, 4-39)."""

from dataclasses import dataclass

from .data_values import CHOICE
from .keywords import normalize

LIMIT = 10
TOO_MANY, NO_NAME, TWICE, NO_CHOICE, CHOICE_TWICE = (
    "too_many",
    "no_name",
    "twice",
    "no_choice",
    "choice_twice",
)


@dataclass(frozen=True)
class Row:
    """One of the data of a set."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()


def find_faults(rows: list[Row]) -> list[tuple[str, str]]:
    """Return what is wrong with the data of a set: the kind of each fault, and where it is."""
    faults = []
    if len(rows) > LIMIT:
        faults.append((TOO_MANY, str(len(rows))))
    if any(not normalize(row.name) for row in rows):
        faults.append((NO_NAME, ""))
    faults += [(TWICE, name) for name in find_twice([row.name for row in rows])]
    for row in rows:
        if row.kind == CHOICE:
            if not row.choices:
                faults.append((NO_CHOICE, row.name))
            faults += [
                (CHOICE_TWICE, f"{row.name}: {choice}") for choice in find_twice(row.choices)
            ]
    return faults


def find_twice(names) -> list[str]:
    """Return the names that come more than once, accents and capitals apart."""
    seen, twice = set(), {}
    for name in names:
        key = normalize(name)
        if key and key in seen:
            twice.setdefault(key, name)
        seen.add(key)
    return list(twice.values())
