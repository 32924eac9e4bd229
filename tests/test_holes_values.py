"""Ways found to alter a validated document through unexpected values, kept closed.

Each test repeats one attack, as an ordinary salesperson unless it says otherwise, and
looks at the database (rows 3-01 to 3-07, 3-14 to 3-17; issue 2, Bad input).
"""

from typing import Any

import pytest
from business import (
    SALE_LINE,
    invoice_line,
    invoice_order,
    make_draft,
    make_invoice,
    make_order,
    make_quote,
    order_line,
)
from calls import NUMBER, STATE, VALIDATED, refusal, untouched
from conftest import PROFILES

LOGINS = (*PROFILES, "admin")


@pytest.fixture
def rpc(people) -> Any:
    """The XML-RPC client of the salesperson who attacks."""
    return people["sales"].rpc


def lines_of(rpc: Any, order: int) -> list[int]:
    return rpc("sale.order", "read", [order], ["order_line"])[0]["order_line"]


@pytest.fixture
def default(people, rpc) -> Any:
    """A function that sets a default value of the salesperson, forgotten afterwards."""
    made = []

    def set_default(model: str, field: str, value: Any) -> None:
        rpc("ir.default", "set", model, field, value, True)
        made.append((model, field))

    yield set_default
    for model, field in made:
        admin = people["admin"].rpc
        domain = [("field_id.model", "=", model), ("field_id.name", "=", field)]
        admin("ir.default", "unlink", admin("ir.default", "search", domain))


def test_default_of_a_user_adds_no_line(rpc, default, masters, snapshot) -> None:
    order = make_order(rpc, masters)
    default(SALE_LINE, "order_id", order)
    with untouched(snapshot, "sale_order", order):
        values = {"product_id": masters.goods, "name": "x", "price_unit": 1}
        assert refusal(lambda: rpc(SALE_LINE, "create", values)) == VALIDATED


def test_plain_ids_of_a_many2many_replace_it(rpc, masters, snapshot) -> None:
    """The ORM takes a list of ids as the whole new content."""
    taxes = [[6, 0, [masters.tax, masters.eco]]]
    order = make_order(rpc, masters, order_line(masters, tax_ids=taxes), tag_ids=masters.tags)
    invoice = make_invoice(rpc, masters, invoice_line(masters, tax_ids=taxes))
    (line,) = lines_of(rpc, order)
    (item,) = rpc("account.move", "read", [invoice], ["invoice_line_ids"])[0]["invoice_line_ids"]
    with untouched(snapshot, "sale_order", order), untouched(snapshot, "account_move", invoice):
        for model, document, values in (
            ("sale.order", order, {"tag_ids": masters.tags[:1]}),
            (SALE_LINE, line, {"tax_ids": [masters.eco]}),
            ("sale.order", order, {"order_line": [[1, line, {"tax_ids": [masters.eco]}]]}),
            ("account.move.line", item, {"tax_ids": [masters.eco]}),
        ):
            found = refusal(lambda: rpc(model, "write", [document], values))  # noqa: B023
            assert found == VALIDATED, values


@pytest.mark.parametrize("how", ["context", "default"])
@pytest.mark.parametrize(
    "model, field, value, code",
    [
        ("account.move", "name", "FAC/2026/09999", NUMBER),
        ("account.move", "posted_before", True, NUMBER),
        ("account.move", "state", "posted", STATE),
        ("sale.order", "state", "sale", STATE),
        ("sale.order", "validation_date", "2026-01-01 00:00:00", NUMBER),
        ("sale.order", "quote_number", "S99999", NUMBER),
    ],
)
def test_defaults_validate_and_number_nothing(
    rpc, default, masters, snapshot, how, model, field, value, code
) -> None:
    """A document without lines: nothing else would refuse it."""
    values = {"partner_id": masters.customer}
    if model == "account.move":
        values["move_type"] = "out_invoice"
    table = model.replace(".", "_")
    before = snapshot.sql(f"SELECT count(*), max(id) FROM {table}")
    if how == "default":
        default(model, field, value)
        found = refusal(lambda: rpc(model, "create", values))
    else:
        context = {f"default_{field}": value}
        found = refusal(lambda: rpc(model, "create", values, context=context))
    if found:
        assert found in (code, STATE, NUMBER, VALIDATED)
        assert snapshot.sql(f"SELECT count(*), max(id) FROM {table}") == before
        return
    # Accepted: then the default itself must have had no effect.
    ((kept,),) = snapshot.sql(f"SELECT {field} FROM {table} ORDER BY id DESC LIMIT 1")
    assert str(kept) not in (str(value), "2026-01-01 00:00:00")


@pytest.mark.parametrize("login", LOGINS)
def test_number_is_not_typed_on_another_type(people, masters, snapshot, login) -> None:
    """An entry of the sales journal shares the series of the invoices (row 3-15)."""
    rpc = people[login].rpc

    def smuggle() -> None:
        values = {"move_type": "entry", "journal_id": masters.journal, "name": "FAC/2026/07777"}
        entry = rpc("account.move", "create", values)
        rpc("account.move", "write", [entry], {"move_type": "out_invoice"})

    before = make_invoice(rpc, masters)
    assert refusal(smuggle)
    after = make_invoice(rpc, masters)
    query = "SELECT sequence_number FROM account_move WHERE id IN %s ORDER BY id"
    (first,), (second,) = snapshot.sql(query, (before, after))
    assert second == first + 1


