"""Print a thousand invoices at once: memory must not grow with their number."""

TITLE = "memory of one print, 100 invoices against 1,000"
CASES = {"invoices of 3 lines": {}}
SIDES = {
    "100": {"template": "koban", "documents": 100},
    "1000": {"template": "koban", "documents": 1000},
}
ROUNDS = 1
GOALS = {"invoices of 3 lines": 1.30}
MEASURE = "memory"
REPORT = "account.account_invoices"
DOCUMENTS = 1000


def prepare(env):
    """Make draft invoices, as many on both sides: validated ones are printed once."""
    customer = env["res.partner"].create({"name": "Client", "country_id": env.ref("base.fr").id})
    product = env["product.product"].create(
        {"name": "Prestation", "type": "service", "list_price": 10.0}
    )
    ids = []
    for _part in range(DOCUMENTS // 100):
        invoices = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_date": "2026-11-20",
                    "invoice_line_ids": [
                        (0, 0, {"product_id": product.id, "quantity": 1 + number % 7})
                    ]
                    * 3,
                }
                for number in range(100)
            ]
        )
        ids += invoices.ids
        env.cr.commit()
        env.invalidate_all()
    return ids


def run(env, ids, meter, documents):
    """Print the first of them in one PDF."""
    stored = [("res_model", "=", "account.move"), ("res_id", "in", ids)]
    env["ir.attachment"].search(stored).unlink()
    with meter(documents):
        pdf, _kind = env["ir.actions.report"]._render_qweb_pdf(REPORT, ids[:documents])
    assert pdf.count(b"/Type /Page\n") >= documents, "pages are missing"
