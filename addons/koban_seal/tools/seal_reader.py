"""Reads documents as their seals cover them, and tells what can be read no more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg2
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .canonical import compare, dumps
from .coverage import RELATION, Coverage, Coverages, Part

# How PostgreSQL writes each type of column: one text for one value.
FORMATS = {
    "numeric": "trim_scale(%s)::text",
    "date": "to_char(%s, 'YYYY-MM-DD')",
    "timestamp": """to_char(%s, 'YYYY-MM-DD"T"HH24:MI:SS')""",
}
# What JSON has; all else is a text as PostgreSQL writes it.
NATIVE = {"int2", "int4", "int8", "bool", "varchar", "bpchar", "text", "jsonb"}
# Types whose values are written alike.
ALIKE = {"int2": "int4", "int8": "int4", "bpchar": "text", "varchar": "text"}

# What an altered seal raises, of whatever form it is now.
UNEXPECTED = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a seal covers and nobody can read any more.

    :param code: of the finding
    :param model: whose rows or values they were
    :param addon: that brought the field, or those that brought the fields of the model
    :param field: name of the field; empty for all of the model
    :param expected: SQL type of its column when it was sealed
    :param found: that of its column now, or why nothing can be read
    """

    code: str
    model: str
    addon: str
    field: str = ""
    expected: str = ""
    found: str = ""


# ----------------------------------------------------------------------
# Values
# ----------------------------------------------------------------------
def read_contents(env, coverage: Coverage, ids) -> dict[int, dict]:
    """Return what a coverage covers of documents, as stored now.

    :param env: environment whose models have the tables
    :param ids: of the documents
    :return: ``{id: {"document": {field: value}, "lines": [{field: value}]}}``; numbers are
        texts, dates ISO texts; empty values are left out; who is not there is missing
    """
    contents = {row["id"]: {"document": row} for row in _read_rows(env, coverage.document, ids)}
    if coverage.lines:
        for content in contents.values():
            content["lines"] = []
        parent = coverage.lines.parent
        for row in _read_lines(env, coverage.lines, list(contents)):
            contents[row.pop(parent)]["lines"].append(row)
    for key, part in coverage.parts.items():
        for content in contents.values():
            content["document"][key] = []
        for row in _read_rows(env, part, list(contents)):
            contents[row.pop(part.parent)]["document"][key].append(row)
    return contents


def _read_rows(env, part: Part, ids) -> list[dict]:
    """Return stored values as JSON values, without the empty ones."""
    kinds = {"id": "int4", **({part.parent: "int4"} if part.parent else {})}
    kinds |= part.get_columns()
    columns = SQL(", ").join(
        _format_column(kind, SQL.identifier("d", name)) for name, kind in kinds.items()
    )
    env.cr.execute(
        SQL(
            "SELECT %s FROM %s d WHERE %s = ANY(%s) ORDER BY %s",
            columns,
            SQL.identifier(env[part.model]._table),
            SQL.identifier("d", part.parent or "id"),
            list(ids),
            SQL.identifier("d", "id"),
        )
    )
    rows = [
        {name: value for name, value in zip(kinds, row, strict=True) if value is not None}
        for row in env.cr.fetchall()
    ]
    for name in part.get_relations():
        related = _read_relation(env, part, name, [row["id"] for row in rows])
        for row in rows:
            if row["id"] in related:
                row[name] = related[row["id"]]
    return rows


def _read_relation(env, part: Part, name, ids) -> dict[int, list[int]]:
    """Return the ids that rows are related to, sorted."""
    relation = env[part.model]._fields[name]
    own, other = SQL.identifier(relation.column1), SQL.identifier(relation.column2)
    env.cr.execute(
        SQL(
            "SELECT %(own)s, array_agg(%(other)s ORDER BY %(other)s) FROM %(relation)s "
            "WHERE %(own)s = ANY(%(ids)s) GROUP BY %(own)s",
            own=own,
            other=other,
            relation=SQL.identifier(relation.relation),
            ids=ids,
        )
    )
    return dict(env.cr.fetchall())


def _format_column(kind, column) -> SQL:
    template = FORMATS.get(kind) or (None if kind in NATIVE else "%s::text")
    return SQL(template, column) if template else column


