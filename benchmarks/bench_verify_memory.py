"""Verify ten times as many invoices: memory must not grow with them."""

TITLE = "memory of a verification, 5,000 invoices against 50,000"
CASES = {"invoices of 3 lines": {}}
SIDES = {
    "5,000": {"template": "koban", "documents": 5_000},
    "50,000": {"template": "koban", "documents": 50_000},
}
ROUNDS = 1
GOALS = {"invoices of 3 lines": 1.10}
MEASURE = "memory"


def prepare(env):
    """Leave the invoices to the first batch, which knows how many."""
    return {}


def run(env, data, meter, documents):
    """Verify the company's chain."""
    from copies import copy_invoices, make_invoice, seal_copies  # noqa: PLC0415

    if not data:
        copy_invoices(env, make_invoice(env), documents - 1, "2025-01-15")
        seal_copies(env)
        data["made"] = True
    with meter(documents):
        (answer,) = env["koban.verification"].verify(env.company.ids)
    assert answer["documents"] >= documents, answer["documents"]
