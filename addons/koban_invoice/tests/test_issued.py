"""The original of an issued document, its duplicates and its up-to-date copies (row 2-53)."""

import hashlib
import io
import os

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL
from pypdf import PdfReader

from odoo.addons.koban_guard.exceptions import DocumentError

from .paper import REPORT, InvoicePaperCase

MARK = "DUPLICATA"


class IssuedCase(InvoicePaperCase):
    """Prints and sendings, with the PDFs that they give."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.user_admin").lang = "fr_FR"

    def get_original(self, document, paper="invoice"):
        return self.env["koban.issued.document"]._get_originals(document, paper).get(document.id)

    def get_file(self, original) -> str:
        """Return the path of an original's file."""
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", original._name), ("res_field", "=", "file"),
             ("res_id", "=", original.id)]
        )  # fmt: skip
        return attachment._full_path(attachment.store_fname)

    def forge_original(self, original, content):
        """Replace the file of an original and its SHA-256, as who reaches both places could."""
        path = self.get_file(original)
        with open(path, "rb") as stream:
            self.addCleanup(self.write_file, path, stream.read())
        self.write_file(path, content)
        self.env.cr.execute(
            SQL(
                "UPDATE koban_issued_document SET sha256 = %s, file_size = %s WHERE id = %s",
                hashlib.sha256(content).hexdigest(),
                len(content),
                original.id,
            )
        )
        self.env.invalidate_all()

    def write_file(self, path, content):
        with open(path, "wb") as stream:
            stream.write(content)

    def get_issues(self, document):
        """Return what was issued of a document: kind, number and channel, first to last."""
        prints = self.env["koban.document.print"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], order="id"
        )
        return [(item.issue_kind, item.copy_number, item.channel) for item in prints]

    def print_invoice(self, invoice, **context):
        return self.print_pdf(REPORT, invoice, **context)

    def send(self, invoice, **values):
        """Send an invoice as its window does."""
        invoice = invoice.with_context(force_report_rendering=True)
        wizard = (
            self.env["account.move.send.wizard"]
            .with_context(
                active_model="account.move", active_ids=invoice.ids, force_report_rendering=True
            )
            .create({"sending_methods": ["email"], **values})
        )
        wizard.action_send_and_print()
        self.env.flush_all()

    def get_mailed(self, invoice) -> list[bytes]:
        """Return the PDFs of the mails about an invoice, first to last."""
        messages = invoice.message_ids.sorted("id")
        files = messages.attachment_ids.filtered(lambda file: file.mimetype == "application/pdf")
        return [file.raw for file in files.sorted("id")]


