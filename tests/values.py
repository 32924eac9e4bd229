"""Values that differ from the stored ones, for any stored field, found by its type."""

import base64
from typing import Any

from snapshot import Snapshot

NO_RECORD = 999_999
BY_TYPE: dict[str, Any] = {
    "char": "modifié",
    "text": "modifié",
    "html": "<p>modifié</p>",
    "integer": 987_654,
    "float": 987.65,
    "monetary": 987.65,
    "date": "2001-02-03",
    "datetime": "2001-02-03 04:05:06",
    "binary": base64.b64encode(b"modified").decode(),
    "json": {"987654": 100.0},
    "many2one_reference": NO_RECORD,
    "one2many": [[0, 0, {}]],
    "many2many": [[0, 0, {}]],
}


def stored_fields(snapshot: Snapshot, model: str) -> dict[str, dict]:
    """Return what the database knows of the stored fields of a model, by name.

    Relational fields towards many are included: they are stored elsewhere.
    """
    rows = snapshot.sql(
        "SELECT name, ttype, relation FROM ir_model_fields WHERE model = %s AND store", model
    )
    return {name: {"type": ttype, "relation": relation} for name, ttype, relation in rows}


def other_value(snapshot: Snapshot, described: dict, stored: dict, name: str) -> Any:
    """Return a value for a field that is not the stored one.

    :param described: what ``fields_get`` says of the model.
    :param stored: the row of the record, as JSON.
    """
    field = described[name]
    kind, now = field["type"], stored.get(name)
    if kind == "boolean":
        return not now
    if kind == "selection":
        choices = [key for key, _label in field.get("selection", ()) if key != now]
        return choices[0] if choices else "modified"
    if kind == "many2one":
        return other_record(snapshot, field["relation"], now)
    value = BY_TYPE[kind]
    return value if value != now else value * 2


def other_record(snapshot: Snapshot, model: str, now: int | None) -> int:
    """Return the id of a record of the model that is not this one."""
    table = snapshot.sql("SELECT to_regclass(%s)", model.replace(".", "_"))[0][0]
    # Companies of other tests have records too; a document takes those of its own.
    owned = table and snapshot.sql(
        "SELECT 1 FROM information_schema.columns WHERE table_name = %s "
        "AND column_name = 'company_id'",
        table,
    )
    order = "coalesce(company_id, 1), id DESC" if owned else "id DESC"
    found = table and snapshot.sql(
        f"SELECT id FROM {table} WHERE id IS DISTINCT FROM %s ORDER BY {order} LIMIT 1", now
    )
    return found[0][0] if found else NO_RECORD
