"""Rows of a table, copied by SQL: on the plain host too."""

from odoo.tools import SQL


def find_last_id(env, table) -> int:
    """Return the greatest id of a table."""
    env.cr.execute(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
    return env.cr.fetchone()[0]


def copy_rows(env, table, changes, ids, count):
    """Copy rows of a table; ``n`` in the changes is the number of the copy, from 1.

    :param changes: what a column has of a copy, as SQL
    :param ids: the rows
    :param count: of copies of each
    """
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND is_generated = 'NEVER'",
            table,
        )
    )
    names = [name for (name,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) n WHERE id = ANY(%s)",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(changes.get(name) or SQL.identifier(name) for name in names),
            SQL.identifier(table),
            count,
            list(ids),
        )
    )
    env.cr.execute(SQL("SELECT setval(%s, %s)", f"{table}_id_seq", find_last_id(env, table)))
