"""Ways found to alter a validated document through other records, kept closed.

Wizards, references, sequences, companies, web routes: nothing here writes on the
document itself (rows 2-58, 3-02, 3-06, 3-12, 3-15).
"""

from typing import Any

import pytest
from business import deliver, invoice_order, make_invoice, make_order, run_wizard
from calls import DELETE, NUMBER, REFERENCE, VALIDATED, refusal, untouched
from web import Web


@pytest.fixture
def rpc(people) -> Any:
    """The XML-RPC client of the salesperson."""
    return people["sales"].rpc


@pytest.fixture
def admin(people) -> Any:
    """The XML-RPC client of the administrator."""
    return people["admin"].rpc


def test_catalogue_and_client_routes(server, rpc, masters, snapshot) -> None:
    web = Web(server, "sales")
    order, invoice = make_order(rpc, masters), make_invoice(rpc, masters)
    with untouched(snapshot, "sale_order", order), untouched(snapshot, "account_move", invoice):
        for model, document, field in (
            ("sale.order", order, "order_line"),
            ("account.move", invoice, "invoice_line_ids"),
        ):
            where = {"res_model": model, "order_id": document, "child_field": field}
            for path, params in (
                ("update_order_line_info", {"product_id": masters.service, "quantity": 9}),
                ("create_section", {"name": "x", "position": "top"}),
            ):
                answer = web(f"/product/catalog/{path}", **where, **params)
                assert answer["error"]["data"]["context"]["code"] == VALIDATED
        answer = web(
            "/web/dataset/call_kw/sale.order/write",
            model="sale.order",
            method="write",
            args=[[order], {"note": "x"}],
            kwargs={"context": {"document_guard_passes": [1]}},
        )
        assert answer["error"]["data"]["context"]["code"] == VALIDATED


def new_customer(admin: Any, name: str) -> int:
    return admin("res.partner", "create", {"name": name, "is_company": True})


ROLES = {
    "customer of an order": ("sale.order", {}),
    "invoiced partner of an order": ("sale.order", {"partner_id": None}),
    "customer of an invoice": ("account.move", {}),
    "customer of an invoice delivered elsewhere": ("account.move", {"partner_shipping_id": False}),
    "delivery address of an invoice": ("account.move", {"partner_id": None}),
}


@pytest.mark.parametrize("role", ROLES)
def test_merged_contacts(people, rpc, admin, masters, snapshot, role) -> None:
    """The wizard rewrites references by SQL, past every write."""
    model, values = ROLES[role]
    old, kept = new_customer(admin, "Ancien"), new_customer(admin, "Gardé")
    others = {"sale.order": "partner_invoice_id", "account.move": "partner_shipping_id"}
    if "partner_id" in values:
        values = {"partner_id": masters.customer, others[model]: old}
    else:
        values = {"partner_id": old, **values}
    make = make_order if model == "sale.order" else make_invoice
    document = make(rpc, masters, **values)
    wizard = {"state": "selection", "partner_ids": [[6, 0, [old, kept]]], "dst_partner_id": kept}
    with untouched(snapshot, model.replace(".", "_"), document):
        found = refusal(
            lambda: run_wizard(
                people["admin"].json2,
                "base.partner.merge.automatic.wizard",
                "action_merge",
                wizard,
                {},
            )
        )
        assert found == REFERENCE


def test_renamed_customer(rpc, admin, masters, snapshot) -> None:
    """The name that the list of invoices shows is the one validated (row 3-15)."""
    customer = new_customer(admin, "Nom d'alors")
    order = make_order(rpc, masters, partner_id=customer)
    invoice = make_invoice(rpc, masters, partner_id=customer)
    with untouched(snapshot, "sale_order", order), untouched(snapshot, "account_move", invoice):
        admin("res.partner", "write", [customer], {"name": "Nouveau nom", "lang": "en_US"})


def test_delivery_after_the_invoice(people, rpc, masters, snapshot) -> None:
    """The delivery date of a validated invoice is a mention of it."""
    order = make_order(rpc, masters)
    invoice = invoice_order(people["sales"], order)
    rpc("account.move", "action_post", [invoice])
    with untouched(snapshot, "account_move", invoice):
        deliver(people["admin"], order)


def test_resequencing_wizard(people, rpc, masters, snapshot) -> None:
    invoice = make_invoice(rpc, masters)
    before = snapshot.rows("account_move", "id", [invoice])
    values = {"first_name": "FAC/2026/20000", "ordering": "keep", "move_ids": [[6, 0, [invoice]]]}
    context = {"active_model": "account.move", "active_ids": [invoice]}
    found = refusal(
        lambda: run_wizard(
            people["admin"].json2, "account.resequence.wizard", "resequence", values, context
        )
    )
    assert found == VALIDATED
    assert snapshot.rows("account_move", "id", [invoice]) == before


