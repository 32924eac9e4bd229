"""Make an archive of ten times as many invoices: memory must not grow with them."""

TITLE = "memory of an archive, 2,000 invoices against 20,000"
CASES = {"invoices of 3 lines": {}}
SIDES = {
    "2,000": {"template": "koban", "documents": 2_000},
    "20,000": {"template": "koban", "documents": 20_000},
}
ROUNDS = 1
GOALS = {"invoices of 3 lines": 1.10}
MEASURE = "memory"


def prepare(env):
    """Leave the invoices to the first batch, which knows how many."""
    return {}


def run(env, data, meter, documents):
    """Make and verify the archive of the year."""
    from copies import copy_invoices, make_invoice, seal_copies  # noqa: PLC0415

    if not data:
        copy_invoices(env, make_invoice(env), documents - 1, "2025-01-15")
        seal_copies(env)
        data["made"] = True
    answer = env["koban.archive"].create_archive("2025-01-01", "2025-12-31")
    archive = env["koban.archive"].browse(answer["id"])
    with meter(documents):
        archive.sudo()._make()
    assert archive.document_count >= documents, archive.document_count
