"""Verify 100,000 sealed invoices of 3 lines, against reading and hashing the same rows."""

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
    """Post one invoice, copy its rows by SQL, and seal the copies."""
    product = env["product.product"].create({"name": "Prestation", "type": "service"})
    customer = env["res.partner"].create({"name": "Client", "country_id": env.ref("base.fr").id})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2026-11-20",
            "invoice_line_ids": [
                (0, 0, {"product_id": product.id, "quantity": number, "price_unit": 10.0})
                for number in (1, 2, 3)
            ],
        }
    )
    invoice.action_post()
    env.cr.commit()
    copy_rows(env.cr, "account_move", {"id": "{id} + n", "name": "'C' || n"}, invoice.ids)
    copy_rows(
        env.cr,
        "account_move_line",
        {"id": "{id} + n * 20", "move_id": "move_id + n"},
        invoice.line_ids.ids,
    )
    env.cr.execute(
        "INSERT INTO account_move_line_account_tax_rel SELECT account_move_line_id + n * 20, "
        "account_tax_id FROM account_move_line_account_tax_rel, generate_series(1, %s) n "
        "WHERE account_move_line_id IN %s",
        [DOCUMENTS - 1, tuple(invoice.line_ids.ids)],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.company._seal_existing()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return env.company


def copy_rows(cr, table, changes, ids):
    """Insert as many copies of rows as there are documents to make."""
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    names = [name for (name,) in cr.fetchall()]
    values = ", ".join(changes.get(name, f'"{name}"').format(id="id") for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cr.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} "
        f"FROM {table}, generate_series(1, %s) n WHERE id IN %s",
        [DOCUMENTS - 1, tuple(ids)],
    )
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")


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
    move = env["account.move"]
    covered = ", ".join(("id", *move._sealed_fields))
    lines = ", ".join(("id", "move_id", *move._sealed_line_fields))
    links = ", ".join(name for name, field in env["koban.event"]._fields.items() if field.store)
    cr, count, after = env.cr, 0, 0
    while True:
        cr.execute(
            f"SELECT number, res_id, res_model, {links} FROM koban_event WHERE chain = 'main' "
            "AND company_id = %s AND number > %s ORDER BY number LIMIT %s",
            [env.company.id, after, BATCH],
        )
        rows = cr.fetchall()
        if not rows:
            return count
        after = rows[-1][0]
        ids = [row[1] for row in rows if row[2] == "account.move"]
        for query in (
            f"SELECT {covered} FROM account_move WHERE id = ANY(%s)",
            f"SELECT {lines} FROM account_move_line WHERE move_id = ANY(%s)",
            "SELECT l.id, t.id, t.amount_type, t.amount FROM account_move_line_account_tax_rel r "
            "JOIN account_move_line l ON l.id = r.account_move_line_id "
            "JOIN account_tax t ON t.id = r.account_tax_id WHERE l.move_id = ANY(%s)",
        ):
            cr.execute(query, [ids])
            rows += cr.fetchall()
        for row in rows:
            hashlib.sha256(repr(row).encode()).hexdigest()
        count += len(rows)
