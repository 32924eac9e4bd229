"""Eco-taxes: organisations, their tables, and the articles that bear them."""

from typing import NamedTuple

from odoo.fields import Command

from .stage import Stage

# In force for more than a year, then from a day of the demo's months on: both are on invoices.
BEFORE, SINCE = 500, 64


class Table(NamedTuple):
    """An eco-tax, with its amount before and now; per unit, or per kilogram."""

    code: str
    name: str
    amounts: tuple[float, ...]
    kind: str = "piece"


# name of an organisation: number of the member, tables
ORGANISATIONS = {
    "Éco-Meubles Exemple": ("EX-4402", (
        Table("MB-10", "Sièges", (1.05, 1.25)),
        Table("MB-20", "Meubles de rangement", (0.09, 0.11), "weight"))),
    "Éco-Lampes Exemple": ("EX-0917", (Table("LA-01", "Lampes à LED", (0.15, 0.2)),)),
}  # fmt: skip
# reference: code of the eco-tax, how many units of it, weight in kilograms
ARTICLES = {
    "SIE-ERG": ("MB-10", 1, 17.5),
    "SIE-VIS": ("MB-10", 1, 4.2),
    "SIE-DIR": ("MB-10", 1, 21),
    "ARM-BAS": ("MB-20", 1, 38),
    "ARM-HAU": ("MB-20", 1, 52),
    "CAI-MOB": ("MB-20", 1, 22),
    "BIB-CHE": ("MB-20", 1, 45),
    "QUI-LED": ("LA-01", 1, 0.4),
    "LUM-0001": ("LA-01", 1, 1.8),
    "LUM-0002": ("LA-01", 2, 4.5),
}


def build(stage: Stage) -> None:
    """Create the organisations and their tables."""
    organisations = stage.env["koban.ecotax.organisation"].create(
        [
            {"name": name, "member_number": number}
            for name, (number, _tables) in ORGANISATIONS.items()
        ]
    )
    ecotaxes = stage.env["koban.ecotax"].create(
        [
            _prepare_table(stage, table, organisation)
            for organisation in organisations
            for table in ORGANISATIONS[organisation.name][1]
        ]
    )
    stage.ecotaxes = {ecotax.code: ecotax for ecotax in ecotaxes}


def prepare_ecotax(stage: Stage, ref: str) -> dict:
    """Return the eco-tax of an article, if it bears one."""
    if ref not in ARTICLES:
        return {}
    code, units, weight = ARTICLES[ref]
    return {
        "koban_ecotax_id": stage.ecotaxes[code].id,
        "koban_ecotax_quantity": units,
        "weight": weight,
    }


def _prepare_table(stage: Stage, table: Table, organisation) -> dict:
    days = (stage.day(BEFORE), stage.day(SINCE))
    return {
        "code": table.code,
        "name": table.name,
        "kind": table.kind,
        "organisation_id": organisation.id,
        "rate_ids": [
            Command.create({"date_from": day, "amount": amount})
            for day, amount in zip(days, table.amounts, strict=True)
        ],
    }
