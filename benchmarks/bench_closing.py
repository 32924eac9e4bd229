"""Close a month of 500 invoices after 2,000 and after 20,000 earlier ones."""

TITLE = "close a month of 500 invoices, after 2,000 and after 20,000 earlier ones"
CASES = {"a month": {}}
SIDES = {
    "2,000 before": {"template": "koban", "before": 2_000},
    "20,000 before": {"template": "koban", "before": 20_000},
}
ROUNDS = 9
GOALS = {"a month": 1.10}
MONTH = 500
MONTHS = range(2, 12)


def prepare(env):
    """Leave the months to copy to the first round, which knows the size of the history."""
    return {}


def run(env, data, meter, before):
    """Measure the closing of the next month."""
    if not data:
        make_months(env, before)
        data["made"] = True
    with meter(1):
        closed = env["koban.closing"].close_month()
    closing = env["koban.closing"].browse(closed["closing_id"])
    assert closing.invoice_count == MONTH, closing.invoice_count


def make_months(env, before):
    """Make and close the history, then make the months that the rounds close."""
    from copies import copy_invoices, make_invoice, seal_copies  # noqa: PLC0415

    invoice = make_invoice(env)
    copy_invoices(env, invoice, before - 1, "2025-01-15")
    for month in MONTHS:
        copy_invoices(env, invoice, MONTH, f"2025-{month:02}-15")
    seal_copies(env)
    env["koban.closing"].close_month()
    env.cr.commit()
