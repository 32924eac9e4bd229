"""A whole sale by calls only, over each API (rows 1-02 to 1-05, 2-59, 3-01 to 3-21).

Quote, order, validation, down payment, delivery, invoice, validation, payment,
cancellation by credit note with a new draft: what the host must still do on validated
documents, as a salesperson does it, without a screen.
"""

from typing import Any

import pytest
from business import PRICE, QUANTITY, deliver, invoice_order, make_quote, order_line, run_wizard
from calls import PROTOCOLS, Api, refusal

UNTAXED = 2 * PRICE * QUANTITY
TOTAL = UNTAXED * 1.2
CONTENT = ["name", "date_order", "partner_id", "amount_untaxed", "amount_total", "quote_number"]
LINE_CONTENT = ["name", "product_uom_qty", "price_unit", "discount", "tax_ids", "price_subtotal"]


class Walk:
    """One sale from the quote to the credit note."""

    def __init__(self, person: Any, protocol: str, masters: Any):
        self.person, self.masters, self.order = person, masters, 0
        self.api = Api(person, protocol)

    def read(self, model: str, ids: list[int], names: list[str]) -> list[dict]:
        """Read records over the API under test."""
        return self.api(model, "read", ids, fields=names)

    def agree(self) -> None:
        """Enter a quote, turn it into an order, and validate it."""
        lines = (
            order_line(self.masters, product_id=self.masters.goods),
            order_line(self.masters, product_id=self.masters.service, name="Mise en service"),
        )
        self.order = make_quote(self.person.rpc, self.masters, *lines)
        quote = self.read("sale.order", [self.order], CONTENT)[0]
        assert self.api("sale.order", "action_create_order", [self.order]) is True
        assert self.api("sale.order", "action_confirm", [self.order]) is True
        order = self.read("sale.order", [self.order], CONTENT)[0]
        assert order["quote_number"] == quote["name"] != order["name"]
        assert order["date_order"] == quote["date_order"]
        assert (order["amount_untaxed"], order["amount_total"]) == (UNTAXED, TOTAL)

    def order_content(self) -> tuple:
        """Return what the customer agreed to, down-payment lines left out."""
        order = self.read("sale.order", [self.order], CONTENT)[0]
        lines = self.api(
            "sale.order.line",
            "search_read",
            domain=[("order_id", "=", self.order), ("is_downpayment", "=", False)],
            fields=LINE_CONTENT,
        )
        return order, lines

    def bill(self, **values: Any) -> int:
        """Make an invoice of the order with the host's wizard."""
        return invoice_order(self.person, self.order, **values)

    def post(self, invoice: int) -> dict:
        """Validate an invoice; return what it says."""
        assert self.read("account.move", [invoice], ["name"])[0]["name"] is False
        assert self.api("account.move", "action_post", [invoice]) in (True, False)
        names = ["name", "state", "amount_total", "payment_state", "amount_residual"]
        row = self.read("account.move", [invoice], names)[0]
        assert row["state"] == "posted" and row["name"]
        return row

    def pay(self, invoice: int) -> None:
        """Collect the whole of an invoice."""
        context = {"active_model": "account.move", "active_ids": [invoice]}
        model, method = "account.payment.register", "action_create_payments"
        run_wizard(self.person.json2, model, method, {"journal_id": self.masters.bank}, context)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_sale_from_quote_to_credit_note(people, masters, protocol) -> None:
    walk = Walk(people["sales"], protocol, masters)
    walk.agree()
    agreed = walk.order_content()

    deposit = walk.post(walk.bill(advance_payment_method="percentage", amount=30))
    assert deposit["amount_total"] == pytest.approx(TOTAL * 0.3)
    assert walk.order_content() == agreed
    deliver(people["admin"], walk.order)
    assert walk.order_content() == agreed

    final = walk.bill(advance_payment_method="delivered")
    row = walk.post(final)
    assert row["amount_total"] == pytest.approx(TOTAL * 0.7)
    assert walk.order_content() == agreed
    walk.pay(final)
    paid = walk.read("account.move", [final], ["payment_state", "amount_residual", "name"])[0]
    assert paid["payment_state"] in ("in_payment", "paid")
    assert paid["name"] == row["name"]

    answer = walk.api(
        "account.move", "action_cancel_document", [final], reason="Retour", new_draft=True
    )
    (note,), (draft,) = answer["credit_note_ids"], answer["draft_ids"]
    credited, new = walk.read("account.move", [note, draft], ["amount_total", "state", "ref"])
    assert (credited["state"], new["state"]) == ("posted", "draft")
    assert credited["amount_total"] == new["amount_total"] == pytest.approx(TOTAL * 0.7)
    assert row["name"] in credited["ref"]
    reposted = walk.post(draft)
    assert reposted["name"] != row["name"]
    assert walk.order_content() == agreed


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_full_invoice_leaves_the_down_payment_out_when_asked(people, masters, protocol) -> None:
    """« Ne pas inclure les acomptes » (row 3-17): kept on the invoice, and frozen."""
    walk = Walk(people["sales"], protocol, masters)
    walk.agree()
    walk.post(walk.bill(advance_payment_method="fixed", fixed_amount=50))
    invoice = walk.bill(advance_payment_method="delivered", exclude_down_payments=True)
    assert walk.post(invoice)["amount_total"] == pytest.approx(TOTAL)
    assert walk.read("account.move", [invoice], ["exclude_down_payments"])[0][
        "exclude_down_payments"
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_order_is_cancelled_once_its_invoices_are(people, masters, protocol) -> None:
    """Row 3-12: cancel and re-enter; a billed order first needs its credit notes."""
    walk = Walk(people["sales"], protocol, masters)
    walk.agree()
    invoice = walk.bill(advance_payment_method="delivered")
    walk.post(invoice)
    found = refusal(lambda: walk.api("sale.order", "action_cancel", [walk.order]))
    assert found == "document_invoiced"
    assert walk.read("sale.order", [walk.order], ["state"])[0]["state"] == "sale"
    walk.api("account.move", "action_cancel_document", [invoice])
    assert walk.api("sale.order", "action_cancel", [walk.order]) is True
    names = ["state", "cancellation_date", "cancellation_user_id", "name"]
    row = walk.read("sale.order", [walk.order], names)[0]
    assert row["state"] == "cancel" and row["cancellation_date"] and row["name"]
