"""Issue 12, lines 4 and 8: every stored column of a contract is covered, or follow-up and why."""

from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.tools.one_query import read_in_one_query
from odoo.addons.koban_seal.tools.seal_reader import read_contents

from .sealed import SealedContractCase

# By SQL type, another value of a column.
OTHERS = {
    "int4": "coalesce(%s, 0) + 1",
    "numeric": "coalesce(%s, 0) + 1",
    "float8": "coalesce(%s, 0) + 1",
    "bool": "NOT coalesce(%s, false)",
    "varchar": "coalesce(%s, '') || 'x'",
    "text": "coalesce(%s, '') || 'x'",
    "date": "coalesce(%s, '2020-01-01') + 1",
    "timestamp": "coalesce(%s, '2020-01-01') + interval '1 day'",
    "jsonb": "coalesce(%s, '{}') || '{\"altered\": 1}'",
}


@tagged("post_install", "-at_install")
class TestContractCoverage(SealedContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_full_contract()
        cls.label = cls.contract.display_name
        coverage = cls.env["koban.contract"]._get_coverage()
        cls.parts = [coverage.document, coverage.lines, *coverage.parts.values()]

    def get_columns(self, table):
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
            "AND table_schema = current_schema",
            [table],
        )
        return {name for (name,) in self.env.cr.fetchall()}

    def test_every_column(self):
        """Issue 12, line 8: each stored column is covered or follow-up; a new one fails this."""
        for part in self.parts:
            model = self.env[part.model]
            with self.subTest(model=part.model):
                follow_up = getattr(model, "_sealed_follow_up", {})
                own = filter(None, [part.parent, part.taxes])
                told = {*part.fields, *follow_up, *own, *MAGIC_COLUMNS}
                related = {
                    name
                    for name, field in model._fields.items()
                    if field.type == "many2many" and field.store
                }
                self.assertEqual((self.get_columns(model._table) | related) ^ told, set())
                self.assertFalse(follow_up.keys() & part.fields.keys())
                self.assertTrue(all(follow_up.values()))

    def test_new_column(self):
        """Issue 12, line 8: a column without a word is seen."""
        with self.attack():
            self.sql("ALTER TABLE koban_contract_line ADD COLUMN x_new int4")
            self.assertIn("x_new", self.get_columns("koban_contract_line"))

    def test_each_covered_column(self):
        """Issue 12, line 8: an edit of each covered column, by SQL, is found and named."""
        self.assertEqual(self.find(), [])
        for part in self.parts:
            table, key = self.env[part.model]._table, part.parent or "id"
            for name, (_addon, kind) in part.fields.items():
                with self.subTest(table=table, column=name), self.attack():
                    column = SQL.identifier(name)
                    self.sql(
                        "UPDATE %s SET %s = %s WHERE id = (SELECT max(id) FROM %s WHERE %s = %s)",
                        SQL.identifier(table),
                        column,
                        SQL(OTHERS[kind], column),
                        SQL.identifier(table),
                        SQL.identifier(key),
                        self.contract.id,
                    )
                    self.assert_named(part, name)

    def assert_named(self, part, name):
        """The verification names the contract, and the column or the kind of its rows."""
        found = self.find()
        self.assertEqual({item.label for item in found}, {self.label})
        keys = {part: key for key, part in self.get_parts().items()}
        fields = {item.field.partition("/")[0] for item in found}  # of a value within a field
        self.assertEqual(fields, {keys.get(part.model, name)})
        self.assertEqual({item.code for item in found}, {"document_altered"})

    def get_parts(self):
        return {key: part[0] for key, part in self.contract._sealed_parts.items()}

    def test_taxes(self):
        """Issue 12, line 8: another tax of a line is found."""
        line = self.contract.line_ids.filtered("tax_ids")[:1]
        with self.attack():
            self.sql(
                "UPDATE account_tax_koban_contract_line_rel SET account_tax_id = %s "
                "WHERE koban_contract_line_id = %s",
                self.other_tax.id,
                line.id,
            )
            self.assertEqual(self.find_fields(), ["tax_ids"])

    def test_deleted_rows(self):
        """Issue 12, line 8: a row deleted, added or moved away by SQL is found."""
        other = self.make_contract()
        self.env.cr.flush()
        names = {"koban.contract.line": "name"}
        names |= {model: key for key, model in self.get_parts().items()}
        for model, field in names.items():
            table = SQL.identifier(self.env[model]._table)
            with self.subTest(model=model), self.attack():
                self.sql(
                    "DELETE FROM %s WHERE id = (SELECT max(id) FROM %s WHERE contract_id = %s)",
                    table,
                    table,
                    self.contract.id,
                )
                self.assertIn(field, self.find_fields())
            with self.subTest(moved=model), self.attack():
                self.sql(
                    "UPDATE %s SET contract_id = %s WHERE contract_id = %s",
                    table,
                    other.id,
                    self.contract.id,
                )
                found = {item.label for item in self.find() if item.field == field}
                self.assertEqual(found, {self.contract.display_name, other.display_name})

    def test_deleted_contract(self):
        """Issue 12, line 8: a contract that is gone is found; so is a seal that is."""
        with self.attack():
            self.sql("DELETE FROM koban_contract_line WHERE contract_id = %s", self.contract.id)
            self.sql("DELETE FROM koban_contract WHERE id = %s", self.contract.id)
            self.assertIn("document_deleted", self.find_codes())
        with self.attack():
            self.sql(
                "DELETE FROM koban_event WHERE res_model = 'koban.contract' AND res_id = %s",
                self.contract.id,
            )
            self.assertIn("document_unsealed", self.find_codes())

    def test_unsealed_by_sql(self):
        """Issue 12, line 8: a contract that SQL validates has no seal, and is found."""
        draft = self.make_contract(validate=False)
        with self.attack():
            self.sql("UPDATE koban_contract SET state = 'running' WHERE id = %s", draft.id)
            self.assertEqual(self.find_codes(), ["document_unsealed"])

    def test_follow_up(self):
        """Issue 12, line 8: what is follow-up alters no contract."""
        with self.attack():
            self.sql(
                "UPDATE koban_contract_line SET billed_to = '2026-01-31' WHERE contract_id = %s",
                self.contract.id,
            )
            self.sql(
                "UPDATE koban_contract SET next_invoice_date = '2031-01-01', "
                "renewal_error = 'x' WHERE id = %s",
                self.contract.id,
            )
            self.assertEqual(self.find(), [])

    def test_one_query(self):
        """Issue 12, speed: a contract is read by one query, which says what one by part says."""
        contracts = self.contract | self.make_contract()
        self.env.cr.flush()
        coverage = contracts._get_coverage()
        before = self.env.cr.sql_log_count
        found = read_in_one_query(self.env, coverage, contracts.ids)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.assertEqual(found, read_contents(self.env, coverage, contracts.ids))
        self.assertEqual(read_in_one_query(self.env, coverage, [0]), {})

    def test_uninstall(self):
        """Issue 12, line 1: where contracts are sealed nothing takes their addon away."""
        Addon = self.env["ir.module.module"]
        own = Addon._get("koban_contract")
        # What it stands on drags it along.
        for name in ("koban_contract", "koban_sales", "koban_invoice", "koban_seal", "sale"):
            with self.subTest(name=name):
                with self.assertRaises(DocumentError) as refusal:
                    Addon._get(name).button_uninstall()
                self.assertEqual(refusal.exception.code, "sealed_documents")
                self.assertEqual(own.state, "installed")
