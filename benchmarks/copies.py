"""Thousands of posted invoices in seconds: rows of one, copied by SQL."""

from copied_rows import copy_rows, find_last_id
from odoo.tools import SQL

from odoo.addons.koban_seal.tools.takeover import seal_existing


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
    lines = invoice.line_ids.ids
    move = SQL("%s + n", find_last_id(env, "account_move"))
    first = SQL("%s + n * %s", find_last_id(env, "account_move_line"), len(lines))
    dates = {"date": SQL("%s::date", day), "invoice_date": SQL("%s::date", day)}
    changes = {
        "id": move,
        "name": SQL("'C/' || (%s)", move),
        "sequence_prefix": SQL("'C/'"),
        "sequence_number": move,
        **dates,
    }
    copy_rows(env, "account_move", changes, invoice.ids, count)
    line = SQL("%s + array_position(%s, id)", first, lines)
    copy_rows(env, "account_move_line", {"id": line, "move_id": move, **dates}, lines, count)
    for name in ("tax_ids", "tax_tag_ids"):
        _copy_relation(env, invoice.line_ids._fields[name], first, lines, count)
    env.cr.commit()


def copy_contracts(env, contract, count: int) -> None:
    """Copy a running contract with its lines and their taxes.

    :param contract: record of ``koban.contract``
    :param count: of copies
    """
    lines = contract.line_ids.ids
    own = SQL("%s + n", find_last_id(env, "koban_contract"))
    first = SQL("%s + n * %s", find_last_id(env, "koban_contract_line"), len(lines))
    changes = {"id": own, "name": SQL("'C/' || n"), "access_token": SQL("NULL")}
    copy_rows(env, "koban_contract", changes, contract.ids, count)
    line = SQL("%s + array_position(%s, id)", first, lines)
    copy_rows(env, "koban_contract_line", {"id": line, "contract_id": own}, lines, count)
    _copy_relation(env, contract.line_ids._fields["tax_ids"], first, lines, count)
    env.cr.commit()


def _copy_relation(env, field, first, lines, count):
    """Copy what lines are related to, for the copies whose ids follow ``first``."""
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(line)s, %(other)s) "
            "SELECT %(first)s + array_position(%(lines)s, %(line)s), %(other)s "
            "FROM %(table)s, generate_series(1, %(count)s) n WHERE %(line)s = ANY(%(lines)s)",
            table=SQL.identifier(field.relation),
            line=SQL.identifier(field.column1),
            other=SQL.identifier(field.column2),
            first=first,
            lines=lines,
            count=count,
        )
    )


def seal_copies(env) -> None:
    """Seal what was copied, as documents from before the seals are."""
    env.cr.execute("ANALYZE")
    seal_existing(env.company)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
