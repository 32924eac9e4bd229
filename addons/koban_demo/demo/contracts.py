"""Contracts with customers in every state, and one with a supplier."""

from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from odoo.fields import Command

from .cases import SUPPLIERS, Line
from .stage import Stage

MACHINES = list(SUPPLIERS)[1]


class Contract(NamedTuple):
    """A contract, and how far it went.

    :param months_ago: start of the commitment, on the first of a month
    :param months: length of the commitment
    :param status: draft, running, late (over, neither renewed nor ended) or ended
    """

    partner: str
    type: str
    title: str
    months_ago: int
    months: int
    lines: tuple[Line, ...]
    status: str = "running"
    properties: tuple[tuple[str, float], ...] = ()


CONTRACTS = (
    Contract("hotel", "maintenance", "Entretien du mobilier des salons", 13, 12,
             (Line("MNT-MOB", 3),), "late"),
    Contract("garage", "subscription", "Conseil en agencement", 9, 12,
             (Line("ABO-CON"),), "ended"),
    Contract("lawyers", "maintenance", "Entretien du mobilier", 10, 12,
             (Line("MNT-MOB", 2, 5),)),
    Contract("printer", "copier", "Copieur de l'atelier", 5, 36, (Line("COP-FOR"),),
             properties=(("black_page_price", 0.008), ("colour_page_price", 0.06),
                         ("page_volume", 6000))),
    Contract("software", "subscription", "Conseil en agencement", 2, 12,
             (Line("ABO-CON"), Line("MNT-MOB", 4))),
    Contract("nursery", "maintenance", "Entretien des rangements", 0, 12,
             (Line("MNT-MOB", 2),), "draft"),
)  # fmt: skip
SUPPLIER_CONTRACT = Contract(
    MACHINES, "supplier", "Entretien des machines de l'atelier", 8, 12, (Line("MNT-MOB", 1),)
)


def build(stage: Stage) -> None:
    """Enter every contract, and take each one as far as its case says."""
    partners = dict(stage.customers)
    partners[MACHINES] = stage.env["res.partner"].search(
        [("name", "=", MACHINES), ("is_company", "=", True)], limit=1
    )
    entered = {case: stage.as_user("camille") for case in CONTRACTS}
    entered[SUPPLIER_CONTRACT] = stage.env  # not the salespeople's work
    for rank, (case, env) in enumerate(entered.items()):
        values = _prepare_contract(stage, case, partners[case.partner])
        contract = env["koban.contract"].create(values)
        # What was billed before; the second but one is left to bill.
        contract.line_ids.billed_to = _get_billed_to(stage, contract, rank)
        if case.type == "copier":
            _add_pages(stage, contract)
        if case.status != "draft":
            contract.action_validate()
        if case.status == "ended":
            day = stage.today.replace(day=1) - relativedelta(days=1)
            contract.action_close(day.isoformat(), "Cessation de l'activité")
    stage.env["koban.contract.forecast"]._refresh_forecast(stage.company)


def _prepare_contract(stage: Stage, case: Contract, partner) -> dict:
    contract_type = stage.env.ref(f"koban_contract.type_{case.type}")
    start = stage.today.replace(day=1) - relativedelta(months=case.months_ago)
    values = {
        "type_id": contract_type.id,
        "title": case.title,
        "partner_id": partner.id,
        "user_id": (partner.user_id or stage.users["marc"]).id,
        "date_start": start,
        "date_end": start + relativedelta(months=case.months, days=-1),
        "line_ids": [Command.create(_prepare_line(stage, line)) for line in case.lines],
    }
    if case.properties:
        values["properties"] = dict(case.properties)
    return values


def _prepare_line(stage: Stage, line: Line) -> dict:
    return {
        "product_id": stage.articles[line.ref].id,
        "quantity": line.quantity,
        "discount": line.discount,
    }


def _add_pages(stage: Stage, contract) -> None:
    """Add the pages beyond the volume, with the readings of the first quarter: it is to bill."""
    line = contract.line_ids.create(
        {
            "contract_id": contract.id,
            "product_id": stage.articles["COP-FOR"].id,
            "name": "Pages noir et blanc",
            "charge": "usage",
            "price_unit": 0,
            "included_volume": 6000,
            "tier_ids": [
                Command.create({"start": 0, "price": 0.008}),
                Command.create({"start": 10000, "price": 0.0065}),
            ],
        }
    )
    start = contract.date_start
    end = contract._get_rhythm().get_full(start).date_to
    stage.env["koban.meter.reading"].create(
        [
            {"line_id": line.id, "date": start, "value": 12400},
            {"line_id": line.id, "date": end, "value": 30150},
        ]
    )


def _get_billed_to(stage: Stage, contract, rank: int):
    """Return the last day billed before the contract was entered."""
    if contract.date_start.replace(day=1) == stage.today.replace(day=1):
        return False
    day = stage.today - relativedelta(months=1) if rank == 2 else stage.today
    return min(contract.date_end, contract._get_rhythm().get_full(day).date_to)
