"""The guard from outside, field by field (rows 3-01 to 3-11 and 3-14 to 3-19; DESIGN §2).

Every stored field of the four models, found in the database and never typed in, is
written with another value over XML-RPC and over JSON-2. What DESIGN's
table calls editable passes, and all else is refused with the stable code, whichever
addon the field comes from.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from business import make_draft, make_invoice, make_order, make_quote
from calls import PROTOCOLS, VALIDATED, write
from conftest import ApiError
from snapshot import changes
from values import other_value, stored_fields

LOGINS = ("sales", "manager", "admin")


# DESIGN.md §2, the table, typed by hand: what a person may still edit.
EDITABLE = {
    "sale.order": {
        "campaign_id",
        "carrier_id",
        "comment",
        "commitment_date",
        "contact_id",
        "document_model_id",
        "footer",
        "header",
        "picking_policy",
        "user_id",
    },
    "sale.order.line": {"qty_delivered"},
    "account.move": {
        "comment",
        "contact_id",
        "document_model_id",
        "footer",
        "header",
        "no_followup",
    },
    "account.move.line": {"no_followup"},
}
# Talking about a document, or paying it, does not alter it.
COMMUNICATION = {
    "access_token",
    "activity_ids",
    "message_follower_ids",
    "message_ids",
    "message_main_attachment_id",
    "rating_ids",
    "website_message_ids",
}
# shared/spec/host-audit.md §3: what the host writes by itself, without content.
TECHNICAL = {
    "sale.order": COMMUNICATION | {"locked", "pending_email_template_id"},
    "sale.order.line": {"project_id", "task_id"},
    "account.move": COMMUNICATION
    | {
        "is_manually_modified",
        "is_move_sent",
        "made_sequence_gap",
        "matched_payment_ids",
        "peppol_message_uuid",
        "peppol_move_state",
        "sending_data",
    },
    "account.move.line": set(),
}
# The ORM drops what a client sends for these, or the guard refuses it: both are right.
MAGIC = {"id", "create_date", "create_uid", "write_date", "write_uid"}
LINES_OF = {"sale.order": "order_line", "account.move": "invoice_line_ids"}
DOCUMENT_OF = {"sale.order.line": "sale.order", "account.move.line": "account.move"}


@dataclass(frozen=True)
class Target:
    """A validated document: its model, its id, and one of its lines."""

    model: str
    document: int
    line: int

    def of(self, model: str) -> int:
        """Return the id of the document or of its line."""
        return self.document if model == self.model else self.line


@pytest.fixture(scope="module")
def targets(people, masters) -> dict[str, Target]:
    """A validated order and a validated invoice, by model."""
    rpc = people["sales"].rpc
    # Others exist too: a line could be moved to them, a campaign chosen.
    make_quote(rpc, masters)
    make_draft(rpc, masters)
    people["admin"].rpc("utm.campaign", "create", [{"name": "Salon"}, {"name": "Courrier"}])
    found = {}
    for model, make in (("sale.order", make_order), ("account.move", make_invoice)):
        document = make(rpc, masters)
        lines = rpc(model, "read", [document], [LINES_OF[model]])[0][LINES_OF[model]]
        found[model] = Target(model, document, lines[0])
    return found


@pytest.fixture(scope="module")
def attacks(people, targets, snapshot) -> dict[str, dict[str, Any]]:
    """For each model, each stored field with a value that is not the stored one."""
    found = {}
    for model in EDITABLE:
        target = targets[DOCUMENT_OF.get(model, model)]
        described = people["admin"].rpc(
            model, "fields_get", [], ["type", "relation", "selection", "store"]
        )
        stored = stored_fields(snapshot, model)
        hidden = {name: info for name, info in stored.items() if name not in described}
        table = model.replace(".", "_")
        row = snapshot.rows(table, "id", [target.of(model)])[target.of(model)]
        found[model] = {
            name: other_value(snapshot, {**described, **hidden}, row, name) for name in stored
        }
    return found


def table_of(model: str) -> str:
    return DOCUMENT_OF.get(model, model).replace(".", "_")


# Who may the most by each protocol; tests/attacks has every profile at every door.
@pytest.mark.parametrize(("login", "protocol"), [("sales", "xmlrpc"), ("admin", "json2")])
@pytest.mark.parametrize("model", EDITABLE)
def test_every_other_field_is_refused(
    people, targets, attacks, snapshot, model, login, protocol
) -> None:
    target = targets[DOCUMENT_OF.get(model, model)]
    open_fields = EDITABLE[model] | TECHNICAL[model]
    before = snapshot.take(table_of(model), target.document)
    passed = {}
    for name in sorted(attacks[model].keys() - open_fields):
        values = {name: attacks[model][name]}
        code = write(people[login], protocol, model, target.of(model), values)
        if code not in (VALIDATED, "access") and not (name in MAGIC and not code):
            passed[name] = code or "written"
    after = snapshot.take(table_of(model), target.document)
    assert not passed
    assert not changes(before, after)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", DOCUMENT_OF)
def test_every_line_field_is_refused_by_a_command(
    people, targets, attacks, snapshot, model, login
) -> None:
    """All fields in one command of the document: the error names each of them."""
    target = targets[DOCUMENT_OF[model]]
    names = attacks[model].keys() - EDITABLE[model] - TECHNICAL[model] - MAGIC
    line_values = {name: attacks[model][name] for name in names}
    commands = {LINES_OF[target.model]: [[1, target.line, line_values]]}
    before = snapshot.take(table_of(model), target.document)
    with pytest.raises(ApiError) as caught:
        people[login].json2(target.model, "write", ids=[target.document], vals=commands)
    assert caught.value.body["context"]["code"] == VALIDATED
    assert set(caught.value.body["context"]["fields"]) == names
    # One by one for one profile: the guard answers before it looks at who asks.
    for name, value in sorted(line_values.items()) if login == "sales" else ():
        command = {LINES_OF[target.model]: [[1, target.line, {name: value}]]}
        assert (
            write(people[login], "xmlrpc", target.model, target.document, command) == VALIDATED
        ), name
    assert not changes(before, snapshot.take(table_of(model), target.document))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("model", EDITABLE)
def test_what_stays_editable_passes(
    people, masters, targets, attacks, snapshot, model, login, protocol
) -> None:
    target = targets[DOCUMENT_OF.get(model, model)]
    person = people[login]
    id_, names = target.of(model), sorted(EDITABLE[model])
    before = person.rpc(model, "read", [id_], names, load=None)[0]
    values = {name: attacks[model].get(name, True) for name in names}
    if "contact_id" in values:
        values["contact_id"] = masters.customer
    for name in names:
        # Another test of this module wrote the same: write nothing this time.
        value = False if before[name] == values[name] else values[name]
        if name == "picking_policy" and not value:
            value = "direct"
        assert write(person, protocol, model, id_, {name: value}) == "", name
    after = person.rpc(model, "read", [id_], names, load=None)[0]
    assert not [name for name in names if after[name] == before[name]]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("model", DOCUMENT_OF)
def test_an_equal_value_passes(people, targets, snapshot, model, protocol) -> None:
    """A form or an import sends fields back as they are (DESIGN §2, c)."""
    target = targets[DOCUMENT_OF[model]]
    row = people["sales"].rpc(model, "read", [target.line], ["name", "price_unit", "tax_ids"])[0]
    values = {**row, "tax_ids": [[6, 0, row["tax_ids"]]]}
    del values["id"]
    before = snapshot.take(table_of(model), target.document)
    assert write(people["sales"], protocol, model, target.line, values) == ""
    after = snapshot.take(table_of(model), target.document)
    assert not [change for change in changes(before, after) if ".write_" not in change]
