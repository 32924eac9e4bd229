import json
import zipfile
from datetime import date
from pathlib import Path
from unittest import SkipTest

from odoo.tests import tagged

from odoo.addons.koban_closing.tools.writer import close
from odoo.addons.koban_invoice.tests.paper import REPORT, InvoicePaperCase

from .archives import ArchiveMixin, read_rows, verify

CLOSINGS = "donnees/clotures.jsonl"


@tagged("post_install", "-at_install")
class TestArchiveClosings(ArchiveMixin, InvoicePaperCase):
    """Row 2-55 with rows 2-53, 2-60 and 2-61: closings and originals in an archive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "koban.issued.document" not in cls.env:
            raise SkipTest("originals are not there")
        case = cls("test_good")
        cls.invoice = case.make_paper(invoice_date="2026-03-10")
        cls.make_invoice(move_type="out_refund", invoice_date="2026-03-20")
        cls.make_invoice(invoice_date="2026-04-05")
        cls.original = case.print_pdf(REPORT, cls.invoice)
        cls.env.cr.flush()
        Closing = cls.env["koban.closing"].sudo()
        while (month := Closing._get_next_month(cls.company)) < date(2026, 5, 1):
            close(cls.company, month)
        cls.archive = case.make_archive()
        cls.path = case.get_copy(cls.archive, cls)

    def change_rows(self, name, function):
        rows = read_rows(self.path, name)
        function(rows)
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        return verify(self.sign_again(self.path, {name: content}))

    def assert_blamed(self, result, *expected):
        code, printed = result
        self.assertEqual(code, 1, printed)
        for text in expected:
            self.assertIn(text, printed)

    def test_good(self):
        """Rows 2-55, 2-60: an archive of closed months conforms, closings and originals too."""
        code, printed = verify(self.path)
        self.assertEqual(code, 0, printed)
        self.assertIn("2 clôtures", printed)
        contents = [row["content"]["document"] for row in read_rows(self.path, CLOSINGS)]
        self.assertEqual([content["date_to"] for content in contents], ["2026-03-31", "2026-04-30"])
        with zipfile.ZipFile(self.path) as archive:
            (name,) = [n for n in archive.namelist() if n.startswith("originaux/")]
            self.assertEqual(archive.read(name), self.original, "the bytes that were issued")
            for part in ("taxes", "reglements", "series"):
                self.assertIn(f"donnees/clotures_{part}.csv", archive.namelist())

    def test_closing_of_another_month(self):
        """Row 2-55: the chain of a month holds the closing of the one before, which is no gap."""
        archive = self.make_archive("2026-04-01", "2026-04-30")
        self.assertEqual(archive.verification, "good", archive.verification_report)
        self.assertEqual(len(read_rows(archive._get_path(), CLOSINGS)), 1)
        sealed = [
            json.loads(row["content"])["document"]["date_to"]
            for row in read_rows(archive._get_path(), "donnees/evenements.jsonl")
            if row["kind"] == "closing"
        ]
        self.assertEqual(sealed, ["2026-03-31", "2026-04-30"])

    def test_closing_changed(self):
        """Row 2-61: a closing that is not the sealed one is named, and so is its total."""

        def alter(rows):
            rows[1]["content"]["document"]["perpetual_total"] = "1.00"

        result = self.change_rows(CLOSINGS, alter)
        self.assert_blamed(result, "différente de celle scellée", "total perpétuel (total)")

    def test_closing_removed(self):
        """Row 2-61: a closing that is gone is named by the event that sealed it."""
        result = self.change_rows(CLOSINGS, lambda rows: rows.pop())
        self.assert_blamed(result, "Clôture scellée par l'événement", "absente")

    def test_turnover_of_the_documents(self):
        """Row 2-60: documents that do not make the closed turnover are told."""
        result = self.change_rows("donnees/factures.jsonl", lambda rows: rows.pop(0))
        self.assert_blamed(result, "d'après les documents", "(2026-03-01 – 2026-03-31)")

    def test_credit_note_in_the_turnover(self):
        """Row 2-61: credit notes count negatively, in closings and documents alike."""
        march = read_rows(self.path, CLOSINGS)[0]["content"]["document"]
        self.assertEqual((march["invoice_count"], march["credit_note_count"]), (1, 1))

    def test_altered_original(self):
        """Row 2-53: a PDF changed in the filestore is not the one that was issued."""
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", "koban.issued.document"), ("res_field", "=", "file")],
                order="id desc",
                limit=1,
            )
        )
        path = Path(file._full_path(file.store_fname))
        content = path.read_bytes()
        self.addCleanup(path.write_bytes, content)
        path.write_bytes(content + b"\n")
        archive = self.make_archive("2026-03-01", "2026-03-31")
        self.assertEqual(archive.verification, "bad")
        self.assertIn(f"original de {self.invoice.name} modifié", archive.verification_report)

    def test_reminder_of_a_closed_year(self):
        """law.md §1.6: a closed fiscal year without archive is planned once, one with is not."""
        Archive = self.env["koban.archive"]
        Closing = self.env["koban.closing"].sudo()
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "5"})
        close(self.company, Closing._get_next_month(self.company))
        year = Closing._get_last(self.company, "year")
        self.assertEqual(year.date_to, date(2026, 5, 31))

        def get_planned():
            domain = [("company_id", "=", self.company.id), ("state", "=", "to_make")]
            return Archive.search(domain)

        # The archive of the first half does not begin with the fiscal year.
        Archive._cron_remind()
        Archive._cron_remind()
        planned = get_planned()
        self.assertEqual((planned.date_from, planned.date_to), (year.date_from, year.date_to))
        self.assertTrue(planned.activity_ids)
