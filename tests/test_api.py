"""Integrators' calls over both external APIs (DESIGN §6; issue 2, Bad input; rows 1-02 to 1-04,
2-58, 2-59, 3-12, 3-13, 3-21)."""

import xmlrpc.client
from typing import Any

import pytest
from business import invoice_line, make_draft, make_invoice, make_order, make_quote
from calls import DELETE, NUMBER, PROTOCOLS, STATE, VALIDATED, Api, refusal, untouched
from conftest import ApiError


@pytest.fixture(params=PROTOCOLS)
def api(request, people) -> Api:
    """The API of a salesperson, over each protocol in turn."""
    return Api(people["sales"], request.param)


@pytest.fixture
def rpc(people) -> Any:
    """The XML-RPC client that prepares documents."""
    return people["sales"].rpc


def test_order_methods_answer_without_none(api, rpc, masters) -> None:
    """XML-RPC cannot carry None: a public method that answers it is a bug (row 1-02)."""
    order = make_quote(rpc, masters)
    for method in ("action_create_order", "action_back_to_quote", "action_confirm"):
        assert api("sale.order", method, [order]) is True, method
    assert rpc("sale.order", "read", [order], ["state"])[0]["state"] == "sale"
    assert api("sale.order", "action_cancel", [order]) is True
    assert rpc("sale.order", "read", [order], ["state"])[0]["state"] == "cancel"


def test_invoice_methods_answer_without_none(api, rpc, masters) -> None:
    draft = make_draft(rpc, masters)
    assert api("account.move", "button_cancel", [draft]) is True
    assert api("account.move", "button_draft", [draft]) is True
    assert api("account.move", "action_post", [draft]) in (False, True)
    assert api("account.move", "action_toggle_block_payment", [draft]) is True
    assert api("account.move", "action_open_cancel_document", [draft])["type"]


def test_cancel_document_with_parameters(api, rpc, masters) -> None:
    """« Annuler le document », in one call, with a new draft (rows 2-59 and 3-21)."""
    invoice = make_invoice(rpc, masters)
    original = rpc("account.move", "read", [invoice], ["name", "invoice_date"])[0]
    answer = api(
        "account.move",
        "action_cancel_document",
        [invoice],
        reason="Erreur de prix",
        validate=True,
        new_draft=True,
    )
    (credit_note,), (draft,) = answer["credit_note_ids"], answer["draft_ids"]
    fields = ["move_type", "state", "ref", "reversed_entry_id", "amount_total", "name"]
    note, new = rpc("account.move", "read", [credit_note, draft], fields)
    assert (note["move_type"], note["state"]) == ("out_refund", "posted")
    assert note["reversed_entry_id"][0] == invoice
    year, month, day = original["invoice_date"].split("-")
    assert original["name"] in note["ref"] and f"{day}/{month}/{year}" in note["ref"]
    assert "Erreur de prix" in note["ref"]
    assert (new["move_type"], new["state"], new["name"]) == ("out_invoice", "draft", False)
    assert new["amount_total"] == note["amount_total"]
    again = refusal(lambda: api("account.move", "action_cancel_document", [invoice]))
    assert again == "document_already_cancelled"
    wrong = refusal(lambda: api("account.move", "action_cancel_document", [draft]))
    assert wrong == "document_not_cancellable"


def test_cancel_document_as_a_draft(api, rpc, masters) -> None:
    invoice = make_invoice(rpc, masters)
    answer = api("account.move", "action_cancel_document", [invoice], validate=False)
    assert answer["draft_ids"] == []
    (note,) = rpc("account.move", "read", answer["credit_note_ids"], ["state", "name"])
    assert (note["state"], note["name"]) == ("draft", False)


REFUSED_STATES = {
    "sale.order": {
        "action_create_order": STATE,
        "action_back_to_quote": STATE,
        "action_draft": STATE,
        "action_confirm": "document_not_confirmable",
        "unlink": DELETE,
    },
    "account.move": {"button_draft": STATE, "button_cancel": STATE, "unlink": DELETE},
}


@pytest.mark.parametrize("model", REFUSED_STATES)
def test_codes_of_methods_are_stable(api, rpc, masters, snapshot, model) -> None:
    make = make_order if model == "sale.order" else make_invoice
    document = make(rpc, masters)
    with untouched(snapshot, model.replace(".", "_"), document):
        for method, code in REFUSED_STATES[model].items():
            found = refusal(lambda method=method: api(model, method, [document]))
            assert found in (code, "access"), method