def _read_lines(env, part: Part, ids) -> list[dict]:
    rows = _read_rows(env, part, ids)
    taxes = _read_taxes(env, part, ids) if part.taxes else {}
    for row in rows:
        if row["id"] in taxes:
            row[part.taxes] = taxes[row["id"]]
    return rows


def _read_taxes(env, part: Part, ids) -> dict[int, list]:
    """Return the taxes of lines: ``{line id: [[tax id, type, rate], …]}``."""
    relation = env[part.model]._fields[part.taxes]
    env.cr.execute(
        SQL(
            "SELECT r.%(line)s, t.id, t.amount_type, trim_scale(t.amount)::text "
            "FROM %(relation)s r JOIN %(lines)s l ON l.id = r.%(line)s "
            "JOIN account_tax t ON t.id = r.%(tax)s "
            "WHERE l.%(parent)s = ANY(%(ids)s) ORDER BY 1, 2",
            line=SQL.identifier(relation.column1),
            tax=SQL.identifier(relation.column2),
            relation=SQL.identifier(relation.relation),
            lines=SQL.identifier(env[part.model]._table),
            parent=SQL.identifier(part.parent),
            ids=list(ids),
        )
    )
    taxes = {}
    for line_id, *tax in env.cr.fetchall():
        taxes.setdefault(line_id, []).append(tax)
    return taxes


# ----------------------------------------------------------------------
# What is not there any more
# ----------------------------------------------------------------------
def find_readable(env, coverage: Coverage) -> tuple[Coverage | None, list[Gap]]:
    """Return what of a coverage the database still has, and what it has not.

    Compared with the catalogue of PostgreSQL: the software may know a column that someone
    dropped, and a column may have outlived its field.

    :return: the coverage less what is gone, ``None`` if the documents cannot be read at all
    """
    parts = [coverage.document, *coverage.parts.values()]
    tables = _read_catalogue(env, [*parts, coverage.lines] if coverage.lines else parts)
    gaps: list[Gap] = []
    document = _find_readable_part(env, coverage.document, tables, gaps)
    if document is None:
        return None, gaps
    lines = coverage.lines and _find_readable_part(env, coverage.lines, tables, gaps)
    kept = {
        key: _find_readable_part(env, part, tables, gaps) for key, part in coverage.parts.items()
    }
    return Coverage(document, lines, {key: part for key, part in kept.items() if part}), gaps


def _read_catalogue(env, parts) -> dict[str, dict[str, str]]:
    """Return the type of each column by table."""
    names = {"account_tax"}
    for part in parts:
        if part.model in env:
            relations = [_get_relation(env, part, name) for name in part.get_relations()]
            names |= {env[part.model]._table, _get_relation(env, part, part.taxes), *relations}
    env.cr.execute(
        SQL(
            "SELECT c.relname, a.attname, t.typname FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid "
            "WHERE c.relnamespace = current_schema::regnamespace AND c.relname = ANY(%s) "
            "AND a.attnum > 0 AND NOT a.attisdropped",
            sorted(names),
        )
    )
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in env.cr.fetchall():
        tables.setdefault(table, {})[column] = kind
    return tables


def _get_relation(env, part, name) -> str:
    """Return the table of a relation, if the software knows it."""
    known = env[part.model]._fields.get(name)
    return known.relation if known is not None and known.type == "many2many" else ""


def _find_readable_part(env, part, tables, gaps) -> Part | None:
    columns = tables.get(env[part.model]._table) if part.model in env else None
    if columns is None:
        addons = ", ".join(sorted({addon for addon, _kind in part.fields.values()}))
        gaps.append(Gap("model_unreadable", part.model, addons))
        return None
    # What is no name cannot be asked for; it comes from no seal of ours.
    columns = {name: kind for name, kind in columns.items() if name.isidentifier()}
    for key in filter(None, ("id", part.parent)):
        if key not in columns:
            gaps.append(Gap("column_altered", part.model, "", key, "int4"))
            return None
    fields = {
        name: origin
        for name, origin in part.fields.items()
        if (
            _is_relation_readable(env, part, name, tables)
            if origin[1] == RELATION
            else name in columns and _are_alike(columns[name], origin[1])
        )
    }
    gone = part.fields.keys() - fields.keys()
    gaps += [_get_gap(env, part, name, columns.get(name, "")) for name in sorted(gone)]
    taxes = part.taxes
    if taxes and not _are_taxes_readable(env, part, tables):
        known = taxes in env[part.model]._fields
        gaps.append(Gap("column_altered" if known else "field_missing", part.model, "", taxes))
        taxes = ""
    return Part(part.model, part.parent, fields, taxes)