def test_references_set_to_null_are_kept(admin, snapshot, masters, rpc) -> None:
    """PostgreSQL empties such a column without any write: the deletion is refused."""
    lead = admin("crm.lead", "create", {"name": "Piste", "type": "opportunity"})
    team = admin("crm.team", "create", {"name": "Équipe"})
    source = admin("utm.source", "create", {"name": "Annonce"})
    template = admin("sale.order.template", "create", {"name": "Modèle"})
    term = admin("account.payment.term", "create", {"name": "45 jours"})
    references = {
        "opportunity_id": ("crm.lead", lead),
        "team_id": ("crm.team", team),
        "source_id": ("utm.source", source),
        "sale_order_template_id": ("sale.order.template", template),
        "payment_term_id": ("account.payment.term", term),
    }
    values = {field: id_ for field, (_model, id_) in references.items()}
    order = make_order(rpc, masters, tag_ids=masters.tags, **values)
    with untouched(snapshot, "sale_order", order):
        for model, id_ in (*references.values(), ("crm.tag", masters.tags[0])):
            assert refusal(lambda: admin(model, "unlink", [id_])), model  # noqa: B023


def test_opportunity_does_not_reach_its_orders(rpc, admin, masters, snapshot) -> None:
    lead, other = (
        rpc("crm.lead", "create", {"name": name, "type": "opportunity"}) for name in "AB"
    )
    order = make_order(rpc, masters, opportunity_id=lead)
    line = rpc("sale.order", "read", [order], ["order_line"])[0]["order_line"][0]
    with untouched(snapshot, "sale_order", order):
        for caller, id_, command, code in (
            (rpc, lead, [1, order, {"note": "x"}], VALIDATED),
            (rpc, lead, [1, order, {"order_line": [[1, line, {"price_unit": 1}]]}], VALIDATED),
            (rpc, lead, [2, order, 0], "access"),  # the seller deletes no order at all
            (admin, lead, [2, order, 0], DELETE),
            (rpc, lead, [3, order, 0], VALIDATED),
            (rpc, other, [4, order, 0], VALIDATED),
        ):
            values = {"order_ids": [command]}
            found = refusal(lambda: caller("crm.lead", "write", [id_], values))  # noqa: B023
            assert found == code


def test_server_action_is_refused(admin, rpc, masters, snapshot) -> None:
    order = make_order(rpc, masters)
    model = admin("ir.model", "search", [("model", "=", "sale.order")])[0]
    codes = (
        "records.write({'note': 'x'})",
        "records.sudo().with_context(tracking_disable=True).write({'state': 'draft'})",
        "records.order_line.unlink()",
        "records.with_context(document_guard_passes=('x',)).unlink()",
    )
    with untouched(snapshot, "sale_order", order):
        for code in codes:
            values = {"name": "x", "model_id": model, "state": "code", "code": code}
            action = admin("ir.actions.server", "create", values)
            context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
            found = refusal(
                lambda action=action, context=context: admin(
                    "ir.actions.server", "run", [action], context=context
                )
            )
            assert found in (VALIDATED, DELETE), code


def test_protection_of_the_company_stays(admin, rpc, masters, snapshot) -> None:
    order = make_order(rpc, masters)
    company = rpc("sale.order", "read", [order], ["company_id"])[0]["company_id"][0]
    france = admin("res.company", "read", [company], ["account_fiscal_country_id"])[0]
    off = {"document_guard": False}
    assert refusal(lambda: admin("res.company", "write", [company], off)) == "document_guard_off"
    (belgium,) = admin("res.country", "search", [("code", "=", "BE")])
    admin("res.company", "write", [company], {"account_fiscal_country_id": belgium})
    try:
        with untouched(snapshot, "sale_order", order):
            assert refusal(lambda: rpc("sale.order", "write", [order], {"note": "x"})) == VALIDATED
    finally:
        fiscal = france["account_fiscal_country_id"][0]
        admin("res.company", "write", [company], {"account_fiscal_country_id": fiscal})


def counter(admin: Any) -> int:
    return admin("ir.sequence", "search", [("code", "=", "koban.sale.order")])[0]


def test_order_counter_is_out_of_reach(admin, rpc, masters) -> None:
    """No number is left out, given twice or chosen (row 3-02)."""
    first = make_order(rpc, masters)
    sequence = counter(admin)
    ranges = admin("ir.sequence.date_range", "search", [("sequence_id", "=", sequence)])
    pirate = {"name": "AAA", "company_id": 1, "prefix": "PIRATE-"}
    other = admin("ir.sequence", "create", pirate)
    code = {"code": "koban.sale.order"}
    attempts = {
        "draw": lambda: admin("ir.sequence", "next_by_id", [sequence]),
        "draw by code": lambda: rpc("ir.sequence", "next_by_code", "koban.sale.order"),
        "jump": lambda: admin("ir.sequence", "write", [sequence], {"number_next_actual": 500}),
        "step": lambda: admin("ir.sequence", "write", [sequence], {"number_increment": 5}),
        "archive": lambda: admin("ir.sequence", "write", [sequence], {"active": False}),
        "delete": lambda: admin("ir.sequence", "unlink", [sequence]),
        "year": lambda: admin("ir.sequence.date_range", "write", ranges, {"number_next": 500}),
        "second": lambda: admin("ir.sequence", "create", {**pirate, **code}),
        "takeover": lambda: admin("ir.sequence", "write", [other], code),
    }
    passed = [name for name, call in attempts.items() if refusal(call) not in (NUMBER, "access")]
    second = make_order(rpc, masters)
    one, two = (row["name"] for row in rpc("sale.order", "read", [first, second], ["name"]))
    assert one[:-5] == two[:-5] and int(two[-5:]) == int(one[-5:]) + 1
    assert not passed
