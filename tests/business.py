"""What the tests from outside make through the API: masters, orders, invoices."""

from dataclasses import dataclass, field
from typing import Any

SALE_LINE = "sale.order.line"
PRICE = 100.0
QUANTITY = 3.0


@dataclass(frozen=True)
class Masters:
    """Records that documents refer to, made once.

    :param customer: a French company, and :param other: another one.
    :param goods: a stored product, and :param service: a service.
    :param tax: the usual sales tax, and :param eco: a second tax, of no amount.
    """

    customer: int
    other: int
    goods: int
    service: int
    tax: int
    eco: int
    journal: int
    bank: int
    tags: list[int] = field(default_factory=list)


def make_masters(rpc: Any) -> Masters:
    """Create the customers, the products and the taxes, as an administrator."""
    france = rpc("res.country", "search", [("code", "=", "FR")])[0]
    company = {"is_company": True, "country_id": france, "lang": "fr_FR"}
    customer, other = rpc(
        "res.partner",
        "create",
        [{"name": "Boulangerie Moreau", **company}, {"name": "Garage Petit", **company}],
    )
    # Other tests make companies: these are of the first.
    own = ("company_id", "=", rpc("res.company", "search", [], order="id", limit=1)[0])
    tax = rpc(
        "account.tax",
        "search",
        [own, ("type_tax_use", "=", "sale"), ("amount", "=", 20), ("amount_type", "=", "percent")],
        limit=1,
    )[0]
    eco = rpc("account.tax", "create", {"name": "Éco", "amount": 0.0, "type_tax_use": "sale"})
    goods, service = rpc(
        "product.product",
        "create",
        [
            product_values("Pétrin", tax, type="consu", is_storable=True),
            product_values("Réglage", tax, type="service", contract_ok=True),
        ],
    )
    journals = {
        kind: rpc("account.journal", "search", [own, ("type", "=", kind)], limit=1)[0]
        for kind in ("sale", "bank")
    }
    tags = rpc("crm.tag", "create", [{"name": "Fournil"}, {"name": "Comptoir"}])
    return Masters(
        customer, other, goods, service, tax, eco, journals["sale"], journals["bank"], tags
    )


def product_values(name: str, tax: int, **values: Any) -> dict:
    """Return the values of a product, invoiced on what was ordered."""
    return {
        "name": name,
        "list_price": PRICE,
        "taxes_id": [(6, 0, [tax])],
        "invoice_policy": "order",
        **values,
    }


def order_line(masters: Masters, **values: Any) -> dict:
    """Return the values of an order line."""
    return {
        "product_id": masters.goods,
        "name": "Pétrin à spirale",
        "product_uom_qty": QUANTITY,
        "price_unit": PRICE,
        "tax_ids": [(6, 0, [masters.tax])],
        **values,
    }


def make_quote(rpc: Any, masters: Masters, *lines: dict, **values: Any) -> int:
    """Create a quote of these lines, or of one line of goods and one of service."""
    lines = lines or (
        order_line(masters),
        order_line(masters, product_id=masters.service, name="Mise en service"),
    )
    return rpc(
        "sale.order",
        "create",
        {
            "partner_id": masters.customer,
            "order_line": [(0, 0, line) for line in lines],
            **values,
        },
    )


def make_order(rpc: Any, masters: Masters, *lines: dict, **values: Any) -> int:
    """Create and validate an order."""
    order = make_quote(rpc, masters, *lines, **values)
    rpc("sale.order", "action_confirm", [order])
    return order


def invoice_line(masters: Masters, **values: Any) -> dict:
    """Return the values of an invoice line."""
    return {
        "product_id": masters.service,
        "name": "Mise en service",
        "quantity": QUANTITY,
        "price_unit": PRICE,
        "tax_ids": [(6, 0, [masters.tax])],
        **values,
    }


def make_draft(rpc: Any, masters: Masters, *lines: dict, **values: Any) -> int:
    """Create a draft customer invoice of these lines, or of two."""
    lines = lines or (invoice_line(masters), invoice_line(masters, name="Déplacement"))
    return rpc(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": masters.customer,
            "journal_id": masters.journal,
            "invoice_line_ids": [(0, 0, line) for line in lines],
            **values,
        },
    )


def make_invoice(rpc: Any, masters: Masters, *lines: dict, **values: Any) -> int:
    """Create and validate a customer invoice."""
    invoice = make_draft(rpc, masters, *lines, **values)
    rpc("account.move", "action_post", [invoice])
    return invoice


def run_wizard(json2: Any, model: str, method: str, values: dict, context: dict) -> Any:
    """Fill a wizard of the host and press its button.

    Always over JSON-2: the host answers None, or an action that holds None, which
    XML-RPC refuses to send after the work is done (shared/spec/host-audit.md §1).
    """
    ids = json2(model, "create", vals_list=[values], context=context)
    return json2(model, method, ids=ids, context=context)


def invoice_order(person: Any, order: int, **values: Any) -> int:
    """Make the draft invoice of a validated order with the host's wizard; return its id."""
    before = person.rpc("sale.order", "read", [order], ["invoice_ids"])[0]["invoice_ids"]
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    values = {"advance_payment_method": "delivered", **values}
    run_wizard(person.json2, "sale.advance.payment.inv", "create_invoices", values, context)
    after = person.rpc("sale.order", "read", [order], ["invoice_ids"])[0]["invoice_ids"]
    (invoice,) = set(after) - set(before)
    return invoice


def deliver(clerk: Any, order: int, quantity: float = QUANTITY) -> None:
    """Deliver the goods of an order, as the warehouse does."""
    pickings = clerk.rpc("stock.picking", "search", [("sale_id", "=", order)])
    moves = clerk.rpc("stock.move", "search", [("picking_id", "in", pickings)])
    for move in moves:
        clerk.rpc("stock.move", "write", [move], {"quantity": quantity, "picked": True})
    clerk.json2("stock.picking", "button_validate", ids=pickings)
    states = clerk.rpc("stock.picking", "read", pickings, ["state"])
    assert {row["state"] for row in states} == {"done"}
