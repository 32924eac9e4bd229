"""Print invoices of three lines: Chromium kept warm, against wkhtmltopdf one by one."""

TITLE = "print invoices of 3 lines"
CASES = {"one": {"documents": 1, "prints": 10}, "100 in a print": {"documents": 100, "prints": 1}}
SIDES = {
    "wkhtmltopdf": {"template": "koban", "engine": "wkhtmltopdf"},
    "chromium": {"template": "koban", "engine": "chromium"},
}
ROUNDS = 5
GOALS = {"one": 0.35, "100 in a print": 0.20}
NEEDS = "wkhtmltopdf"
SERVED = True  # wkhtmltopdf asks for its style sheets over HTTP
REPORT = "account.account_invoices"
# Its unpatched builds cannot print several documents at once, and each takes as long.
ONE_BY_ONE = 10


def prepare(env):
    """Make a French company's invoices."""
    company = env.company.partner_id
    company.write({"street": "1 rue de la Paix", "zip": "75002", "city": "Paris"})
    customer = env["res.partner"].create(
        {"name": "Client", "zip": "75002", "city": "Paris", "country_id": env.ref("base.fr").id}
    )
    products = env["product.product"].create(
        [{"name": f"Prestation {n}", "type": "service", "list_price": 10.0 + n} for n in range(3)]
    )
    return make_invoices(env, customer, products, 100)


def make_invoices(env, customer, products, count):
    """Return so many draft invoices: a validated one is printed once, then duplicated."""
    return env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [
                    (0, 0, {"product_id": product.id, "quantity": 1 + number % 7})
                    for product in products
                ],
            }
            for number in range(count)
        ]
    )


def run(env, invoices, meter, engine, documents, prints):
    """Measure prints of invoices that were never printed."""
    env["ir.config_parameter"].set_param("koban_report.engine", engine)
    env["ir.config_parameter"].set_param("report.url", meter.url)
    parts = [invoices[:documents].ids] * prints
    if engine == "wkhtmltopdf" and documents > 1:
        parts = [[id_] for id_ in invoices[:ONE_BY_ONE].ids]
    report = env["ir.actions.report"]
    for ids in parts:
        env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "in", ids)]
        ).unlink()
        with meter(len(ids)):
            pdf, kind = report._render_qweb_pdf(REPORT, ids)
        assert kind == "pdf" and pdf.startswith(b"%PDF"), kind
