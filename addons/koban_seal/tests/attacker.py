"""An attacker with SQL access, and what a verification finds of them."""

import json
from contextlib import contextmanager

from odoo.tools import SQL

from ..models.koban_event import COLUMNS
from ..tools.canonical import dumps
from ..tools.chain import ORIGIN
from ..tools.signing import get_signer
from ..tools.verification import CompanyVerification, get_fingerprint

# Another value for each type of column.
OTHERS = {
    "numeric": "coalesce(%s, 0) + 1",
    "float8": "coalesce(%s, 0) + 1",
    "int4": "coalesce(%s, 0) + 1000",
    "date": "coalesce(%s, date '2026-01-01') + 1",
    "timestamp": "coalesce(%s, timestamp '2026-01-01') + interval '1 hour'",
    "bool": "NOT coalesce(%s, false)",
    "varchar": "coalesce(%s, '') || 'x'",
    "text": "coalesce(%s, '') || 'x'",
    "jsonb": """coalesce(%s, '{}'::jsonb) || '{"x": 1}'""",
}


def write_anew(env, company, old, new):
    """Write the main chain of a company anew, as who holds the key can.

    :param old: text that another one takes the place of, once in each content
    :param new: that text
    """
    signer = get_signer(env)
    columns = SQL(", ").join(map(SQL.identifier, ("id", *COLUMNS)))
    env.cr.execute(
        SQL(
            "SELECT %s FROM koban_event WHERE company_id = %s AND chain = 'main' ORDER BY number",
            columns,
            company.id,
        )
    )
    rows = [dict(zip(("id", *COLUMNS), row, strict=True)) for row in env.cr.fetchall()]
    env.cr.execute("ALTER TABLE koban_event DISABLE TRIGGER USER")
    previous = ORIGIN, ""
    for row in rows:
        if old in row["content"]:
            row["content"] = dumps(json.loads(row["content"].replace(old, new, 1)))
        row["key_id"] = signer.key_id
        hash_ = get_fingerprint(row, *previous)
        signature = signer.sign(hash_)
        env.cr.execute(
            SQL(
                "UPDATE koban_event SET content = %s, key_id = %s, previous_hash = %s, hash = %s, "
                "signature = %s WHERE id = %s",
                row["content"],
                signer.key_id,
                previous[0],
                hash_,
                signature,
                row["id"],
            )
        )
        previous = hash_, signature
    env.cr.execute("ALTER TABLE koban_event ENABLE TRIGGER USER")


