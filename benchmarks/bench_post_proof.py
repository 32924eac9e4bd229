"""Post an invoice with seal and journal, against the plain host with its own hash chain on."""

TITLE = "post an invoice, sealed; the host with its hash chain on"
CASES = {"3 lines": {"lines": 3}, "30 lines": {"lines": 30}}
SIZES = {"3 lines": 3, "30 lines": 30}
ROUNDS = 9
GOALS = {"3 lines": 1.15, "30 lines": 1.15}
DOCUMENTS = 6


def prepare(env):
    """Make a French company's data; switch the host's chain on where the addons are not."""
    from parties import make_parties  # noqa: PLC0415

    customer = make_parties(env)
    products = env["product.product"].create(
        [
            {"name": f"Prestation {number}", "type": "service", "list_price": 10.0 + number}
            for number in range(30)
        ]
    )
    sealed = "koban.event" in env
    if not sealed:
        journals = env["account.journal"].search([("type", "=", "sale")])
        journals.restrict_mode_hash_table = True
    return customer, products, sealed


def run(env, data, meter, lines):
    """Measure the validation of draft invoices, one by one."""
    customer, products, sealed = data
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_line_ids": [
                    (0, 0, {"product_id": product.id, "quantity": 2.0})
                    for product in products[:lines]
                ],
            }
            for _number in range(DOCUMENTS)
        ]
    )
    for invoice in invoices:
        with meter(1):
            invoice.action_post()
        proof = invoice.seal_id if sealed else invoice.inalterable_hash
        assert proof, "posted without proof"
