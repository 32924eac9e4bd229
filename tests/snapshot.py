"""The database content of documents and their lines, read by SQL behind the server's back."""

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

LINE_TABLES = {
    "sale_order": ("sale_order_line", "order_id"),
    "account_move": ("account_move_line", "move_id"),
}


class Snapshot:
    """Rows of documents: their own, their lines', their relations', their files'.

    :param connect: the fixture that opens a connection.
    """

    def __init__(self, connect: Callable[[], Any]):
        self._connection = connect()
        self._connection.autocommit = True
        self._relations: dict[str, list[tuple[str, str]]] = {}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def sql(self, query: str, *parameters: Any) -> list[tuple]:
        """Run a query and return its rows."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def rows(self, table: str, column: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return rows of a table by id, every column as PostgreSQL prints it."""
        query = f"SELECT t.id, row_to_json(t)::jsonb FROM {table} t WHERE {column} IN %s"
        ids = tuple(ids)
        return dict(self.sql(query, ids)) if ids else {}

    def relations(self, table: str) -> list[tuple[str, str]]:
        """Return the tables of many2many relations of a table, with their column."""
        if table not in self._relations:
            self._relations[table] = self.sql(
                """SELECT c.conrelid::regclass::text, a.attname
                     FROM pg_constraint c
                     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                    WHERE c.contype = 'f' AND c.confrelid = %s::regclass
                      AND NOT EXISTS (SELECT FROM pg_attribute i
                                       WHERE i.attrelid = c.conrelid AND i.attname = 'id')
                    ORDER BY 1, 2""",
                table,
            )
        return self._relations[table]

    def related(self, table: str, ids: Iterable[int]) -> dict[str, list]:
        """Return the rows of every many2many relation of these records."""
        ids = tuple(ids)
        return {
            f"{relation}.{column}": self.sql(
                f"SELECT row_to_json(t)::jsonb::text FROM {relation} t WHERE {column} IN %s"
                " ORDER BY 1",
                ids,
            )
            for relation, column in (self.relations(table) if ids else [])
        }

    def take(self, table: str, *ids: int) -> dict[str, Any]:
        """Return all that the database holds of these documents."""
        lines, column = LINE_TABLES[table]
        line_rows = self.rows(lines, column, ids)
        return {
            table: self.rows(table, "id", ids),
            lines: line_rows,
            **self.related(table, ids),
            **self.related(lines, line_rows),
            "files": self.sql(
                """SELECT res_model, res_id, res_field, store_fname, checksum
                     FROM ir_attachment
                    WHERE res_field IS NOT NULL AND res_model = %s AND res_id IN %s
                    ORDER BY 1, 2, 3""",
                table.replace("_", "."),
                ids,
            ),
        }


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what differs between two snapshots, as readable paths."""
    found = []
    for part in sorted({*before, *after}):
        old, new = before.get(part), after.get(part)
        if old == new:
            continue
        if not isinstance(old, dict) or not isinstance(new, dict):
            found.append(f"{part}: {old} -> {new}")
            continue
        for key in sorted({*old, *new}):
            found += row_changes(f"{part}[{key}]", old.get(key), new.get(key))
    return found


def row_changes(path: str, old: dict | None, new: dict | None) -> list[str]:
    """Return what differs between two states of a row."""
    if old is None or new is None:
        return [f"{path} {'added' if old is None else 'removed'}"]
    return [
        f"{path}.{name}: {old.get(name)!r} -> {new.get(name)!r}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
