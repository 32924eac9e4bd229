"""Confirm an order of N lines, invoice it and post the invoice, one document at a time."""

TITLE = "confirm an order and post its invoice"
CASES = {"3 lines": {"lines": 3}, "30 lines": {"lines": 30}}
SIZES = {"3 lines": 3, "30 lines": 30}
ROUNDS = 9
GOALS = {"3 lines": 1.10, "30 lines": 1.10}
DOCUMENTS = 4


def prepare(env):
    """Make a French company's data, a customer and services to sell."""
    from parties import make_parties  # noqa: PLC0415

    customer = make_parties(env)
    products = env["product.product"].create(
        [
            {
                "name": f"Prestation {number}",
                "type": "service",
                "list_price": 10.0 + number,
                "invoice_policy": "order",
            }
            for number in range(30)
        ]
    )
    return customer, products


def run(env, data, meter, lines):
    """Measure the validation of one batch of quotes."""
    customer, products = data
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 2.0})
                    for product in products[:lines]
                ],
            }
            for _number in range(DOCUMENTS)
        ]
    )
    for order in orders:
        with meter(1):
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.action_post()
        assert invoice.state == "posted", invoice.state
