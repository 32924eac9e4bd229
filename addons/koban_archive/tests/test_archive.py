import base64
import csv
import io
import json
import tempfile
import tracemalloc
import zipfile
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_seal.tools import journal
from odoo.addons.koban_seal.tools.clock import read_clock
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools.archive_builder import ArchiveBuilder
from ..tools.data_files import CsvWriter, DataWriter, JsonLinesWriter
from .archives import ArchiveMixin, read_rows, verify

ARCHIVE = "odoo.addons.koban_archive.models.koban_archive"


class XmlWriter(DataWriter):
    """A format that the administration could ask for."""

    extension = ".xml"

    def open(self):
        file = open(self.path, "w", encoding="utf-8")  # noqa: SIM115 - closed by close()
        file.write("<rows>\n")
        return file

    def write_row(self, row, full):
        self.file.write(f"<row>{row.get('number', '')}</row>\n")

    def close(self):
        self.file.write("</rows>\n")
        super().close()


class ArchiveCase(ArchiveMixin, InvoiceCase):
    """Archives of a company with a few documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = cls.make_user("koban_auditor", "koban_seal.group_auditor")
        cls.invoice = cls.make_invoice(
            lines=[
                cls.make_line(name='=HYPERLINK("x")', quantity=1.5, price_unit=100.25),
                cls.make_line(name="Étude ; « 2 »\nseconde ligne", tax_ids=cls.other_tax.ids),
            ]
        )

    def read_csv(self, path, name):
        """Return the rows of a CSV file as a French spreadsheet reads them."""
        with zipfile.ZipFile(path) as archive:
            raw = archive.read(f"donnees/{name}.csv")
        self.assertTrue(raw.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8")
        return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))

    def get_contents(self, kind):
        return [json.loads(event.content) for event in self.get_events(kind)]


@tagged("post_install", "-at_install")
class TestArchiveContent(ArchiveCase):
    """Row 2-55: what is in an archive."""

    def test_documents(self):
        """Row 2-55: documents, lines and taxes are there, in open formats, in French."""
        path = self.make_archive()._get_path()
        (row,) = self.read_csv(path, "factures")
        self.assertEqual(row["Numéro"], self.invoice.name)
        self.assertEqual(row["Nom du client"], "Boulangerie Martin")
        self.assertEqual(row["Date de facture"], "2026-03-10")
        self.assertEqual(row["Total HT"].replace(",", "."), f"{self.invoice.amount_untaxed:g}")
        self.assertIn(",", row["Total HT"])
        journal = self.invoice.journal_id
        names = {journal.with_context(lang=lang).name for lang in ("en_US", "fr_FR")}
        self.assertIn(row["Journal"], names)
        lines = self.read_csv(path, "factures_lignes")
        self.assertEqual({line["Document"] for line in lines}, {self.invoice.name})
        by_text = {line["Libellé"]: line for line in lines}
        self.assertEqual(by_text["Étude ; « 2 »\nseconde ligne"]["Quantité"], "2")
        self.assertEqual(by_text['\'=HYPERLINK("x")']["Quantité"], "1,5")
        self.assertEqual(by_text['\'=HYPERLINK("x")']["Prix unitaire"], "100,25")
        taxes = self.read_csv(path, "factures_taxes")
        self.assertEqual({tax["Taux"] for tax in taxes if tax["Taux"]}, {"20", "5,5"})
        (full,) = read_rows(path, "donnees/factures.jsonl")
        texts = {line.get("name") for line in full["content"]["lines"]}
        self.assertIn('=HYPERLINK("x")', texts, "the complete format keeps texts as they are")

    def test_payments_and_refunds(self):
        """Rows 2-55, 2-62b: payments and credit notes are there, with signed amounts."""
        payment = self.pay(self.invoice, payment_date="2026-04-02")
        self.make_invoice(move_type="out_refund", invoice_date="2026-04-03")
        path = self.make_archive()._get_path()
        (row,) = self.read_csv(path, "reglements")
        self.assertEqual(row["Numéro"], payment.name)
        amounts = [row["Total TTC signé"] for row in self.read_csv(path, "factures")]
        self.assertEqual([amount.startswith("-") for amount in amounts], [False, True])

    def test_only_the_period(self):
        """Row 2-55: first and last day are in, the days around are not."""
        days = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
        numbers = {day: self.make_invoice(invoice_date=day).name for day in days}
        path = self.make_archive("2026-02-01", "2026-02-28")._get_path()
        found = {row["number"] for row in read_rows(path, "donnees/factures.jsonl")}
        self.assertEqual(found, {numbers["2026-02-01"], numbers["2026-02-28"]})

    def test_not_there(self):
        """Row 2-55: drafts, bills and other companies are in no archive of this one."""
        self.make_invoice(post=False, invoice_date="2026-02-02")
        self.make_invoice(move_type="in_invoice", invoice_date="2026-02-02")
        other = self.make_company("Elsewhere")
        archive = self.make_archive("2026-02-01", "2026-02-28")
        self.assertEqual(archive.document_count, 0)
        self.assertEqual(archive.verification, "good")
        self.manager.company_ids |= other
        archive = self.make_archive(company=other)
        self.assertEqual(archive.document_count, 0)
        self.assertEqual(verify(archive._get_path())[0], 0)

    def test_midnight(self):
        """Row 2-55: an event belongs to the day of the company, not to that of Greenwich."""
        # Back in time, which a clock must not go.
        self.patch(journal, "get_link_date", lambda _env, _last: read_clock())
        numbers = []
        for moment in ("2026-06-30 21:30:00", "2026-06-30 22:30:00"):
            with freeze_time(moment):
                record_event(self.env, "export", company=self.company, detail={})
                self.env.cr.flush()
            numbers.append(self.get_events("export")[-1].number)
        rows = read_rows(self.make_archive()._get_path(), "donnees/evenements.jsonl")
        kept = {row["number"] for row in rows}
        self.assertEqual([number in kept for number in numbers], [True, False])

    # ------------------------------------------------------------------
    # Payments taken back after the period
    # ------------------------------------------------------------------
    def receive(self, day):
        """Record a payment, and a document of the period after it: its seal is in the chain."""
        payment = self.pay(self.make_invoice(), payment_date=day)
        self.env.cr.flush()
        self.make_invoice()
        self.env.cr.flush()
        return payment

    def take_back(self, payment, new_date=None):
        """Cancel a payment or date it anew, with a seal for each step."""
        if new_date:
            payment.action_draft()
            self.env.cr.flush()
            payment.date = new_date
            payment.action_post()
        else:
            payment.action_cancel()
        self.env.cr.flush()

    def get_taken_back(self, payment) -> int:
        """Return the number of the link that ends what the chain tells of a payment taken back."""
        last = self.get_events("correction", records=payment)[-1].number
        # What it settled is settled no more.
        undone = self.get_events("settlement_undone").mapped("number")
        while last + 1 in undone:
            last += 1
        return last

    def make_good_archive(self):
        """Return what a conforming archive holds: payments, and the number of its last link."""
        archive = self.make_archive()
        self.assertEqual(archive.verification, "good", archive.verification_report)
        path = archive._get_path()
        payments = {row["id"] for row in read_rows(path, "donnees/reglements.jsonl")}
        return payments, read_rows(path, "donnees/evenements.jsonl")[-1]["number"]

    def test_payment_taken_back_later(self):
        """Row 2-62b: a cheque that bounces after the period leaves the archive, which conforms."""
        payment, kept = self.receive("2026-06-29"), self.receive("2026-06-30")
        self.take_back(payment)
        payments, last = self.make_good_archive()
        self.assertEqual(payments, set(kept.ids))
        self.assertEqual(last, self.get_taken_back(payment))

    def test_payment_dated_anew(self):
        """Row 2-62b: a payment dated anew into the next period leaves the archive too."""
        payment = self.receive("2026-06-29")
        self.take_back(payment, "2026-07-02")
        payments, last = self.make_good_archive()
        self.assertFalse(payments)
        self.assertEqual(last, self.get_events("validation", records=payment)[-1].number)

    def test_payments_taken_back_in_turn(self):
        """Row 2-62b: what comes in with the seal of one may have been taken back still later."""
        first = self.receive("2026-06-28")
        second = self.pay(self.make_invoice(invoice_date="2026-07-01"), payment_date="2026-06-29")
        self.take_back(first)
        self.take_back(second)
        payments, last = self.make_good_archive()
        self.assertFalse(payments)
        self.assertEqual(last, self.get_taken_back(second))

    def test_payment_of_another_period(self):
        """Row 2-55: payments of other periods do not draw the rest of the chain in."""
        other = self.receive("2026-07-02")
        payment = self.receive("2026-06-29")
        self.take_back(payment)
        self.take_back(other)
        last = self.make_good_archive()[1]
        self.assertEqual(last, self.get_taken_back(payment))

    def test_payment_deleted(self):
        """Row 2-55: a payment deleted by SQL stays an anomaly: no link tells of it."""
        payment, other = self.receive("2026-06-28"), self.receive("2026-06-29")
        self.take_back(other)
        self.env.cr.execute(SQL("DELETE FROM account_payment WHERE id = %s", payment.id))
        self.env.invalidate_all()
        archive = self.make_archive()
        self.assertEqual(archive.verification, "bad")
        self.assertIn("absent de donnees/reglements.jsonl", archive.verification_report)

    def test_notice(self):
        """BOI-TVA-DECLA-30-10-30 §230: a French notice names each file and each column."""
        archive = self.make_archive()
        with zipfile.ZipFile(archive._get_path()) as file:
            notice = file.read("LISEZMOI.txt").decode("utf-8-sig")
            for name in file.namelist():
                if name.startswith("donnees/"):
                    self.assertIn(name.removeprefix("donnees/"), notice)
                if name.endswith(".csv"):
                    headers = file.read(name).decode("utf-8-sig").splitlines()[0].split(";")
                    self.assertEqual(len(headers), len(set(headers)), name)
                    for header in headers:
                        self.assertIn(f"- {header} : ", notice)
        self.assertIn(f"--cle {archive.key_id}", notice)
        self.assertNotIn("champ «", notice, "a field without French words")
        self.assertNotIn("certifi", notice.lower())

    def test_manifest(self):
        """Row 2-55: the manifest says what the archive holds."""
        archive = self.make_archive()
        with zipfile.ZipFile(archive._get_path()) as file:
            manifest = json.loads(file.read("manifest.json"))
        self.assertEqual(manifest["period"], {"from": "2026-01-01", "to": "2026-06-30"})
        self.assertEqual(
            float(manifest["totals"]["factures"]["amount_total_signed"]),
            self.invoice.amount_total_signed,
        )
        self.assertEqual(manifest["made"]["by"], self.manager.name)
        self.assertIn("koban_archive", manifest["made"]["versions"])

    def test_another_format(self):
        """Loi 2026-534 art. 87: a format is one class more, in the manifest and the notice."""
        writers = [CsvWriter, JsonLinesWriter, XmlWriter]
        with patch.object(self.registry["koban.archive"], "_get_writers", lambda archive: writers):
            path = self.make_archive()._get_path()
        with zipfile.ZipFile(path) as file:
            self.assertEqual(
                file.read("donnees/factures.xml").decode(),
                f"<rows>\n<row>{self.invoice.name}</row>\n</rows>\n",
            )
        self.assertEqual(verify(path)[0], 0)

    def test_constant_memory(self):
        """Issue 4, speed: ten times the documents, events and originals, the same memory."""
        archive = self.env["koban.archive"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-06-30",
                "state": "running",
                "user_id": self.manager.id,
            }
        )
        self.add_original(self.invoice, b"%PDF" + bytes(20_000))
        self.env.flush_all()
        self.measure(archive)  # what is loaded once
        peaks = []
        with patch("odoo.addons.koban_archive.tools.archive_builder.BATCH", 25):
            for count in (100, 900):
                self.copy_invoice(count)
                peaks.append(self.measure(archive))
        self.assertLess(peaks[1], 1.3 * peaks[0], f"bytes at the most: {peaks}")

    def measure(self, archive) -> int:
        """Return the peak of memory while the file of an archive is made."""
        self.env.invalidate_all()
        with tempfile.TemporaryDirectory() as folder:
            tracemalloc.start()
            try:
                builder = ArchiveBuilder(archive, folder, lambda done, total: None)
                builder.build(f"{folder}/archive.zip")
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    def copy_invoice(self, count):
        """Copy the invoice, its lines, its seal and its original by SQL."""
        copy = "(jsonb_populate_record(t, {})).*"
        new_id = "'id', nextval('{}_id_seq')"
        start = f"C{count}"
        values = {"id": self.invoice.id, "count": count, "start": start}
        run = self.env.cr.execute
        fresh = copy.format(
            f"jsonb_build_object({new_id.format('account_move')}, 'name', %(start)s || g, "
            "'sequence_number', g, 'sequence_prefix', %(start)s)"
        )
        run(
            f"INSERT INTO account_move SELECT {fresh} FROM account_move t, "
            "generate_series(1, %(count)s) g WHERE t.id = %(id)s",
            values,
        )
        moves = "account_move m WHERE m.sequence_prefix = %(start)s"
        for table, key, more in (
            ("account_move_line", "move_id", ""),
            ("koban_event", "res_id", ", 'number', (SELECT max(number) FROM koban_event) + m.id"),
            ("ir_attachment", "res_id", ""),
        ):
            fresh = copy.format(f"jsonb_build_object({new_id.format(table)}, '{key}', m.id{more})")
            kind = "" if key == "move_id" else "AND t.res_model = 'account.move'"
            run(
                f"INSERT INTO {table} SELECT {fresh} FROM {table} t, {moves} "
                f"AND t.{key} = %(id)s {kind}",
                values,
            )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestArchiveLife(ArchiveCase):
    """Row 2-55: making, downloading, verifying, keeping."""

    def test_making_is_an_event(self):
        """law.md §1.6: the operation is recorded with the fingerprint of the file."""
        archive = self.make_archive()
        (content,) = [
            content
            for content in self.get_contents("archive_made")
            if content["sha256"] == archive.sha256
        ]
        self.assertEqual(content["documents"], archive.document_count)
        self.assertEqual(content["from"], "2026-01-01")
        self.assertTrue(content["conforms"])

    def test_crash(self):
        """Row 2-55: an archive that fails offers no file, tells why, and is made again."""
        archive = self.env["koban.archive"].browse(
            self.env["koban.archive"]
            .with_user(self.manager)
            .create_archive("2026-01-01", "2026-06-30")["id"]
        )
        self.env.cr.flush()  # the seals, as at the end of a request
        before = set(Path(archive._get_folder()).iterdir())
        cron = patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1)
        apart = patch.object(self.registry, "cursor", lambda *a, **k: self.own_cursor())
        broken = patch.object(
            ArchiveBuilder, "_write_events", side_effect=OSError("No space left on device")
        )
        rollback = patch.object(self.env.cr, "rollback")
        with cron, apart, rollback, mute_logger(ARCHIVE):
            with broken:
                archive._cron_make()
            self.assertEqual(archive.state, "failed")
            self.assertIn("No space left", archive.error)
            self.assertFalse(archive.attachment_id)
            self.refusal("archive_file", archive.with_user(self.manager).verify)
            self.assertEqual(set(Path(archive._get_folder()).iterdir()) - before, set())
            archive.with_user(self.manager).action_make()
            self.assertEqual(archive.state, "waiting")
            archive._cron_make()
        self.assertEqual((archive.state, archive.verification), ("done", "good"))
        self.assertFalse(archive.error)

    def own_cursor(self):
        """Return this transaction's cursor, as one that is never closed."""
        return nullcontext(self.env.cr)

    def test_killed(self):
        """Row 2-55: what a dead process left in progress has failed, and its files go."""
        archive = self.env["koban.archive"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-06-30",
                "state": "running",
                "user_id": self.manager.id,
            }
        )
        left = Path(archive._get_folder()) / "left"
        left.mkdir()
        (left / "archive.zip").write_bytes(b"partial")
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            archive._cron_make()
        self.assertEqual(archive.state, "failed")
        self.assertTrue(archive.error)
        self.assertFalse(left.exists())

    def test_verify(self):
        """Row 2-55: the stored file is verified in Odoo too, by those who may read it."""
        archive = self.make_archive()
        result = self.rpc(self.auditor, archive, "verify")
        self.assertTrue(result["conforms"])
        path = Path(archive._get_path())
        content = path.read_bytes()
        self.addCleanup(path.write_bytes, content)
        path.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
        result = self.rpc(self.auditor, archive, "verify")
        self.assertFalse(result["conforms"])
        self.assertEqual(archive.verification, "bad")
        found = [content["conforms"] for content in self.get_contents("archive_verified")]
        self.assertEqual(found[-2:], [True, False])

    def test_verify_a_file(self):
        """Row 2-55: a file from anywhere is verified with the keys of this database."""
        archive = self.make_archive()
        Wizard = self.env["koban.archive.verify"]
        content = base64.b64encode(Path(archive._get_path()).read_bytes()).decode()
        result = self.rpc(self.auditor, Wizard, "verify_file", content, "a.zip")
        self.assertTrue(result["conforms"], result["problems"])
        self.assertEqual(result["sha256"], archive.sha256)
        for bad in (base64.b64encode(b"none").decode(), ""):
            self.assertFalse(self.rpc(self.auditor, Wizard, "verify_file", bad)["conforms"])
        last = self.get_contents("archive_verified")[-3]
        self.assertEqual((last["sha256"], last["file"]), (archive.sha256, "a.zip"))
        wizard = Form(Wizard.with_user(self.auditor))
        wizard.file = content
        wizard = wizard.save()
        wizard.action_verify()
        self.assertEqual(wizard.state, "good")
        self.assertIn("Signature de l'archive", wizard.report)

    def test_wizard(self):
        """Row 2-55: fiscal years are chosen by one click, and none of the future."""
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"})
        with patch.object(fields.Date, "context_today", lambda *args: date(2026, 11, 22)):
            Wizard = self.env["koban.archive.create"].with_user(self.manager)
            years = dict(Wizard._get_years())
            self.assertEqual(list(years.values())[:2], ["2026-2027", "2025-2026"], "April to March")
            wizard = Form(Wizard)
            self.assertEqual(wizard.date_from, date(2025, 4, 1))
            self.assertEqual(wizard.date_to, date(2026, 3, 31))
            self.assertFalse(wizard.warning)
            wizard.year = next(iter(years))
            self.assertEqual(
                (wizard.date_from, wizard.date_to), (date(2026, 4, 1), date(2026, 11, 22))
            )
            self.assertTrue(wizard.warning)
            wizard.year = list(years)[1]
            action = wizard.save().action_create_archive()
        archive = self.env["koban.archive"].browse(action["res_id"])
        self.assertEqual(archive.state, "waiting")
        self.assertEqual(archive.date_to, date(2026, 3, 31))
        self.assertEqual(archive.user_id, self.manager)

    def test_bad_periods(self):
        """Row 2-55: a period that ends before it begins, or has not begun, is refused."""
        Archive = self.env["koban.archive"].with_user(self.manager)
        future = str(fields.Date.context_today(Archive) + timedelta(days=1))
        for first, last in (("2026-02-01", "2026-01-01"), ("2026-01-01", future)):
            error = self.refusal("archive_period", Archive.create_archive, first, last)
            self.assertIn(last, str(error))
        self.refusal("wrong_date", Archive.create_archive, False, False)

    def test_rights(self):
        """DESIGN §7: managers make, auditors read, others see nothing, companies are apart."""
        archive = self.make_archive()
        Archive = self.env["koban.archive"]
        for user in (self.auditor, self.billing_user):
            with self.assertRaises(AccessError):
                self.rpc(user, Archive, "create_archive", "2026-01-01", "2026-01-31")
            with self.assertRaises(AccessError):
                self.rpc(user, archive, "action_make")
        for method in ("verify", "action_verify"):
            with self.assertRaises(AccessError):
                self.rpc(self.billing_user, archive, method)
        with self.assertRaises(AccessError):
            self.rpc(self.billing_user, self.env["koban.archive.verify"], "verify_file", "")
        other = self.make_company("Elsewhere")
        with self.assertRaises(AccessError):
            self.rpc(self.manager, Archive, "create_archive", "2026-01-01", "2026-01-31", other.id)

    def test_kept(self):
        """Row 2-55: nobody changes or deletes an archive, or reaches its file past its route."""
        archive = self.make_archive()
        admin = self.env.ref("base.user_admin")
        for user in (self.manager, admin):
            own = archive.with_user(user)
            self.refusal("archive_record", own.write, {"sha256": "x"})
            with self.assertRaises(AccessError):
                own.unlink()
            file = archive.attachment_id.with_user(user)
            for call in (lambda f=file: f.read(["raw"]), file.unlink, file.copy):
                with self.assertRaises(AccessError):
                    call()
            with self.assertRaises(AccessError):
                file.write({"raw": b"x"})
        for call in (archive.sudo().unlink, lambda: archive.sudo().write({"state": "failed"})):
            self.refusal("archive_record", call)
        forged = archive.with_context(archive_pass=True)
        self.refusal("archive_record", forged.write, {"state": "failed"})

    def test_purge(self):
        """law.md checklist 13: no purge before archives hold all, downloaded, without a gap."""
        Archive = self.env["koban.archive"]
        company = self.make_purge_company()
        check = Archive._authorize_purge
        self.refusal("purge_before_archive", check, company, date(2026, 4, 30))
        later = self.make_archive("2026-04-01", "2026-04-30", company)
        later._record_download()
        self.refusal("purge_before_archive", check, company, date(2026, 4, 30))
        first = self.make_archive("2026-03-01", "2026-03-31", company)
        self.refusal("purge_before_archive", check, company, date(2026, 3, 31))
        first._record_download()
        check(company, date(2026, 4, 30))
        self.env.cr.flush()
        event = self.env["koban.event"].sudo().search([], limit=1)
        self.assertEqual((event.kind, event.company_id), ("purge", company))
        error = self.refusal("purge_before_archive", check, company, date(2026, 5, 1))
        self.assertEqual(error.context["reached"], "2026-04-30")
        # Validated since, in the period of an archive: it does not hold it.
        self.env.cr.execute(
            SQL("UPDATE koban_archive SET document_count = 0 WHERE id = %s", first.id)
        )
        self.env.invalidate_all()
        self.refusal("purge_before_archive", check, company, date(2026, 3, 31))
        self.assertIsNone(check(self.make_company("Empty"), date(2026, 3, 31)))

    def make_purge_company(self):
        """Return the company of the tests, whose documents begin in March 2026."""
        reached = self.env["koban.archive"]._get_first_date(self.company)
        self.assertEqual(reached, date(2026, 3, 10))
        return self.company

    def test_dashboard(self):
        """Issue 4, line 8: the page tells the archive to copy and the attestation to make."""

        def get_cards():
            cards = self.rpc(self.auditor, self.env["koban.compliance.dashboard"], "get_cards")
            return {card["key"]: card for card in cards}

        attestations = self.env["koban.attestation"]._get_current(self.company)
        self.env.cr.execute(
            SQL(
                "UPDATE koban_attestation SET state = 'replaced' WHERE id = ANY(%s)",
                attestations.ids,
            )
        )
        self.env.invalidate_all()
        archive = self.make_archive()
        cards = get_cards()
        self.assertEqual(cards["attestation"]["state"], "warning")
        self.assertEqual(len(cards["attestation"]["todo"]), 1)
        self.assertEqual(cards["archive"]["state"], "warning")
        self.assertEqual(cards["archive"]["todo"][0]["action"]["res_id"], archive.id)
        archive._record_download()
        self.assertEqual(get_cards()["archive"]["state"], "good")

    def test_reminder(self):
        """Row 2-55: an archive to make is an activity of administrators, and ends it."""
        Archive = self.env["koban.archive"]
        archive = Archive._plan(self.company, date(2026, 1, 1), date(2026, 6, 30))
        told = archive.activity_ids.mapped("user_id")
        self.assertIn(self.manager, told)
        self.assertNotIn(self.auditor, told)
        made = self.make_archive()
        self.assertEqual(made, archive)
        self.assertEqual(made.state, "done")
        self.assertFalse(made.activity_ids)


