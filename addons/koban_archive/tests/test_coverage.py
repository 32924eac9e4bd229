"""What a seal covers stands in it: lists that change later alter no earlier document."""

import json
import zipfile
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL, file_path, mute_logger

from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_invoice.tests.chain import ChainCase, sealing_as_before
from odoo.addons.koban_seal.tools.canonical import dumps
from odoo.addons.koban_seal.tools.coverage import read_coverage
from odoo.addons.koban_seal.tools.coverage_1 import COVERAGES
from odoo.addons.koban_seal.tools.findings import WARNINGS
from odoo.addons.koban_seal.tools.journal import seal
from odoo.addons.koban_seal.tools.seal_reader import SealReader

from .archives import ArchiveMixin, read_rows, verify

MADE_BEFORE = "koban_archive/tests/archives_made/archive_19_0_1_2_0.zip"


class CoverageCase(ArchiveMixin, ChainCase):
    """One invoice sealed by algorithm 1, one by algorithm 2, in one chain."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with sealing_as_before(cls.env):
            cls.old = cls.make_invoice(lines=[cls.make_line()], ref="old")
            cls.payment = cls.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": cls.customer.id,
                    "amount": 120.0,
                    "date": "2026-03-12",
                    "journal_id": cls.bank_journal.id,
                }
            )
            cls.payment.action_post()
        cls.new = cls.make_invoice(lines=[cls.make_line()], ref="new")
        cls.env.cr.flush()

    def cover(self, model, *names):
        """Have seals cover more fields of invoices, or of their lines, as an addon does."""
        method = "_get_sealed_line_fields" if model == "account.move.line" else "_get_sealed_fields"
        own = getattr(self.env["account.move"], method)()
        return patch.object(self.registry["account.move"], method, lambda _self: (*own, *names))

    def find_told(self):
        # That a document was corrected is told for ever; here it is whether it holds.
        return sorted(
            (item.code, item.model, item.field)
            for item in self.find()
            if item.code != "document_corrected"
        )

    def find_altered(self, *invoices, name="amount_total"):
        """Alter a column of invoices by SQL; return those that the verification then names."""
        with self.attack():
            self.sql(
                "UPDATE account_move SET %s = '77' WHERE id IN %s",
                SQL.identifier(name),
                tuple(invoice.id for invoice in invoices),
            )
            return sorted(
                item.res_id
                for item in self.find()
                if (item.code, item.field) == ("document_altered", name)
            )

    def assert_all_compared(self):
        """Each of the two invoices is still compared with its seal, and so are its lines."""
        both = sorted((self.old | self.new).ids)
        self.assertEqual(self.find_altered(self.old, self.new), both)
        lines = self.get_product_lines(self.old | self.new)
        with self.attack():
            self.sql("UPDATE account_move_line SET quantity = 77 WHERE id IN %s", tuple(lines.ids))
            found = [item.res_id for item in self.find() if item.field == "quantity"]
            self.assertEqual(sorted(found), sorted(lines.ids))


@tagged("post_install", "-at_install")
class TestCoverage(CoverageCase):
    def test_algorithms(self):
        """DESIGN §3: a link names its coverage; those of before hold beside it."""
        self.assertEqual([self.old.seal_id.algorithm, self.new.seal_id.algorithm], [1, 3])
        self.assertNotIn("coverage", json.loads(self.old.seal_id.content))
        covered = json.loads(self.new.seal_id.content)["coverage"]
        self.assertIn("narration", covered["document"]["account"]["text"])
        self.assertIn("quantity", covered["lines"]["fields"]["account"]["numeric"])
        self.assertEqual(self.find_told(), [])
        self.assert_all_compared()

    def test_field_added(self):
        """A field covered since then alters no earlier document, and is compared where it was."""
        with (
            self.cover("account.move", "auto_post"),
            self.cover("account.move.line", "is_imported"),
        ):
            self.assertEqual(self.find_told(), [])
            later = self.make_invoice(lines=[self.make_line()])
            self.assertEqual(self.find_told(), [])
        for _addon in ("there", "gone"):
            self.assertEqual(self.find_told(), [])
            self.assertEqual(self.find_altered(later, self.new, name="auto_post"), later.ids)
        with self.attack():
            line = self.get_product_lines(later)
            self.sql("UPDATE account_move_line SET is_imported = true WHERE id = %s", line.id)
            self.assertEqual(
                self.find_told(), [("document_altered", "account.move.line", "is_imported")]
            )
        self.assert_all_compared()

    def test_field_removed(self):
        """A field that is covered no more is still compared where a seal covers it."""
        fewer = tuple(set(self.new._sealed_fields) - {"is_test", "ref", "amount_total"})
        with patch.object(self.registry["account.move"], "_sealed_fields", fewer):
            self.assertEqual(self.find_told(), [])
            self.assert_all_compared()
            later = self.make_invoice(lines=[self.make_line()])
            self.assertEqual(self.find_told(), [])
            self.assertEqual(self.find_altered(later, self.new), self.new.ids)

    def test_addon_gone(self):
        """A field that went with its addon is told once, by the name of the addon."""
        field = self.add_field("char")
        with self.cover("account.move", "x_meter"):
            metered = self.make_invoice(lines=[self.make_line()], x_meter="12")
            other = self.make_invoice(lines=[self.make_line()], x_meter="13")
            self.env.cr.flush()
        self.assertEqual(self.find_told(), [])
        altered = self.find_altered(metered, name="x_meter")
        self.assertEqual(altered, metered.ids)
        field.unlink()
        (told,) = self.find()
        self.assertEqual(
            (told.code, told.model, told.res_id, told.field, told.label, told.expected),
            ("field_missing", "account.move", 0, "x_meter", "koban_meters", "varchar"),
        )
        self.assertIn(told.code, WARNINGS)
        altered = self.find_altered(metered, other, self.old)
        self.assertEqual(altered, sorted((metered | other | self.old).ids))
        self.check_archive(metered)
        self.add_field("integer")
        (told,) = self.find()
        self.assertEqual(
            (told.code, told.field, told.expected, told.found),
            ("field_retyped", "x_meter", "varchar", "int4"),
        )

    def add_field(self, kind):
        """Add a stored field to invoices, as an addon does."""
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_meter",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "ttype": kind,
                "state": "manual",
            }
        )
        self.env["account.move"]._fields["x_meter"]._modules = ("koban_meters",)
        return field

    def check_archive(self, metered):
        """An archive takes the value that is gone from the seal, says so, and conforms."""
        path = self.make_archive()._get_path()
        code, printed = verify(path)
        self.assertEqual(code, 0, printed)
        self.assertIn("absentes de la base : account.move.x_meter", printed)
        rows = {row["id"]: row for row in read_rows(path, "donnees/factures.jsonl")}
        self.assertEqual(rows[metered.id]["content"]["document"]["x_meter"], "12")
        self.assertNotIn("coverage", rows[self.old.id]["content"])

    def test_column_dropped(self):
        """A column dropped by SQL is one alteration; the other fields are still compared."""
        with self.attack():
            self.sql("ALTER TABLE account_move DROP COLUMN legal_mentions")
            self.sql("ALTER TABLE account_move_line DROP COLUMN hide_subtotal")
            (document, line) = self.find()
            self.assertEqual(
                (document.code, document.field, document.label),
                ("column_altered", "legal_mentions", "koban_compliance"),
            )
            self.assertEqual((line.model, line.field), ("account.move.line", "hide_subtotal"))
            self.assertNotIn(line.code, WARNINGS)
            self.sql("UPDATE account_move SET amount_total = 77 WHERE id = %s", self.old.id)
            self.sql("UPDATE account_move SET narration = 'x' WHERE id = %s", self.new.id)
            found = {(item.res_id, item.field) for item in self.find() if item.res_id}
            self.assertEqual(found, {(self.old.id, "amount_total"), (self.new.id, "narration")})

    @mute_logger("odoo.sql_db")
    def test_condition_dropped(self):
        """A column that tells which documents are sealed may be gone too: no crash."""
        with self.attack():
            self.sql("ALTER TABLE account_move DROP COLUMN test_validated_on")
            self.sql("UPDATE account_move SET amount_total = 77 WHERE id = %s", self.old.id)
            told = self.find_told()
            self.assertIn(("column_altered", "account.move", "test_validated_on"), told)
            self.assertIn(("document_altered", "account.move", "amount_total"), told)
            self.assertIn(("model_unreadable", "account.move", ""), told)

    def test_column_retyped(self):
        """A column of another type is one alteration, and no crash."""
        with self.attack():
            self.sql(
                "ALTER TABLE account_move ALTER COLUMN narration TYPE jsonb "
                "USING to_jsonb(narration)"
            )
            self.sql(
                "ALTER TABLE account_move ALTER COLUMN invoice_currency_rate TYPE interval "
                "USING make_interval(secs => invoice_currency_rate)"
            )
            self.assertEqual(
                [(item.code, item.field, item.expected, item.found) for item in self.find()],
                [
                    ("column_altered", "invoice_currency_rate", "numeric", "interval"),
                    ("column_altered", "narration", "text", "jsonb"),
                ],
            )

    def test_table_gone(self):
        """Lines, taxes or payments whose table is gone are told once; documents are compared."""
        for table, told in (
            ("account_move_line", ("model_unreadable", "account.move.line", "")),
            (
                "account_move_line_account_tax_rel",
                ("column_altered", "account.move.line", "tax_ids"),
            ),
        ):
            with self.subTest(table=table), self.attack(), mute_logger("odoo.sql_db"):
                self.sql("ALTER TABLE %s RENAME TO elsewhere", SQL.identifier(table))
                self.sql("UPDATE account_move SET amount_total = 77 WHERE id = %s", self.old.id)
                altered = ("document_altered", "account.move", "amount_total")
                # What settles invoices is read from the same lines.
                settled = ("model_unreadable", "koban.settlement", "")
                found = [item for item in self.find_told() if item != settled]
                self.assertEqual(found, sorted([told, altered]))
        with self.attack(), mute_logger("odoo.sql_db"):
            self.sql("ALTER TABLE account_payment RENAME TO elsewhere")
            self.sql("UPDATE account_move SET amount_total = 77 WHERE id = %s", self.old.id)
            told = self.find_told()
            self.assertEqual(told.count(("model_unreadable", "account.payment", "")), 1)
            self.assertIn(("document_altered", "account.move", "amount_total"), told)

    def test_model_gone(self):
        """A model that no addon brings any more is told once; all else is compared."""
        for name in ("account.payment", "account.move.line"):
            models = {key: model for key, model in self.registry.models.items() if key != name}
            with self.subTest(model=name), self.attack():
                self.sql("UPDATE account_move SET amount_total = 77 WHERE id = %s", self.new.id)
                with patch.object(self.registry, "models", models):
                    told = self.find_told()
                altered = ("document_altered", "account.move", "amount_total")
                self.assertEqual(told, sorted([altered, ("model_unreadable", name, "")]))

    def test_addon_of_seals_gone(self):
        """Documents whose addon sealed them, and whose model remains, are still compared."""
        partner = self.customer
        document = {"id": partner.id, "name": partner.name, "street": "2 rue du Four"}
        fields = {"base": {"varchar": ["name", "street"]}, "gone": {"int4": ["mark"]}}
        seal = dumps({"coverage": {"document": fields}, "document": {**document, "mark": 3}})
        (batch,) = SealReader(self.env).iter_batches("res.partner", {partner.id: (2, seal)})
        self.assertEqual(
            batch.find_changes(partner.id),
            [("document", None, "street", "2 rue du Four", "1 rue du Four")],
        )
        (gap,) = batch.gaps
        self.assertEqual((gap.code, gap.addon, gap.field), ("field_missing", "gone", "mark"))

    def test_coverage_unknown(self):
        """A seal whose coverage is none, or of a later version, is told; nothing crashes."""
        seal = self.new.seal_id
        for change in (
            SQL("algorithm = 4"),
            SQL("content = '{}'"),
            SQL("content = %s", '{"coverage":{"document":{"account":5}},"document":{}}'),
            SQL("content = %s", '{"coverage":' + "[" * 5000),
        ):
            with self.attack():
                self.sql("UPDATE koban_event SET %s WHERE id = %s", change, seal.id)
                self.assertEqual(self.find_codes(), ["coverage_unknown", "link_altered"])
        for content in ('{"lines":5}', "[]", '{"document":{},"lines":[1]}', "nothing"):
            with self.attack():
                query = "UPDATE koban_event SET content = %s WHERE id = %s"
                self.sql(query, content, self.old.seal_id.id)
                self.assertIn("link_altered", self.find_codes())

    def test_less_covered(self):
        """Who takes a field out of a seal's list to hide its change alters the link."""
        with self.attack():
            self.sql(
                "UPDATE koban_event SET content = replace(content, '\"amount_total\",', '') "
                "WHERE id = %s",
                self.new.seal_id.id,
            )
            self.assertIn("link_altered", self.find_codes())

    def test_correction(self):
        """After an upgrade only what changed is a correction, not the list of the fields."""
        both = self.old | self.new
        with self.cover("account.move", "auto_post"):
            both._seal_again()
            seal(self.payment, "correction")
            self.assertFalse(self.get_events("correction", records=both))
            self.assertFalse(self.get_events("correction", records=self.payment))
            with open_pass(both, fields={"ref"}):
                for invoice in both:
                    invoice.ref = "corrected"
            corrections = self.get_events("correction", records=both)
            self.assertEqual(corrections.mapped("res_id"), both.ids)
            both._seal_again()
            self.assertEqual(self.get_events("correction", records=both), corrections)
        self.assertEqual(self.find_told(), [])
        self.assertEqual(self.find_altered(*both, name="ref"), sorted(both.ids))

    def test_correction_when_gone(self):
        """A correction is told from an unchanged document although a covered field is gone."""
        field = self.add_field("char")
        with self.cover("account.move", "x_meter"):
            metered = self.make_invoice(lines=[self.make_line()], x_meter="12")
            self.env.cr.flush()
        field.unlink()
        metered._seal_again()
        self.assertFalse(self.get_events("correction", records=metered))
        with open_pass(metered, fields={"ref"}):
            metered.ref = "corrected"
        self.assertEqual(len(self.get_events("correction", records=metered)), 1)
        self.assertEqual(self.find_told(), [])

    def test_details(self):
        """The screen of an event shows the values, of old and of new seals, not the list."""
        for invoice in (self.old, self.new):
            details = invoice.seal_id.details
            self.assertIn(invoice.name, details)
            self.assertIn("Survey", details)
            self.assertNotIn("int4", details)

    def test_queries(self):
        """Queries grow with the coverages of a batch, not with its documents."""
        more = self.env["account.move"]
        for _i in range(2):
            more |= self.make_invoice(lines=[self.make_line()])
        self.env.cr.flush()
        counts = []
        for invoices in (self.new, self.new | more):
            seals = {
                invoice.id: (invoice.seal_id.algorithm, invoice.seal_id.content)
                for invoice in invoices
            }
            before = self.env.cr.sql_log_count
            (batch,) = SealReader(self.env).iter_batches("account.move", seals)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(batch.contents.keys(), seals.keys())
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestOlderArchives(CoverageCase):
    def test_made_before(self):
        """Row 2-55: an archive that version 19.0.1.2.0 made still conforms, inside and outside."""
        path = file_path(MADE_BEFORE)
        for options in ((), ("--signatures",)):
            code, printed = verify(path, *options)
            self.assertEqual(code, 0, printed)
        with zipfile.ZipFile(path) as archive:
            self.assertIn(b'"algorithm":1', archive.read("donnees/evenements.jsonl"))

    def test_lists(self):
        """The frozen lists name every value that links of that version hold."""
        models = set()
        for event in read_rows(file_path(MADE_BEFORE), "donnees/evenements.jsonl"):
            content = json.loads(event["content"])
            if "document" not in content:
                continue
            models.add(event["model"])
            coverage = read_coverage(event["model"], COVERAGES[event["model"]])
            known = {"id", "valid", *coverage.document.fields, *coverage.parts}
            self.assertLessEqual(content["document"].keys(), known)
            for line in content.get("lines", ()):
                known = {"id", coverage.lines.taxes, *coverage.lines.fields}
                self.assertLessEqual(line.keys(), known)
            for key, part in coverage.parts.items():
                for row in content["document"][key]:
                    self.assertLessEqual(row.keys(), {"id", *part.fields})
        self.assertEqual(models, {"account.move", "account.payment", "koban.closing"})

    def test_both_algorithms(self):
        """An archive of old and new seals conforms; a value altered in either is named."""
        archive = self.make_archive()
        path = self.get_copy(archive)
        code, printed = verify(path, "--signatures")
        self.assertEqual(code, 0, printed)
        name = "donnees/factures.jsonl"
        for invoice in (self.old, self.new):
            rows = read_rows(path, name)
            row = next(row for row in rows if row["id"] == invoice.id)
            row["content"]["document"]["amount_total"] = "77"
            content = "".join(json.dumps(row) + "\n" for row in rows).encode()
            code, printed = verify(self.sign_again(path, {name: content}))
            self.assertEqual(code, 1)
            self.assertIn(f"{invoice.name} : contenu différent", printed)