@tagged("post_install", "-at_install")
class TestIssued(IssuedCase):
    def test_first_print_is_the_original_and_the_second_a_duplicate(self):
        """Row 2-53: the first print is frozen; later ones are its very bytes, marked."""
        invoice = self.make_long()
        first = self.print_invoice(invoice)
        original = self.get_original(invoice)
        self.assertEqual(original.sha256, hashlib.sha256(first).hexdigest())
        self.assertEqual(original.file_size, len(first))
        self.assertNotIn(MARK, "".join(self.read_pages(first)))
        second, third = self.print_invoice(invoice), self.print_invoice(invoice)
        self.assertTrue(second.startswith(first), "the duplicate is not made of the original")
        pages = self.read_pages(first)
        self.assertGreater(len(pages), 1)
        for number, pdf in ((1, second), (2, third)):
            marked = self.read_pages(pdf)
            self.assertEqual(len(marked), len(pages))
            for page, before in zip(marked, pages, strict=True):
                self.assertIn(f"{MARK} n° {number} du", page)
                self.assertIn("original du", page)
                self.assertTrue(page.startswith(before), "the duplicate says something else")
        self.assertEqual(
            self.get_issues(invoice),
            [("original", 0, "print"), ("duplicate", 1, "print"), ("duplicate", 2, "print")],
        )
        self.assertEqual(invoice.issue_count, 3)
        self.assertEqual(original.copies, 2)

    def test_credit_note(self):
        """Row 2-53: a credit note has its original too."""
        credit_note = self.make_paper(move_type="out_refund")
        self.print_invoice(credit_note)
        self.assertIn(f"{MARK} n° 1", self.read_pages(self.print_invoice(credit_note))[0])

    def test_both_invoice_reports_share_one_original(self):
        """Row 2-53: an invoice has one original, whichever report prints it."""
        invoice = self.make_paper()
        first = self.print_pdf("account.account_invoices_without_payment", invoice)
        self.assertTrue(self.print_invoice(invoice).startswith(first))

    def test_drafts_are_printed_as_they_are(self):
        """Row 2-53: a draft has no original, as often as it is printed."""
        draft = self.make_paper(post=False)
        for _time in range(2):
            self.assertNotIn(MARK, self.read_pages(self.print_invoice(draft))[0])
        self.assertFalse(self.get_original(draft))
        self.assertEqual({item[0] for item in self.get_issues(draft)}, {False})

    def test_pro_forma_is_no_original(self):
        """Row 2-53: a pro forma is marked as one and freezes nothing."""
        invoice = self.make_paper()
        pdf = self.print_invoice(invoice, proforma_invoice=True)
        self.assertIn("pro forma", self.read_pages(pdf)[0].lower())
        self.assertFalse(self.get_original(invoice))
        self.assertEqual(self.get_issues(invoice), [(False, 0, False)], "row 1-13 records it")

    def test_guard_off(self):
        """DESIGN 2: where the guard is off nothing is kept nor marked."""
        invoice = self.make_paper()
        self.set_guard(False)
        for _time in range(2):
            self.assertNotIn(MARK, self.read_pages(self.print_invoice(invoice))[0])
        self.assertFalse(self.get_original(invoice))

    def test_preview_of_a_model_freezes_nothing(self):
        """Row 2-53: looking at a document model issues nothing."""
        invoice = self.make_paper()
        model = self.invoices[0].with_context(force_report_rendering=True)
        model._render_preview()
        self.assertFalse(self.get_original(invoice))

    def test_text_edited_afterwards(self):
        """law.md 0.2: a text edited after the original changes an up-to-date copy only."""
        invoice = self.make_paper()
        first = self.print_invoice(invoice)
        self.assertFalse(invoice.has_updated_texts)
        invoice.header = "<p>Un texte de plus</p>"
        self.assertTrue(invoice.has_updated_texts)
        duplicate = self.print_invoice(invoice)
        self.assertTrue(duplicate.startswith(first))
        self.assertNotIn("Un texte de plus", self.read_pages(duplicate)[0])
        action = invoice.action_print_updated_copy()
        copy = self.print_invoice(invoice, **action["context"])
        text = self.read_pages(copy)[0]
        self.assertIn("Un texte de plus", text)
        self.assertIn("COPIE – textes modifiés le", text)
        self.assertIn("original du", text)
        self.assertNotIn(MARK, text)
        self.assertEqual(self.get_original(invoice).sha256, hashlib.sha256(first).hexdigest())
        self.assertEqual(self.get_issues(invoice)[-1], ("updated", 0, "print"))
        invoice.header = "<p>Head</p>"
        self.assertFalse(invoice.has_updated_texts, "the texts are those of the original again")

    def test_print_of_many_keeps_the_order(self):
        """Row 2-53: originals, duplicates and drafts in one print, in the order asked for."""
        invoices = self.env["account.move"]
        for rank in range(4):
            invoices |= self.make_paper(post=rank != 2, ref=f"REF-{rank}")
        self.print_invoice(invoices[1])
        order = invoices[3] + invoices[1] + invoices[2] + invoices[0]
        pages = self.read_pages(self.print_invoice(order))
        self.assertEqual(len(pages), 4)
        for page, invoice in zip(pages, order, strict=True):
            self.assertEqual(MARK in page, invoice == invoices[1])
            if invoice.state == "posted":
                self.assertIn(invoice.name, page)
        self.assertTrue(all(self.get_original(invoice) for invoice in invoices[:2]))
        self.assertFalse(self.get_original(invoices[2]))
        self.assertEqual(self.get_issues(invoices[0]), [("original", 0, "print")])

    def test_altered_file(self):
        """Row 2-53: an altered file is reported, and never printed nor silently printed anew."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        original = self.get_original(invoice)
        Issued = self.env["koban.issued.document"]
        self.assertEqual(list(Issued._iter_findings(self.company)), [])
        path = self.get_file(original)
        with open(path, "rb") as stream:
            before = stream.read()
        self.addCleanup(self.write_file, path, before)
        self.write_file(path, before.replace(b"%PDF-1.7", b"%PDF-1.6"))
        self.check_damaged(invoice, "issued_altered", "n'est pas le fichier")

    def test_missing_file(self):
        """Row 2-53: a missing file is reported, and nothing is printed instead."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        path = self.get_file(self.get_original(invoice))
        with open(path, "rb") as stream:
            self.addCleanup(self.write_file, path, stream.read())
        os.remove(path)
        self.check_damaged(invoice, "issued_missing", "est introuvable")

    def check_damaged(self, invoice, code, words):
        findings = self.env["koban.issued.document"]._iter_findings(self.company)
        self.assertEqual([(item.code, item.res_id) for item in findings], [(code, invoice.id)])
        with self.assert_refused("issued_file") as caught:
            self.print_invoice(invoice)
        self.assertIn(words, str(caught.exception))
        self.assertIn(invoice.name, str(caught.exception))
        self.assertIn("sauvegarde", str(caught.exception))
        self.assertEqual(self.get_issues(invoice), [("original", 0, "print")])

    def test_lost_attachment(self):
        """Row 2-53: an attachment deleted by SQL is reported."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        original = self.get_original(invoice)
        self.env.cr.execute(
            SQL("DELETE FROM ir_attachment WHERE res_model = %s AND res_id = %s",
                original._name, original.id)
        )  # fmt: skip
        self.env.invalidate_all()
        self.check_damaged(invoice, "issued_missing", "est introuvable")

    def test_forged_original(self):
        """Row 2-53: a file and its SHA-256 both replaced by SQL are told by the journal."""
        invoice, other = self.make_paper(), self.make_paper()
        self.print_invoice(invoice + other)
        self.print_invoice(other)
        events = self.get_events("print", "reprint", records=invoice + other)
        self.assertEqual(events.mapped("kind"), ["print", "print", "reprint"])
        self.assertIn(self.get_original(invoice).sha256, events[0].content)
        self.assertIn("Duplicata", events[2].with_context(lang="fr_FR").details)
        Issued = self.env["koban.issued.document"]
        self.assertEqual(list(Issued._iter_findings(self.company)), [])
        self.env.cr.execute(
            SQL("UPDATE koban_issued_document SET sha256 = %s WHERE res_id = %s", "0" * 64,
                invoice.id)
        )  # fmt: skip
        self.env.cr.execute(SQL("DELETE FROM koban_document_print WHERE res_id = %s", other.id))
        self.env.cr.execute(SQL("DELETE FROM koban_issued_document WHERE res_id = %s", other.id))
        self.env.invalidate_all()
        answer = self.env["koban.verification"].verify(self.company.ids)
        found = {(item["code"], item["id"]) for item in answer[0]["findings"]}
        expected = {("issued_altered", invoice.id), ("issued_missing", other.id)}
        self.assertLessEqual(expected, found)

    def test_nothing_changes_an_original(self):
        """Row 2-53: no channel writes, replaces or deletes the file, whoever asks."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        original = self.get_original(invoice)
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", original._name), ("res_field", "=", "file"),
             ("res_id", "=", original.id)]
        )  # fmt: skip
        other = self.env["ir.attachment"].create({"name": "other.pdf", "raw": b"%PDF"})
        values = {"name": "x", "raw": b"x", "res_model": original._name, "res_id": original.id}
        attempts = [
            lambda: original.sudo().write({"copies": 0}),
            lambda: original.sudo().unlink(),
            lambda: original.sudo().create({"res_model": "account.move", "res_id": invoice.id}),
            lambda: original.sudo().write({"file": b"eA=="}),
            lambda: attachment.sudo().write({"raw": b"x"}),
            lambda: attachment.sudo().write({"res_id": False}),
            lambda: attachment.sudo().unlink(),
            lambda: other.sudo().write({"res_model": original._name, "res_id": original.id}),
            lambda: self.env["ir.attachment"].sudo().create({**values, "res_field": "file"}),
            lambda: (
                self.env["ir.attachment"]
                .with_context(koban_issued_keeper=True)
                .create({**values, "res_field": "file"})
            ),
        ]
        for rank, attempt in enumerate(attempts):
            with self.subTest(rank=rank), self.assert_refused("issued_document"):
                attempt()
        self.assertEqual(list(self.env["koban.issued.document"]._iter_findings(self.company)), [])
        attachment._migrate()  # the host moves files between disk and database
        self.assertEqual(list(self.env["koban.issued.document"]._iter_findings(self.company)), [])

    def test_rights(self):
        """Row 2-53: who may not read the invoice gets no duplicate; originals are per company."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        stranger = self.make_user("koban_stranger", "")
        with self.assertRaises(AccessError):
            self.print_pdf(REPORT, invoice, user=stranger)
        other = self.make_company("Autre société")
        accountant = self.make_user("koban_other", "account.group_account_manager")
        accountant.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        Issued = self.env["koban.issued.document"].with_user(accountant)
        self.assertFalse(Issued.search([("res_id", "=", invoice.id)]))
        prints = self.env["koban.document.print"].with_user(accountant)
        self.assertFalse(prints.search([("res_id", "=", invoice.id)]))

    def test_screen(self):
        """Row 2-53: the button “Editions” opens the list of what was issued."""
        invoice = self.make_paper()
        self.print_invoice(invoice)
        self.print_invoice(invoice)
        action = self.rpc(self.billing_user, invoice, "action_open_issues")
        found = self.env[action["res_model"]].with_user(self.billing_user).search(action["domain"])
        self.assertEqual(set(found.mapped("issue_kind")), {"original", "duplicate"})

    def test_queries_of_a_print_of_many(self):
        """STYLE 9: a print of many duplicates costs no query for each, but one to read it."""
        invoices = self.env["account.move"]
        for _rank in range(6):
            invoices |= self.make_paper()
        self.print_invoice(invoices)
        few = self.count_queries(self.print_invoice, invoices[:2])
        many = self.count_queries(self.print_invoice, invoices)
        self.assertLessEqual(many, few + 4)


@tagged("post_install", "-at_install")
class TestIssuedSent(IssuedCase):
    def test_sending_freezes_what_is_sent(self):
        """Row 2-53: the file of the first mail is the original, with its electronic invoice."""
        invoice = self.make_paper()
        self.send(invoice)
        mailed = self.get_mailed(invoice)
        original = self.get_original(invoice)
        self.assertEqual(len(mailed), 1)
        self.assertEqual(hashlib.sha256(mailed[0]).hexdigest(), original.sha256)
        self.assertEqual(invoice.invoice_pdf_report_id.raw, mailed[0])
        self.assertNotIn(MARK, self.read_pages(mailed[0])[0])
        self.assertEqual(self.get_issues(invoice), [("original", 0, "mail")])
        recipients = self.env["koban.document.print"].search([], limit=1).recipients
        self.assertIn("martin@example.com", recipients)

    def test_forged_einvoice(self):
        """Row 2-53: the journal tells of an electronic invoice replaced or deleted by SQL."""
        self.customer.invoice_edi_format = "facturx"
        invoice, other, printed = self.make_paper(), self.make_paper(), self.make_paper()
        self.print_invoice(printed)
        for move in invoice + other + printed + printed:
            self.send(move)
        self.env.cr.flush()
        Issued = self.env["koban.issued.document"]
        self.assertEqual(list(Issued._iter_findings(self.company)), [])
        original = self.get_original(invoice, "einvoice")
        expected = original.sha256
        self.forge_original(original, b"<forged/>")
        forged = self.get_original(printed, "einvoice")
        self.forge_original(forged, b"<forged too/>")
        lost = self.get_original(other, "einvoice")
        self.env.cr.execute(SQL("DELETE FROM koban_issued_document WHERE id = %s", lost.id))
        self.env.invalidate_all()
        found = {
            (finding.code, finding.res_id): finding
            for finding in Issued._iter_findings(self.company)
        }
        self.assertEqual(
            found.keys(),
            {
                ("issued_altered", invoice.id),
                ("issued_altered", printed.id),
                ("issued_missing", other.id),
            },
        )
        finding = found["issued_altered", invoice.id]
        self.assertEqual(finding.expected, expected)
        self.assertEqual(finding.found, hashlib.sha256(b"<forged/>").hexdigest())

    def test_sent_again_as_a_duplicate(self):
        """law.md 1.8: a copy sent again says so, and keeps the embedded files."""
        invoice = self.make_paper()
        self.send(invoice)
        self.send(invoice)
        first, second = self.get_mailed(invoice)
        self.assertTrue(second.startswith(first))
        self.assertIn(f"{MARK} n° 1", self.read_pages(second)[0])
        self.assertEqual(
            list(PdfReader(io.BytesIO(second)).attachments),
            list(PdfReader(io.BytesIO(first)).attachments),
        )
        self.assertEqual(self.get_issues(invoice)[-1], ("duplicate", 1, "mail"))

    def test_printed_after_sending(self):
        """Row 2-53: what was sent is the original of later prints."""
        invoice = self.make_paper()
        self.send(invoice)
        printed = self.print_invoice(invoice)
        self.assertTrue(printed.startswith(self.get_mailed(invoice)[0]))
        self.assertIn(f"{MARK} n° 1", self.read_pages(printed)[0])

    def test_sent_after_printing(self):
        """Row 2-53: what was printed stays the original when it is sent."""
        invoice = self.make_paper()
        first = self.print_invoice(invoice)
        self.send(invoice)
        self.assertIn(f"{MARK} n° 1", self.read_pages(self.get_mailed(invoice)[0])[0])
        self.assertEqual(self.get_original(invoice).sha256, hashlib.sha256(first).hexdigest())
        self.assertEqual(
            self.get_issues(invoice), [("original", 0, "print"), ("duplicate", 1, "mail")]
        )

    def test_sent_before_originals_were_kept(self):
        """Row 2-53: after an upgrade, what was sent before is the original."""
        invoice = self.make_paper()
        self.send(invoice)
        self.env.cr.execute("DELETE FROM koban_document_print WHERE issued_id IS NOT NULL")
        self.env.cr.execute("DELETE FROM koban_issued_document")
        self.env.invalidate_all()
        printed = self.print_invoice(invoice)
        self.assertTrue(printed.startswith(invoice.invoice_pdf_report_id.raw))
        self.assertIn(f"{MARK} n° 1", self.read_pages(printed)[0])

    def test_failed_sending_leaves_no_original(self):
        """Row 2-53: an error before the mail leaves no original, and the next print is one."""
        invoice = self.make_paper()

        def fail(*args, **kwargs):
            raise DocumentError("no", "no")

        sending = type(self.env["account.move.send"])
        self.patch(sending, "_call_web_service_after_invoice_pdf_render", fail)
        with self.assertRaises(DocumentError), self.cr.savepoint():
            self.send(invoice)
        self.assertFalse(self.get_original(invoice))
        self.assertNotIn(MARK, self.read_pages(self.print_invoice(invoice))[0])

    def test_legal_documents(self):
        """Row 2-53: the export of issued invoices gives duplicates; others stay pro formas."""
        invoice = self.make_paper().with_context(force_report_rendering=True)
        data = invoice._get_invoice_legal_documents_all(allow_fallback=True)
        self.assertIn("pro forma", self.read_pages(data[0]["content"])[0].lower())
        self.print_invoice(invoice)
        data = invoice._get_invoice_legal_documents_all(allow_fallback=True)
        self.assertIn(f"{MARK} n° 1", self.read_pages(data[0]["content"])[0])
        data = invoice._get_invoice_legal_documents("pdf")
        self.assertIn(f"{MARK} n° 2", self.read_pages(data["content"])[0])