def test_details_of_the_error(people, masters) -> None:
    """JSON-2 callers get the code, the model, the ids and the fields."""
    order = make_order(people["sales"].rpc, masters)
    with pytest.raises(ApiError) as caught:
        people["sales"].json2("sale.order", "write", ids=[order], vals={"note": "x", "origin": "y"})
    assert caught.value.status == 422
    assert caught.value.body["context"] == {
        "code": VALIDATED,
        "model": "sale.order",
        "ids": [order],
        "fields": ["note", "origin"],
    }


def test_message_is_in_the_language_of_the_user(people, masters) -> None:
    """The profiles of the tests are French: not an English word."""
    order = make_order(people["sales"].rpc, masters)
    invoice = make_invoice(people["sales"].rpc, masters)
    for model, document, advice in (
        ("sale.order", order, "annulez la commande et saisissez-en une nouvelle"),
        ("account.move", invoice, "Annuler le document"),
    ):
        values = {"order_line" if model == "sale.order" else "line_ids": [[5, 0, 0]]}
        with pytest.raises(xmlrpc.client.Fault) as caught:
            people["sales"].rpc(model, "write", [document], values)
        text = caught.value.faultString
        assert "ne peuvent plus être modifiées" in text or "ne peut plus être" in text, text
        assert advice in text
        assert text.endswith(f"[{VALIDATED}]")
        for english in ("Still", "validated", "Cancel", "Lines", "Items"):
            assert english not in text.replace(VALIDATED, "")


def test_message_is_in_english_for_an_english_user(people, masters) -> None:
    order = make_order(people["sales"].rpc, masters)
    english = {"lang": "en_US"}
    with pytest.raises(xmlrpc.client.Fault, match="Still editable"):
        people["sales"].rpc("sale.order", "write", [order], {"note": "x"}, context=english)


PRIVATE = (
    ("sale.order", "_action_confirm"),
    ("sale.order", "_action_cancel"),
    ("sale.order", "_validate_open"),
    ("sale.order", "_prepare_validation_values"),
    ("sale.order", "_write"),
    ("account.move", "_post"),
    ("account.move", "_hash_moves"),
    ("account.move", "_reverse_moves"),
    ("ir.sequence", "_next"),
    ("ir.sequence", "_create_date_range_seq"),
    ("sale.order", "sudo"),
    ("sale.order", "with_context"),
    ("sale.order", "with_env"),
    ("sale.order", "browse"),
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("model, method", PRIVATE)
def test_private_methods_are_refused(people, masters, protocol, model, method) -> None:
    found = refusal(lambda: Api(people["admin"], protocol)(model, method, [1]))
    assert found, f"{model}.{method} is callable"


def test_numbers_cannot_be_typed(api, rpc, masters) -> None:
    """A draft invoice has no number; an order's comes from its validation (row 3-02)."""
    draft, quote = make_draft(rpc, masters), make_quote(rpc, masters)
    assert rpc("account.move", "read", [draft], ["name"])[0]["name"] is False
    for model, document, values in (
        ("account.move", draft, {"name": "FAC/2026/09999"}),
        ("sale.order", quote, {"validation_date": "2026-01-01 00:00:00"}),
        ("sale.order", quote, {"quote_number": "S99999"}),
    ):
        found = refusal(lambda: api(model, "write", [document], vals=values))  # noqa: B023
        assert found == NUMBER, values
    for model, document, state in (
        ("account.move", draft, "posted"),
        ("sale.order", quote, "sale"),
    ):
        found = refusal(lambda: api(model, "write", [document], vals={"state": state}))  # noqa: B023
        assert found == STATE


def test_copy_of_a_validated_document_is_a_free_draft(api, rpc, masters) -> None:
    order, invoice = make_order(rpc, masters), make_invoice(rpc, masters)
    (copied,) = as_list(api("sale.order", "copy", [order]))
    row = rpc("sale.order", "read", [copied], ["state", "validation_date", "quote_number"])[0]
    assert (row["state"], row["validation_date"]) == ("draft", False)
    assert row["quote_number"]
    assert api("sale.order", "write", [copied], vals={"note": "x"}) is True
    (copied,) = as_list(api("account.move", "copy", [invoice]))
    row = rpc("account.move", "read", [copied], ["state", "name"])[0]
    assert (row["state"], row["name"]) == ("draft", False)
    lines = [[0, 0, invoice_line(masters)]]
    assert api("account.move", "write", [copied], vals={"invoice_line_ids": lines}) is True
    for default in ({"state": "posted"}, {"name": "FAC/2026/08888"}):
        found = refusal(lambda: api("account.move", "copy", [invoice], default=default))  # noqa: B023
        assert found in (STATE, NUMBER), default


def as_list(value: Any) -> list:
    """XML-RPC answers a lone id for one record."""
    return value if isinstance(value, list) else [value]