def _are_alike(kind, other) -> bool:
    return ALIKE.get(kind, kind) == ALIKE.get(other, other)


def _get_gap(env, part, name, found) -> Gap:
    """Tell a field that went or changed with its software from a column altered behind it."""
    addon, kind = part.fields[name]
    known = env[part.model]._fields.get(name)
    if kind == RELATION:
        there = known is not None and known.type == RELATION
        return Gap("column_altered" if there else "field_missing", part.model, addon, name, kind)
    column = known.column_type if known is not None and known.store else None
    if not _are_alike(column[0] if column else "", found):
        code = "column_altered"
    else:
        code = "field_retyped" if found else "field_missing"
    return Gap(code, part.model, addon, name, kind, found)


def _is_relation_readable(env, part, name, tables) -> bool:
    relation = tables.get(_get_relation(env, part, name), {})
    known = env[part.model]._fields.get(name)
    return bool(relation) and {known.column1, known.column2} <= relation.keys()


def _are_taxes_readable(env, part, tables) -> bool:
    return (
        _is_relation_readable(env, part, part.taxes, tables)
        and {"id", "amount_type", "amount"} <= tables.get("account_tax", {}).keys()
    )


# ----------------------------------------------------------------------
# Seals
# ----------------------------------------------------------------------
@dataclass(slots=True)
class Batch:
    """Documents whose last seals cover the same, read by that coverage.

    :param seals: content of the seal by document id
    :param head: how each of these contents begins; empty if it does not name its coverage
    :param coverage: what the seals cover; ``None`` if that cannot be told
    :param readable: the part of it that can be read
    :param gaps: what cannot
    :param contents: content of the documents that are there; ``None`` if none can be read
    """

    seals: dict[int, str]
    head: str = ""
    coverage: Coverage | None = None
    readable: Coverage | None = None
    gaps: list[Gap] = field(default_factory=list)
    contents: dict[int, dict] | None = None

    def find_changes(self, id_: int) -> list[tuple[str, int | None, str, Any, Any]]:
        """Return what differs between a document and its seal, see ``canonical.compare``.

        Nothing for a seal that is no content: its link is told as altered.
        """
        sealed, found = self.seals[id_], dumps(self.contents[id_])
        if self.head:
            found = found[1:]  # the head opened the object
        if len(sealed) == len(self.head) + len(found) and sealed.endswith(found):
            return []
        try:
            return compare(self._drop_gone(json.loads(sealed)), self.contents[id_])
        except UNEXPECTED:
            return []

    def complete(self, id_: int) -> dict:
        """Return the content of a document as its seal has it.

        What can be read no more is taken from the seal, where alone it still stands.
        """
        content = self.contents[id_]
        try:
            sealed = json.loads(self.seals[id_])
            filled = self._fill_gone(content, sealed) if self.gaps else content
            return {"coverage": sealed["coverage"], **filled} if self.head else filled
        except UNEXPECTED:  # the link is told as altered
            return content

    def _fill_gone(self, content, sealed) -> dict:
        whole, rest = self.coverage, self.readable
        document = _fill(content["document"], sealed["document"], whole.document, rest.document)
        for key, part in whole.parts.items():
            if key in sealed["document"]:
                rows = document.get(key, ())
                before = sealed["document"][key]
                document[key] = _fill_rows(rows, before, part, rest.parts.get(key))
        filled = {"document": document}
        if whole.lines:
            rows = content.get("lines", ())
            filled["lines"] = _fill_rows(rows, sealed["lines"], whole.lines, rest.lines)
        return filled

    def _drop_gone(self, sealed) -> dict:
        """Return a sealed content without what can be read no more."""
        return drop(sealed, self.coverage, self.readable) if self.gaps else sealed