class Attacker:
    """Of tests whose company has a journal."""

    def sql(self, query, *args):
        """Run SQL as the owner of the tables, with the triggers of the journal off meanwhile."""
        self.env.cr.flush()
        self.env.cr.execute("ALTER TABLE koban_event DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(query, *args))
        self.env.cr.execute("ALTER TABLE koban_event ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def find_all(self, company=None):
        """Return what a verification of a company finds, the one of the test by default."""
        self.env.cr.flush()
        return [
            finding
            for finding in CompanyVerification(self.env(su=True), company or self.company).find()
            # A test never commits, and heads are recorded after the commit.
            if not finding.code.startswith("head")
        ]

    def find(self, company=None):
        """Return what of it asks for something: what happened by right is left out."""
        return [finding for finding in self.find_all(company) if finding.severity != "note"]

    def find_notes(self, company=None):
        """Return what happened by right since the first seals, or was explained."""
        return [finding for finding in self.find_all(company) if finding.severity == "note"]

    def find_codes(self, company=None):
        return sorted({finding.code for finding in self.find(company)})

    def find_fields(self):
        # Of a value within a field: `names/res.partner/7/name`.
        return sorted({finding.field.partition("/")[0] for finding in self.find()})

    # ------------------------------------------------------------------
    # Each value and each row that seals cover
    # ------------------------------------------------------------------
    @contextmanager
    def unprotected(self, *tables):
        """Undo what is done inside, with all that keeps tables from their owner."""
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint()
        try:
            for table in tables:
                self._drop_protection(table)
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def _drop_protection(self, table):
        self.env.cr.execute(
            SQL(
                "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'f', 'u', 'x') "
                "AND conrelid = %s::regclass",
                table,
            )
        )
        for (name,) in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)
                )
            )
        self.env.cr.execute(
            SQL(
                "SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
                "WHERE x.indrelid = %s::regclass AND x.indisunique AND NOT x.indisprimary",
                table,
            )
        )
        for (name,) in self.env.cr.fetchall():
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        # Its own triggers: that of the database itself would be told, see the tests of triggers.
        self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))

    def iter_covered(self, document):
        """Yield what the seal of a document covers: its key, the part, the ids of its rows."""
        coverage = document._get_coverage()
        yield "", coverage.document, document.ids
        for key, part in {"": coverage.lines, **coverage.parts}.items():
            if part:
                rows = self.env[part.model].search([(part.parent, "=", document.id)])
                yield key, part, rows.ids

    def assert_each_value_found(self, document):
        """Change each covered value by SQL: the verification names the field each time."""
        for key, part, ids in self.iter_covered(document):
            self.assertTrue(ids, f"no row of {part.model} to alter")
            model = self.env[part.model]
            with self.unprotected(model._table):
                for name in part.get_columns():
                    with self.subTest(model=part.model, field=name), self.unprotected():
                        self.alter_row(model, ids[0], name)
                        self.assertIn(key or name, self.find_fields())
            for name in filter(None, (*part.get_relations(), part.taxes)):
                with self.subTest(model=part.model, field=name):
                    self.assert_relation_found(model, ids, name, key or name)

    def alter_row(self, model, id_, name):
        """Give a column of a row another value."""
        field, column = model._fields[name], SQL.identifier(name)
        if field.type == "many2one":
            table = SQL.identifier(self.env[field.comodel_name]._table)
            own = model.browse(id_)[name].id or 0
            # One that is there, if there is another one.
            other = SQL(
                "(SELECT coalesce(max(id) FILTER (WHERE id <> %s), max(id) + 1, 1) FROM %s)",
                own,
                table,
            )
        else:
            other = SQL(OTHERS[field.column_type[0]], column)
        self.sql(
            "UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(model._table), column, other, id_
        )

    def assert_relation_found(self, model, ids, name, told):
        """Add a row to a relation, then take away those that it has."""
        field = model._fields[name]
        table, own = SQL.identifier(field.relation), SQL.identifier(field.column1)
        other = self.env[field.comodel_name].with_context(active_test=False)
        [added] = other.search([("id", "not in", model.browse(ids[0])[name].ids)], limit=1).ids
        with self.unprotected(field.relation):
            self.sql(
                "INSERT INTO %s (%s, %s) VALUES (%s, %s)",
                table, own, SQL.identifier(field.column2), ids[0], added,
            )  # fmt: skip
            self.assertIn(told, self.find_fields())
        if model.browse(ids).mapped(name):
            with self.unprotected(field.relation):
                self.sql("DELETE FROM %s WHERE %s = ANY(%s)", table, own, ids)
                self.assertIn(told, self.find_fields())

    def assert_each_row_found(self, document):
        """Delete a row of each covered table by SQL: the verification names what is gone."""
        for _key, part, ids in self.iter_covered(document):
            table = self.env[part.model]._table
            with self.subTest(model=part.model), self.unprotected(table):
                self._drop_references(table)
                self.sql("DELETE FROM %s WHERE id = %s", SQL.identifier(table), ids[-1])
                found = {item.code for item in self.find()}
                lines = {"line_missing", "document_altered"}
                self.assertTrue(found & (lines if part.parent else {"document_deleted"}), found)

    def _drop_references(self, table):
        """Have nothing point at a table, whose rows would go or be kept with it."""
        self.env.cr.execute(
            SQL(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint "
                "WHERE contype = 'f' AND confrelid = %s::regclass",
                table,
            )
        )
        for referring, name in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT %s",
                    SQL.identifier(referring),
                    SQL.identifier(name),
                )
            )
