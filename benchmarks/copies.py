"""Thousands of posted invoices in seconds: rows of one, copied by SQL."""


def make_invoice(env):
    """Post one invoice of three lines, to copy."""
    product = env["product.product"].create({"name": "Prestation", "type": "service"})
    customer = env["res.partner"].create({"name": "Client", "country_id": env.ref("base.fr").id})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2025-01-10",
            "invoice_line_ids": [
                (0, 0, {"product_id": product.id, "quantity": number, "price_unit": 10.0})
                for number in (1, 2, 3)
            ],
        }
    )
    invoice.action_post()
    env.flush_all()
    env.cr.commit()
    return invoice


def copy_invoices(env, invoice, count: int, day: str) -> None:
    """Copy a posted invoice with its lines and taxes.

    :param invoice: record of ``account.move``
    :param count: of copies
    :param day: date of the copies, ``YYYY-MM-DD``
    """
    cr, lines = env.cr, invoice.line_ids.ids
    cr.execute("SELECT max(id) FROM account_move")
    moves = cr.fetchone()[0]
    cr.execute("SELECT max(id) FROM account_move_line")
    first = cr.fetchone()[0]
    rank = f"array_position(ARRAY{lines}, {{line}})"
    line_id = f"{first} + n * {len(lines)} + {rank}"
    dates = {"date": f"date '{day}'", "invoice_date": f"date '{day}'"}
    _copy(
        cr,
        "account_move",
        {
            "id": f"{moves} + n",
            "name": f"'C/' || {moves} + n",
            "sequence_prefix": "'C/'",
            "sequence_number": f"{moves} + n",
            **dates,
        },
        invoice.ids,
        count,
    )
    _copy(
        cr,
        "account_move_line",
        {"id": line_id.format(line="id"), "move_id": f"{moves} + n", **dates},
        lines,
        count,
    )
    cr.execute(
        "INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id) "
        f"SELECT {line_id.format(line='account_move_line_id')}, account_tax_id "
        "FROM account_move_line_account_tax_rel, generate_series(1, %s) n "
        "WHERE account_move_line_id = ANY(%s)",
        [count, lines],
    )
    cr.commit()


def _copy(cr, table, changes, ids, count):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER'",
        [table],
    )
    names = [name for (name,) in cr.fetchall()]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changes.get(name, f'"{name}"') for name in names)
    cr.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(1, %s) n "
        "WHERE id = ANY(%s)",
        [count, list(ids)],
    )
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")


def seal_copies(env) -> None:
    """Seal what was copied, as documents from before the seals are."""
    env.cr.execute("ANALYZE")
    env.company._seal_existing()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