def test_quote_line_is_not_linked_to_a_validated_invoice(rpc, masters, snapshot) -> None:
    invoice, quote = make_invoice(rpc, masters), make_quote(rpc, masters)
    items = rpc("account.move", "read", [invoice], ["invoice_line_ids"])[0]["invoice_line_ids"]
    line = lines_of(rpc, quote)[0]
    with untouched(snapshot, "account_move", invoice):
        for command in ([4, items[0], 0], [6, 0, items], [1, items[0], {"price_unit": 1}]):
            values = {"invoice_lines": [command]}
            found = refusal(lambda: rpc(SALE_LINE, "write", [line], values))  # noqa: B023
            assert found == VALIDATED, command


def test_lines_are_not_stolen_by_a_draft(rpc, masters, snapshot) -> None:
    order, invoice = make_order(rpc, masters), make_invoice(rpc, masters)
    quote, draft = make_quote(rpc, masters), make_draft(rpc, masters)
    items = rpc("account.move", "read", [invoice], ["invoice_line_ids"])[0]["invoice_line_ids"]
    lines = lines_of(rpc, order)
    with untouched(snapshot, "sale_order", order), untouched(snapshot, "account_move", invoice):
        for command in ([4, lines[0], 0], [6, 0, lines]):
            values = {"order_line": [command]}
            assert refusal(lambda: rpc("sale.order", "write", [quote], values))  # noqa: B023
        for command in ([4, items[0], 0], [6, 0, items]):
            for field in ("invoice_line_ids", "line_ids"):
                values = {field: [command]}
                assert refusal(lambda: rpc("account.move", "write", [draft], values))  # noqa: B023


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("field", ["invoice_pdf_report_file", "ubl_cii_xml_file"])
def test_issued_files_are_not_replaced(people, masters, snapshot, login, field) -> None:
    rpc = people[login].rpc
    invoice = make_invoice(people["sales"].rpc, masters)
    with untouched(snapshot, "account_move", invoice):
        values = {field: "SGVsbG8="}
        assert refusal(lambda: rpc("account.move", "write", [invoice], values)) == VALIDATED
        attachment = {
            "name": "x.pdf",
            "datas": "SGVsbG8=",
            "res_model": "account.move",
            "res_id": invoice,
            "res_field": field,
        }
        assert refusal(lambda: rpc("ir.attachment", "create", attachment))


def fake_deposit(rpc: Any, masters: Any) -> tuple[int, int] | None:
    """Validate an order with a line that pretends to be a down payment."""
    line = order_line(masters, is_downpayment=True)
    try:
        order = make_order(rpc, masters, line, order_line(masters, name="Autre"))
    except Exception:
        return None
    return order, lines_of(rpc, order)[0]


@pytest.mark.parametrize("then", ["action_post", "unlink"])
def test_fake_down_payment_line_stays(rpc, masters, snapshot, then) -> None:
    """Posting or deleting a linked draft rewrites true down-payment lines only."""
    made = fake_deposit(rpc, masters)
    if made is None:
        return  # refused before the validation: closed too
    order, line = made
    linked = invoice_line(masters, price_unit=1.0, quantity=1, sale_line_ids=[[6, 0, [line]]])
    draft = make_draft(rpc, masters, linked)
    names = ["name", "price_unit", "product_uom_qty", "tax_ids"]
    before = rpc(SALE_LINE, "search_read", [("order_id", "=", order)], fields=names)
    refusal(lambda: rpc("account.move", then, [draft]))
    assert rpc(SALE_LINE, "search_read", [("order_id", "=", order)], fields=names) == before


def test_down_payment_does_not_rewrite_totals_with_new_rates(people, masters, snapshot) -> None:
    """A tax of a validated order keeps its rate (row 3-01)."""
    admin = people["admin"].rpc
    values = {"name": "TVA d'essai", "amount": 20.0, "type_tax_use": "sale"}
    tax = admin("account.tax", "create", values)
    line = order_line(masters, tax_ids=[[6, 0, [tax]]])
    order = make_order(people["sales"].rpc, masters, line)
    query = "SELECT amount_untaxed, amount_tax, amount_total FROM sale_order WHERE id = %s"
    before = snapshot.sql(query, order)
    for values in ({"amount": 10.0}, {"price_include_override": "tax_included"}):
        assert refusal(lambda: admin("account.tax", "write", [tax], values))  # noqa: B023
    admin("account.tax", "write", [tax], {"name": "TVA renommée", "amount": 20.0})
    refusal(lambda: people["sales"].json2("sale.order", "action_update_taxes", ids=[order]))
    invoice_order(people["sales"], order, advance_payment_method="percentage", amount=10)
    assert snapshot.sql(query, order) == before