@tagged("post_install", "-at_install")
class TestArchiveDownload(ArchiveMixin, InvoiceCase, HttpCase):
    """Row 2-55: the file goes out by one door, which counts."""

    def test_download(self):
        """Row 2-55: each download is counted, recorded, and gives the file as it was made."""
        self.make_invoice()
        archive = self.make_archive()
        self.make_user("koban_auditor", "koban_seal.group_auditor")
        for login, allowed in (("koban_auditor", True), ("koban_billing", False)):
            self.authenticate(login, login)
            with mute_logger("odoo.http"):
                response = self.url_open(f"/koban/archive/{archive.id}")
            self.assertEqual(response.ok, allowed, response.status_code)
            if allowed:
                self.assertIn(archive.file_name, response.headers["Content-Disposition"])
                self.assertEqual(response.content, Path(archive._get_path()).read_bytes())
        self.authenticate("admin", "admin")
        file = archive.attachment_id
        for url in (
            f"/web/content/{file.id}",
            f"/web/content/koban.archive/{archive.id}/archive_file",
        ):
            self.assertNotEqual(self.url_open(url).content[:2], b"PK")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open("/koban/archive/999999999").status_code, 404)
        archive.invalidate_recordset()
        self.assertEqual(archive.download_count, 1)
        self.assertEqual(len(self.get_events("archive_downloaded", records=archive)), 1)
