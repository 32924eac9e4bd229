"""Issue 12, line 8: what keeps each append-only table, and how the verification looks at it."""

import psycopg2
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from ..tools.triggers import ALL, ROW, find_weak, forbid_changes

OTHER = "CREATE FUNCTION koban_other() RETURNS trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
CREATE = "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s %s EXECUTE FUNCTION %s()"


@tagged("post_install", "-at_install", "koban_alone")
class TestTriggers(TransactionCase):
    def setUp(self):
        super().setUp()
        self.tables = self.env["koban.trigger.mixin"]._get_kept_tables()

    def find(self):
        return list(find_weak(self.env.cr, self.tables))

    def run_sql(self, query, *names):
        self.env.cr.execute(SQL(query, *(SQL.identifier(name) for name in names)))

    def recreate(self, table, name, event, level="ROW", condition="", function="koban_append_only"):
        """Make a trigger anew in another way."""
        self.run_sql("DROP TRIGGER %s ON %s", name, table)
        parts = (SQL.identifier(name), SQL(event), SQL.identifier(table), SQL(level))
        self.env.cr.execute(SQL(CREATE, *parts, SQL(condition), SQL.identifier(function)))

    def assert_told(self, table, name, reason):
        self.assertEqual(self.find(), [(table, name, reason)])

    def test_tables(self):
        """Each model that refuses changes in the ORM by the mixin has triggers too."""
        self.assertLessEqual({"koban_event", "koban_signing_key"}, self.tables.keys())
        mixin = self.registry["koban.append.only.mixin"]
        kept = {
            model._table
            for model in self.env.values()
            if not model._abstract and issubclass(type(model), mixin)
        }
        self.assertLessEqual(kept, self.tables.keys())
        self.assertEqual(self.find(), [])

    def test_presence(self):
        """A trigger that is gone, or off, is told on each table."""
        for table in self.tables:
            for name in (ROW, ALL):
                for query, reason in (
                    ("DROP TRIGGER %s ON %s", "missing"),
                    ("ALTER TABLE %s DISABLE TRIGGER %s", "disabled"),
                    ("ALTER TABLE %s ENABLE REPLICA TRIGGER %s", "disabled"),
                ):
                    names = (name, table) if reason == "missing" else (table, name)
                    with self.subTest(query=query, table=table), self.cr.savepoint() as savepoint:
                        self.run_sql(query, *names)
                        self.assert_told(table, name, reason)
                        savepoint.rollback()

    def test_form(self):
        """A trigger of the same name that does something else is told on each table."""
        self.env.cr.execute(OTHER)
        for table in self.tables:
            for values, reason in (
                ({"event": "UPDATE"}, "events"),
                ({"event": "DELETE OR UPDATE OF id"}, "columns"),
                ({"event": "DELETE OR UPDATE", "level": "STATEMENT"}, "events"),
                ({"event": "DELETE OR UPDATE", "condition": "WHEN (OLD.id < 0)"}, "condition"),
                ({"event": "DELETE OR UPDATE", "function": "koban_other"}, "function"),
            ):
                if reason != "columns" and self.tables[table] and "OR UPDATE" in values["event"]:
                    continue  # the columns are another form already
                with self.subTest(table=table, **values), self.cr.savepoint() as savepoint:
                    self.recreate(table, ROW, **values)
                    self.assert_told(table, ROW, reason)
                    savepoint.rollback()

    def test_function(self):
        """A function that lets changes pass is told, on every table that it keeps."""
        self.env.cr.execute(
            "CREATE OR REPLACE FUNCTION koban_append_only() RETURNS trigger "
            "AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
        )
        told = {(table, reason) for table, _name, reason in self.find()}
        self.assertEqual(told, {(table, "function") for table in self.tables})

    def test_released(self):
        """A released column follows what it points at; no other one changes."""
        for table, released in self.tables.items():
            for name in released:
                self.run_sql("UPDATE %s SET %s = NULL WHERE id < 0", table, name)
        self.env.cr.execute(
            "CREATE TABLE koban_kept (id serial, label text, owner int); "
            "INSERT INTO koban_kept (label, owner) VALUES ('a', 1)"
        )
        forbid_changes(self.env.cr, "koban_kept", ("owner",))
        self.assertEqual(list(find_weak(self.env.cr, {"koban_kept": ("owner",)})), [])
        self.env.cr.execute("UPDATE koban_kept SET owner = NULL")
        for query in ("UPDATE koban_kept SET label = 'b'", "DELETE FROM koban_kept"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RaiseException),
                self.cr.savepoint(),
            ):
                self.env.cr.execute(query)
        told = list(find_weak(self.env.cr, {"koban_kept": ()}))
        self.assertEqual(told, [("koban_kept", ROW, "columns")])