def drop(sealed: dict, whole: Coverage, rest: Coverage) -> dict:
    """Return a sealed content without what a lesser coverage does not cover.

    :param whole: what the content covers
    :param rest: a part of it
    """
    document = _drop(sealed["document"], whole.document, rest.document)
    for key, part in whole.parts.items():
        if key not in rest.parts:
            document.pop(key, None)
        elif key in document:
            document[key] = [_drop(row, part, rest.parts[key]) for row in document[key]]
    kept = {"document": document}
    if rest.lines:
        kept["lines"] = [_drop(row, whole.lines, rest.lines) for row in sealed.get("lines", ())]
    return kept


def _get_gone(whole, rest) -> set[str]:
    gone = whole.fields.keys() - rest.fields.keys()
    return gone | {whole.taxes} if whole.taxes != rest.taxes else gone


def _drop(row, whole, rest) -> dict:
    gone = _get_gone(whole, rest)
    return {name: value for name, value in row.items() if name not in gone}


def _fill(row, sealed, whole, rest) -> dict:
    gone = _get_gone(whole, rest)
    return {**row, **{name: value for name, value in sealed.items() if name in gone}}


def _fill_rows(rows, sealed, whole, rest) -> list[dict]:
    if rest is None:
        return sealed
    before = {row["id"]: row for row in sealed}
    return [_fill(row, before.get(row["id"], {}), whole, rest) for row in rows]


class SealReader:
    """Reads documents by the coverages of their seals: a few queries for each, however many.

    :param env: environment that may read everything
    """

    def __init__(self, env):
        self.env = env
        self._coverages = Coverages()
        self._readable: dict[tuple, tuple[Coverage | None, list[Gap]]] = {}

    def iter_batches(self, model_name: str, seals: dict[int, tuple[int, str]]) -> Iterator[Batch]:
        """Yield documents together with those whose seals cover the same.

        :param model_name: of the documents
        :param seals: algorithm and content of the last seal, by document id
        """
        batches: dict[str | None, Batch] = {}
        for id_, (algorithm, content) in seals.items():
            try:
                head, coverage = self._coverages.split(model_name, algorithm, content)
            except ValueError:
                batches.setdefault(None, Batch({})).seals[id_] = content
                continue
            coverage = coverage or self._get_present(model_name)
            batch = batches.setdefault(head if coverage else None, Batch({}, head, coverage))
            batch.seals[id_] = content
        for batch in batches.values():
            if batch.coverage:
                self._fill(model_name, batch)
            yield batch

    def compare_seals(self, model_name, before, after) -> list[tuple]:
        """Return what differs between two seals of a document, of what both cover.

        :param before: algorithm and content of the earlier one
        :param after: of the later one
        :return: see ``canonical.compare``; nothing where either cannot be understood: such a
            link is told as altered
        """
        try:
            wholes = [
                self._coverages.split(model_name, *seal)[1] or self._get_present(model_name)
                for seal in (before, after)
            ]
            common = wholes[0].keep(wholes[1])
            contents = [
                drop(json.loads(content), whole, common)
                for (_algorithm, content), whole in zip((before, after), wholes, strict=True)
            ]
            return compare(*contents)
        except UNEXPECTED:
            return []

    def _get_present(self, model_name) -> Coverage | None:
        """Return what a model covers today: what it covered first was not kept anywhere."""
        model = self.env.get(model_name)
        return model._get_coverage() if hasattr(model, "_get_coverage") else None

    def _fill(self, model_name, batch):
        try:
            with self.env.cr.savepoint(flush=False):
                self._read_batch(model_name, batch)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the host tries again
        except Exception as error:  # an altered coverage may ask for anything: it is told
            reason = describe_error(error)
            batch.gaps = [*batch.gaps, Gap("model_unreadable", model_name, "", found=reason)]

    def _read_batch(self, model_name, batch):
        key = model_name, batch.head
        if key not in self._readable:
            self._readable[key] = find_readable(self.env, batch.coverage)
        batch.readable, batch.gaps = self._readable[key]
        if batch.readable:
            model = self.env[model_name]
            read = getattr(model, "_read_sealed", None) or partial(read_contents, self.env)
            batch.contents = read(batch.readable, list(batch.seals))


def describe_error(error: Exception) -> str:
    """Return the first line of an error, and of which kind it is unless it is PostgreSQL's."""
    text = str(error).partition("\n")[0]
    return text if isinstance(error, psycopg2.Error) else f"{type(error).__name__}: {text}"
