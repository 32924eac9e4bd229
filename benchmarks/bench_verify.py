"""Verify 100,000 sealed invoices of 3 lines with their entries, against hashing the same rows."""

import hashlib

TITLE = "verify 100,000 sealed invoices, against hashing the same rows in a bare loop"
CASES = {"100,000 invoices of 3 lines": {}}
SIDES = {
    "bare loop": {"template": "koban", "verify": False},
    "verification": {"template": "koban", "verify": True},
}
ROUNDS = 2
GOALS = {"100,000 invoices of 3 lines": 2.0}
DOCUMENTS = 100_000
BATCH = 2000


def prepare(env):
    """Copy a posted invoice by SQL, and seal the copies."""
    from copies import copy_invoices, make_invoice, seal_copies  # noqa: PLC0415

    copy_invoices(env, make_invoice(env), DOCUMENTS - 1, "2025-01-15")
    seal_copies(env)
    return env.company


def run(env, company, meter, verify):
    """Verify the company, or only read and hash what the verification reads."""
    with meter(DOCUMENTS):
        if verify:
            (answer,) = env["koban.verification"].verify(company.ids)
        else:
            count = hash_rows(env)
    if verify:
        codes = {finding["code"] for finding in answer["findings"]}
        assert answer["documents"] >= DOCUMENTS and not codes, (answer["documents"], codes)
    else:
        assert count >= DOCUMENTS * 7, count


def hash_rows(env) -> int:
    """Read the links, and what they cover of documents, lines and taxes; hash each row."""
    from odoo.tools import SQL  # noqa: PLC0415

    stored = [name for name, field in env["koban.event"]._fields.items() if field.store]
    count = after = 0
    while True:
        links = env.execute_query(
            SQL(
                "SELECT number, res_id, res_model, %s FROM koban_event WHERE chain = 'main' "
                "AND company_id = %s AND number > %s ORDER BY number LIMIT %s",
                list_columns(*stored),
                env.company.id,
                after,
                BATCH,
            )
        )
        if not links:
            return count
        after, rows = links[-1][0], list(links)
        ids = [link[1] for link in links if link[2] == "account.move"]
        for query, key in get_queries(env):
            rows += env.execute_query(SQL("%s WHERE %s = ANY(%s)", query, key, ids))
        for row in rows:
            hashlib.sha256(repr(row).encode()).hexdigest()
        count += len(rows)


def get_queries(env) -> list:
    """Return the queries of what a seal covers, each with the column of its document."""
    from odoo.tools import SQL  # noqa: PLC0415

    coverage = env["account.move"]._get_coverage()
    tags = env["account.move.line"]._fields["tax_tag_ids"]
    assert coverage.lines.get_relations() == ["tax_tag_ids"], coverage.lines.get_relations()
    lines = list_columns("id", "move_id", *coverage.lines.get_columns())
    by_line = (
        SQL("SELECT %s FROM account_move_line", lines),
        SQL(
            "SELECT r.* FROM %s r JOIN account_move_line l ON l.id = r.%s",
            SQL.identifier(tags.relation),
            SQL.identifier(tags.column1),
        ),
        SQL(
            "SELECT l.id, t.id, t.amount_type, t.amount FROM account_move_line_account_tax_rel r "
            "JOIN account_move_line l ON l.id = r.account_move_line_id "
            "JOIN account_tax t ON t.id = r.account_tax_id"
        ),
    )
    document = list_columns("id", *coverage.document.get_columns())
    own = (SQL("SELECT %s FROM account_move", document), SQL.identifier("id"))
    return [own, *((query, SQL.identifier("move_id")) for query in by_line)]


def list_columns(*names):
    """Return names as the columns of a query."""
    from odoo.tools import SQL  # noqa: PLC0415

    return SQL(", ").join(map(SQL.identifier, names))
