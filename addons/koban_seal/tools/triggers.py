"""The triggers by which PostgreSQL refuses to change the rows of a table, whoever asks."""

from collections.abc import Iterator

from odoo.tools import SQL

NAME = "koban_append_only"
BODY = """
            BEGIN
                RAISE EXCEPTION 'koban: % is append-only', TG_TABLE_NAME
                    USING ERRCODE = 'raise_exception';
            END """
ROW, ALL = f"{NAME}_row", f"{NAME}_all"
# Of pg_trigger.tgtype: 1 each row, 2 before, 8 DELETE, 16 UPDATE, 32 TRUNCATE.
TYPES = {ROW: 1 + 2 + 8 + 16, ALL: 2 + 32}
# Enabled for ordinary sessions, or for all of them.
ENABLED = ("O", "A")


def forbid_changes(cr, table: str, released=()) -> None:
    """Make PostgreSQL refuse to change or empty a table, whoever asks.

    :param table: its rows can be added only
    :param released: columns that follow the deletion of what they point at
    """
    cr.execute(
        SQL(
            "CREATE OR REPLACE FUNCTION koban_append_only() RETURNS trigger AS %s LANGUAGE plpgsql",
            BODY,
        )
    )
    _create(
        cr, table, ROW, SQL("DELETE OR UPDATE%s", _get_columns(cr, table, released)), SQL("ROW")
    )
    _create(cr, table, ALL, SQL("TRUNCATE"), SQL("STATEMENT"))


def _create(cr, table, name, event, level):
    cr.execute(
        SQL(
            "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH %s "
            "EXECUTE FUNCTION koban_append_only()",
            SQL.identifier(name),
            event,
            SQL.identifier(table),
            level,
        )
    )


def _get_columns(cr, table, released) -> SQL:
    """Return what follows the word UPDATE: nothing where no column is released."""
    if not released:
        return SQL()
    cr.execute(
        SQL(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
            "AND attnum > 0 AND NOT attisdropped AND attname <> ALL(%s)",
            table,
            list(released),
        )
    )
    names = [SQL.identifier(name) for (name,) in cr.fetchall()]
    return SQL(" OF %s", SQL(", ").join(names))


def allow_changes(cr) -> None:
    """Take the triggers away with their function, when their tables are about to go."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS koban_append_only() CASCADE"))


def find_weak(cr, tables: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str, str]]:
    """Yield what keeps PostgreSQL from refusing changes at this time.

    :param tables: released columns by table
    :return: ``(table, trigger, missing | disabled | events | columns | condition | function)``
    """
    cr.execute(
        SQL(
            """
            SELECT c.relname, t.tgname, t.tgenabled, t.tgtype, t.tgqual IS NULL,
                   ARRAY(SELECT a.attname::text FROM pg_attribute a
                         WHERE a.attrelid = c.oid AND a.attnum = ANY(t.tgattr)),
                   ARRAY(SELECT a.attname::text FROM pg_attribute a
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                   p.proname = %(name)s AND p.pronamespace = c.relnamespace
                       AND l.lanname = 'plpgsql' AND p.proconfig IS NULL,
                   p.prosrc
            FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_proc p ON p.oid = t.tgfoid
            JOIN pg_language l ON l.oid = p.prolang
            WHERE c.relnamespace = current_schema::regnamespace
                  AND c.relname = ANY(%(tables)s) AND t.tgname = ANY(%(triggers)s)
            """,
            name=NAME,
            tables=list(tables),
            triggers=list(TYPES),
        )
    )
    found = {(table, name): row for table, name, *row in cr.fetchall()}
    for table, released in sorted(tables.items()):
        for name, kind in TYPES.items():
            row = found.get((table, name))
            reason = (
                _find_weakness(row, kind, released if name == ROW else ()) if row else "missing"
            )
            if reason:
                yield table, name, reason


def _find_weakness(row, kind, released) -> str:
    enabled, found, unconditional, limited, columns, own, body = row
    if enabled not in ENABLED:
        return "disabled"
    if found != kind:
        return "events"
    if set(limited) != (set(columns) - set(released) if released else set()):
        return "columns"
    if not unconditional:
        return "condition"
    return "" if own and body.split() == BODY.split() else "function"
