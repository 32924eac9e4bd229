"""Reads documents of many kinds of rows at once, where each query costs more than its rows."""

from odoo.tools import SQL

from .coverage import Coverage, Part
from .seal_reader import _format_column

DOCUMENT, LINES, TAXES, PARTS = range(4)


def read_in_one_query(env, coverage: Coverage, ids) -> dict[int, dict]:
    """Return what a coverage of columns and taxes covers of documents, as ``read_contents`` does.

    :param env: environment whose models have the tables
    :param ids: of the documents
    """
    keys = list(coverage.parts)
    queries = [_get_rows_query(env, DOCUMENT, coverage.document, ids)]
    if coverage.lines:
        queries.append(_get_rows_query(env, LINES, coverage.lines, ids))
        if coverage.lines.taxes:
            queries.append(_get_taxes_query(env, coverage.lines, ids))
    queries += [
        _get_rows_query(env, PARTS + rank, coverage.parts[key], ids)
        for rank, key in enumerate(keys)
    ]
    env.cr.execute(SQL("%s ORDER BY 1, 2, 3", SQL(" UNION ALL ").join(queries)))
    contents: dict[int, dict] = {}
    lines: dict[int, dict] = {}
    for rank, owner, id_, row in env.cr.fetchall():
        if rank == DOCUMENT:
            contents[id_] = _start(coverage, _drop_empty(row))
        # Rows whose document is gone are not told here: the document is.
        elif rank == TAXES and owner in lines:
            lines[owner].setdefault(coverage.lines.taxes, []).append(row)
        elif rank == LINES and owner in contents:
            lines[id_] = _drop_empty(row)
            contents[owner]["lines"].append(lines[id_])
        elif rank >= PARTS and owner in contents:
            contents[owner]["document"][keys[rank - PARTS]].append(_drop_empty(row))
    return contents


def _start(coverage: Coverage, row) -> dict:
    content = {"document": {**row, **{key: [] for key in coverage.parts}}}
    return {**content, "lines": []} if coverage.lines else content


def _drop_empty(row) -> dict:
    return {name: value for name, value in row.items() if value is not None}


def _get_rows_query(env, rank: int, part: Part, ids) -> SQL:
    kinds = {"id": "int4", **{name: kind for name, (_addon, kind) in part.fields.items()}}
    return SQL(
        "SELECT %s AS rank, %s AS owner, d.id, to_jsonb(own) "
        "FROM %s d, LATERAL (SELECT %s) own WHERE %s = ANY(%s)",
        rank,
        SQL.identifier("d", part.parent or "id"),
        SQL.identifier(env[part.model]._table),
        SQL(", ").join(
            SQL(
                "%s AS %s",
                _format_column(kind, SQL.identifier("d", name)),
                SQL.identifier(name),
            )
            for name, kind in kinds.items()
        ),
        SQL.identifier("d", part.parent or "id"),
        list(ids),
    )


def _get_taxes_query(env, part: Part, ids) -> SQL:
    relation = env[part.model]._fields[part.taxes]
    return SQL(
        "SELECT %(rank)s, l.id, t.id, "
        "jsonb_build_array(t.id, t.amount_type, trim_scale(t.amount)::text) "
        "FROM %(relation)s r JOIN %(lines)s l ON l.id = r.%(line)s "
        "JOIN account_tax t ON t.id = r.%(tax)s WHERE l.%(parent)s = ANY(%(ids)s)",
        rank=TAXES,
        line=SQL.identifier(relation.column1),
        tax=SQL.identifier(relation.column2),
        relation=SQL.identifier(relation.relation),
        lines=SQL.identifier(env[part.model]._table),
        parent=SQL.identifier(part.parent),
        ids=list(ids),
    )
