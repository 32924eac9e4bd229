"""The lines of a delivery slip, in the groups of their order. Plain Python."""

import math
from dataclasses import dataclass
from typing import Any

PRECISION = 6


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One row of the slip.

    :param kind: ``section``, ``subsection``, ``product`` or ``summary`` (a group whose
        composition is hidden)
    :param record: the stock move, or the line of the group on the order
    :param level: 0 outside groups, 1 in a section, 2 in a subsection
    :param ordered: quantity to deliver, backorders included; ``None`` for a title
    :param delivered: quantity delivered; ``None`` for a title
    :param partial: whether more of a summary went than the quantity tells
    """

    kind: str
    record: Any
    name: str
    level: int
    description: str = ""
    ordered: float | None = None
    delivered: float | None = None
    unit: str = ""
    lots: tuple[str, ...] = ()
    partial: bool = False


def get_article_quantity(
    quantity: float, components: list[tuple[float, float]]
) -> tuple[float, bool]:
    """Return how many articles some components make, and whether nothing is left over.

    :param quantity: articles that all the components make
    :param components: for each one, the quantity that the articles take and the one at hand
    """
    shares = [at_hand / taken for taken, at_hand in components if taken]
    if not shares:
        return 0.0, True
    made = round(quantity * min(shares), PRECISION)
    if quantity == int(quantity):
        # Whole articles only: half a table is none.
        made = float(math.floor(made))
    whole = all(round(share * quantity - made, PRECISION) == 0 for share in shares)
    return made, whole


def drop_empty_titles(rows: list[SlipRow]) -> list[SlipRow]:
    """Return the rows without the titles of groups that hold nothing of the slip."""
    kept = []
    for row in reversed(rows):
        is_title = row.kind in ("section", "subsection")
        if not is_title or (kept and kept[-1].level > row.level):
            kept.append(row)
    return kept[::-1]
