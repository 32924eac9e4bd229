"""The rows of a database before and after: what was lost, what changed, what came."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .postgres import Connection

Rows = dict[str, dict[str, dict]]


@dataclass(frozen=True)
class Change:
    """One difference between two photos.

    :param column: which value changed; empty where the row came or went.
    """

    table: str
    row: str
    column: str
    before: object
    after: object

    @property
    def came(self) -> bool:
        """Whether the row is new."""
        return not self.column and self.before == "none"

    @property
    def filled(self) -> bool:
        """Whether a value was empty, and is there now."""
        return bool(self.column) and not self.before and bool(self.after)

    def __str__(self) -> str:
        return f"{self.table} {self.row}, {self.column or 'the row'}: {self.before} → {self.after}"


def matches(table: str, patterns: Iterable[str]) -> bool:
    """Tell whether a table matches one of the patterns of SQL."""
    return any(
        fnmatchcase(table, pattern.replace("\\_", "_").replace("%", "*")) for pattern in patterns
    )


def read(connection: Connection, database: str, patterns: Iterable[str]) -> Rows:
    """Return every stored value of the tables that match patterns of SQL, such as ``sale_%``."""
    wanted = " OR ".join(f"table_name LIKE '{pattern}'" for pattern in patterns)
    names = connection.sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
        f"AND table_type = 'BASE TABLE' AND ({wanted}) ORDER BY 1",
        database,
    ).splitlines()
    found: Rows = {name: {} for name in names}
    selects = [f"SELECT '{name}', to_jsonb(t)::text FROM \"{name}\" t" for name in names]
    for line in connection.sql(" UNION ALL ".join(selects), database).splitlines():
        table, _bar, text = line.partition("|")
        values = json.loads(text)
        found[table][str(values.get("id", text))] = values
    return found


def compare(before: Rows, after: Rows) -> list[Change]:
    """Return what differs; tables and columns that are new are no difference."""
    changes = []
    for table, rows in before.items():
        others = after.get(table, {})
        changes += [Change(table, row, "", rows[row], "gone") for row in rows.keys() - others]
        changes += [Change(table, row, "", "none", others[row]) for row in others.keys() - rows]
        for row in rows.keys() & others.keys():
            changes += [
                Change(table, row, column, value, others[row].get(column, "no column"))
                for column, value in rows[row].items()
                if others[row].get(column, "no column") != value
            ]
    return changes
