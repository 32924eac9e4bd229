"""What the papers of a document name: the stored values of whom and what it refers to.

A value is what PostgreSQL has: a translated one with all its languages, a number as a text, a
many2one as an id.
"""

import json
from dataclasses import dataclass
from typing import Any

from odoo.tools import SQL

# Stored fields that pages, portal and electronic documents show of what a document refers to,
# each model before those that its fields lead to.
NAMED_FIELDS: dict[str, tuple[str, ...]] = {
    "res.users": ("partner_id",),
    "res.company": (
        "partner_id", "name", "email", "phone", "report_header", "report_footer",
        "company_details",
    ),
    "res.partner.bank": (
        "partner_id", "bank_id", "acc_number", "sanitized_acc_number", "acc_holder_name",
    ),
    "account.payment.method.line": ("name",),
    "account.payment.term": (
        "name", "note", "early_discount", "discount_percentage", "discount_days",
    ),
    "account.fiscal.position": ("name", "note", "foreign_vat"),
    "account.incoterms": ("code", "name"),
    "account.tax": (
        "name", "invoice_label", "description", "invoice_legal_notes", "amount", "amount_type",
        "tax_group_id",
    ),
    "account.tax.group": ("name", "preceding_subtotal"),
    "product.product": ("product_tmpl_id", "default_code", "barcode"),
    "product.template": ("name", "description_sale"),
    "uom.uom": ("name",),
    "res.currency": (
        "name", "symbol", "position", "full_name", "rounding", "decimal_places",
        "currency_unit_label", "currency_subunit_label",
    ),
    "res.partner": (
        "parent_id", "commercial_partner_id", "name", "complete_name", "commercial_company_name",
        "company_name", "is_company", "type", "function", "street", "street2", "zip", "city",
        "state_id", "country_id", "vat", "company_registry", "ref", "email", "phone", "website",
    ),
    "res.bank": ("name", "bic"),
    "res.country.state": ("name", "code"),
    "res.country": ("name", "code", "address_format", "vat_label"),
}  # fmt: skip
NUMBERS = {"numeric": "trim_scale(%s)::text", "float8": "%s::text"}

Values = dict[str, dict[int, dict[str, Any]]]


def get_columns(env, named) -> dict[str, dict[str, str]]:
    """Return the SQL type of each of these fields that the database has, by model and name."""
    return {
        model: {
            name: env[model]._fields[name].column_type[0]
            for name in names
            if name in env[model]._fields
            and env[model]._fields[name].store
            and env[model]._fields[name].column_type
        }
        for model, names in named.items()
        if model in env
    }


def get_links(env, columns) -> dict[str, dict[str, str]]:
    """Return the many2one fields that lead to another of these models, by model and name."""
    return {
        model: {
            name: env[model]._fields[name].comodel_name
            for name in names
            if env[model]._fields[name].comodel_name in columns
        }
        for model, names in columns.items()
    }


def read_values(env, named, ids, follow=False, relations=()) -> tuple[Values, dict]:
    """Return stored values of records, all in one query.

    :param named: names of fields by model, as in ``NAMED_FIELDS``
    :param ids: ids by model
    :param follow: read what the fields lead to as well
    :param relations: many2many fields whose targets are read too, see :class:`Relation`
    :return: ``{model: {id: {field: value}}}``, where who is not there is missing; and the ids
        that each relation leads to: ``{relation: {id: [id]}}``
    """
    columns = get_columns(env, named)
    links = get_links(env, columns) if follow else {}
    sources: dict[str, list] = {model: [] for model in columns}
    parts, selects = [], [relation.select_pairs() for relation in relations]
    for relation in relations:
        sources[relation.target].append(relation.select_targets())
    for name, kinds in columns.items():
        if not (ids.get(name) or sources[name]):
            continue
        env[name].flush_model(kinds)
        part = SQL.identifier(f"named_{env[name]._table}")
        own = links.get(name, {})
        wanted = SQL(" UNION ").join(
            [SQL("SELECT unnest(%s::int[])", list(ids.get(name, ()))), *sources[name]]
        )
        parts.append(_make_part(env[name], part, kinds, own, wanted))
        selects.append(SQL("SELECT %s::text, id, to_jsonb(d) - 'id' FROM %s d", name, part))
        for field, target in own.items():
            if target != name:
                sources[target].append(SQL("SELECT %s FROM %s", SQL.identifier(field), part))
    values: Values = {}
    pairs: dict[str, dict[int, list[int]]] = {}
    if parts:
        env.cr.execute(SQL("WITH %s %s", SQL(", ").join(parts), SQL(" UNION ALL ").join(selects)))
        for key, id_, row in env.cr.fetchall():
            (values if key in columns else pairs).setdefault(key, {})[id_] = row
    return values, pairs


