"""What is attacked: an entry for each model. A new trade adds its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from business import Masters, make_invoice, make_order, run_wizard
from conftest import Person


@dataclass(frozen=True)
class Sealed:
    """A model whose documents are sealed.

    :param addon: that seals it.
    :param make: makes a validated document, as a person; returns its id.
    :param values: what nobody may write on it, and :param line_values: on a line of it.
    :param lines: the field of its lines.
    :param backs: methods that would take it back.
    :param through: a field of a record that it names, and that record's field of its documents.
    """

    model: str
    addon: str
    make: Callable[[Person, Masters], int]
    values: dict
    lines: str = ""
    line_values: dict = field(default_factory=dict)
    backs: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A model whose rows prove something: nobody writes, makes or deletes one.

    :param readers: the logins that read it.
    """

    model: str
    readers: frozenset[str]


def make_receipt(person: Person, masters: Masters) -> int:
    """Pay an invoice with the host's wizard; return the payment."""
    invoice = make_invoice(person.rpc, masters)
    context = {"active_model": "account.move", "active_ids": [invoice]}
    values = {"journal_id": masters.bank}
    run_wizard(person.json2, "account.payment.register", "action_create_payments", values, context)
    return person.rpc("account.payment", "search", [("memo", "!=", False)], limit=1)[0]


def make_contract(person: Person, masters: Masters) -> int:
    """Make and validate a contract of one line."""
    line = {"product_id": masters.service, "price_unit": 100.0}
    values = {"title": "Maintenance", "partner_id": masters.customer, "date_start": "2026-01-01"}
    contract = person.rpc("koban.contract", "create", {**values, "line_ids": [[0, 0, line]]})
    person.rpc("koban.contract", "action_validate", [contract])
    return contract


def by_rpc(make: Callable[[Any, Masters], int]) -> Callable[[Person, Masters], int]:
    """Have a maker of the other tests take a person."""
    return lambda person, masters: make(person.rpc, masters)


PRICE = {"price_unit": 1.0}
DOCUMENTS = (
    Sealed(
        "sale.order",
        "koban_sales",
        by_rpc(make_order),
        {"client_order_ref": "x"},
        lines="order_line",
        line_values=PRICE,
        backs=("action_draft",),
        through=("partner_id", "sale_order_ids"),
    ),
    Sealed(
        "account.move",
        "koban_invoice",
        by_rpc(make_invoice),
        {"ref": "x"},
        lines="invoice_line_ids",
        line_values=PRICE,
        backs=("button_draft", "button_cancel"),
        through=("partner_id", "invoice_ids"),
    ),
    Sealed(
        "account.payment",
        "koban_invoice",
        make_receipt,
        {"amount": 1.0},
        backs=("action_draft", "action_cancel"),
    ),
    Sealed(
        "koban.contract",
        "koban_contract",
        make_contract,
        {"title": "x"},
        lines="line_ids",
        line_values=PRICE,
        backs=("action_draft",),
    ),
)

AUDIT = frozenset({"auditor", "manager", "admin"})
ACCOUNTANT = AUDIT | {"accountant"}
BILLING = ACCOUNTANT | {"sales", "contracts"}
KEPT = (
    Kept("koban.event", ACCOUNTANT),
    Kept("koban.signing.key", AUDIT),
    Kept("koban.database", AUDIT),
    Kept("koban.settlement", AUDIT),
    Kept("koban.taken.number", AUDIT),
    Kept("koban.number", frozenset({"manager", "admin"})),
    Kept("koban.document.print", BILLING),
    Kept("koban.closing", AUDIT),
    Kept("koban.closing.tax", AUDIT),
    Kept("koban.closing.payment", AUDIT),
    Kept("koban.closing.series", AUDIT),
    Kept("koban.contract.movement", BILLING),
    Kept("koban.archive", AUDIT),
    Kept("koban.attestation", AUDIT),
    Kept("koban.verification", ACCOUNTANT),
    Kept("koban.verification.finding", ACCOUNTANT),
)