@dataclass(slots=True)
class Relation:
    """A many2many field of documents or of their lines.

    :param table: that holds the pairs
    :param own: its column of the document or line
    :param other: its column of what this leads to
    :param target: name of the model of that
    :param owners: id of the document by id of the document or line
    """

    table: str
    own: str
    other: str
    target: str
    owners: dict[int, int]

    def select_targets(self) -> SQL:
        return SQL(
            "SELECT %s FROM %s WHERE %s = ANY(%s)",
            SQL.identifier(self.other),
            SQL.identifier(self.table),
            SQL.identifier(self.own),
            list(self.owners),
        )

    def select_pairs(self) -> SQL:
        return SQL(
            "SELECT %s::text, %s, jsonb_agg(%s) FROM %s WHERE %s = ANY(%s) GROUP BY 2",
            self.table,
            SQL.identifier(self.own),
            SQL.identifier(self.other),
            SQL.identifier(self.table),
            SQL.identifier(self.own),
            list(self.owners),
        )


def _make_part(model, part, kinds, links, wanted) -> SQL:
    """Return the rows of one model, with those of it that these lead to."""
    table = SQL.identifier(model._table)
    loops = [SQL.identifier(name) for name, target in links.items() if target == model._name]
    if loops:
        wanted = SQL(
            "SELECT unnest(ARRAY[%s]) FROM %s WHERE id IN (%s)",
            SQL(", ").join([SQL.identifier("id"), *loops]),
            table,
            wanted,
        )
    columns = [SQL.identifier("id")]
    for name, kind in kinds.items():
        column = SQL.identifier(name)
        if kind in NUMBERS:
            column = SQL("%s AS %s", SQL(NUMBERS[kind], column), column)
        columns.append(column)
    return SQL(
        "%s AS (SELECT %s FROM %s WHERE id IN (%s))", part, SQL(", ").join(columns), table, wanted
    )


def gather(values: Values, links, roots) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what one document names, out of what many do.

    :param values: as :func:`read_values` returns them
    :param links: as :func:`get_links` returns them
    :param roots: ids by model, of what the document itself refers to
    :return: JSON: ``{model: {id: {field: value}}}``
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    waiting = [(model, id_) for model, ids in roots.items() for id_ in ids]
    while waiting:
        model, id_ = waiting.pop()
        row = values.get(model, {}).get(id_)
        if row is None or str(id_) in found.get(model, {}):
            continue
        found.setdefault(model, {})[str(id_)] = row
        waiting += [(target, row[field]) for field, target in links.get(model, {}).items()]
    return found


def find_differences(frozen, values: Values, links) -> Values:
    """Return the frozen values that are others today.

    :param frozen: what a document names, as :func:`gather` returns it
    :param values: the same records today; those that are gone have nothing to show, and what
        leads to one shows what it leads to today
    :param links: as :func:`get_links` returns them
    """

    def is_gone(model, name, value) -> bool:
        target = links.get(model, {}).get(name)
        return bool(target and value) and value not in values.get(target, {})

    differing: Values = {}
    for model, rows in frozen.items():
        for key, row in rows.items():
            today = values.get(model, {}).get(int(key))
            if today is None:
                continue
            others = {
                name: value
                for name, value in row.items()
                if name in today and value != today[name] and not is_gone(model, name, value)
            }
            if others:
                differing.setdefault(model, {})[int(key)] = others
    return differing


def collect_roots(documents) -> tuple[dict[int, dict[str, set[int]]], list[Relation]]:
    """Return what documents and their lines refer to.

    :param documents: of a model that ``koban.names.mixin`` extends, as superuser
    :return: ids by model for each document; and the relations, whose ids are yet to be read
    """
    roots: dict[int, dict[str, set[int]]] = {document.id: {} for document in documents}
    relations: dict[str, Relation] = {}
    for document in documents:
        for records in (document, *document._get_all_lines()):
            for name, model in documents._get_naming_fields(records._name):
                field = records._fields[name]
                if field.type == "many2one":
                    roots[document.id].setdefault(model, set()).update(records[name].ids)
                else:
                    pair = field.relation, field.column1, field.column2, model
                    relation = relations.setdefault(field.relation, Relation(*pair, {}))
                    relation.owners.update(dict.fromkeys(records.ids, document.id))
    return roots, list(relations.values())


def freeze_names(documents) -> None:
    """Keep who and what documents name as it is now, if they are validated and guarded.

    A function, no method: code typed in a client does not choose when.

    :param documents: of a model that ``koban.names.mixin`` extends
    """
    documents = documents.sudo().filtered(lambda one: one._is_guarded())  # as papers show it
    if not documents:
        return
    roots, relations = collect_roots(documents)
    ids: dict[str, set[int]] = {}
    for found in roots.values():
        for model, model_ids in found.items():
            ids.setdefault(model, set()).update(model_ids)
    env, named = documents.env, documents._get_named_fields()
    values, pairs = read_values(env, named, ids, follow=True, relations=relations)
    for relation in relations:
        for owner, targets in pairs.get(relation.table, {}).items():
            roots[relation.owners[owner]].setdefault(relation.target, set()).update(targets)
    links = get_links(env, get_columns(env, named))
    documents.flush_recordset(["frozen_names"])
    # By SQL: the documents were just validated, and this is no change of theirs.
    env.cr.execute(
        SQL(
            "UPDATE %s d SET frozen_names = v.names::jsonb "
            "FROM unnest(%s::int[], %s::text[]) AS v(id, names) WHERE d.id = v.id",
            SQL.identifier(documents._table),
            documents.ids,
            [json.dumps(gather(values, links, roots[id_])) for id_ in documents.ids],
        )
    )
    documents.invalidate_recordset(["frozen_names"], flush=False)
