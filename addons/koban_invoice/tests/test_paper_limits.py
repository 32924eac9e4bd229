"""Row 1-13: very long invoices, bad input, a browser that dies, and what a file weighs."""

import base64
import io
import os
import re
import signal
import subprocess
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config
from PIL import Image
from pypdf import PdfReader

from odoo.addons.koban_document.tests.paper import make_logo, make_pdf
from odoo.addons.koban_report.chromium.browser import current_browser
from odoo.addons.koban_report.models import ir_actions_report

from .paper import REPORT, InvoicePaperCase


@tagged("post_install", "-at_install")
class TestWeight(InvoicePaperCase):
    """Sizes are results: they hold on any machine."""

    def make_sent(self, invoice):
        """Send an invoice as a person does, and return the PDF that is kept."""
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.billing_user)
            .with_context(
                active_model="account.move",
                active_ids=invoice.ids,
                force_report_rendering=True,
            )
            .create({"sending_methods": ["email"]})
        )
        # In tests the host embeds nothing.
        with patch.dict(config._runtime_options, {"test_enable": False}):
            wizard.action_send_and_print()
        self.env.flush_all()
        return invoice.invoice_pdf_report_id.raw

    def test_three_lines(self):
        """Row 1-13: an invoice of three lines weighs less than 60 kB."""
        lines = [self.make_line(name=f"Ouvrage {rank}\nFourniture") for rank in range(3)]
        pdf = self.print_pdf(REPORT, self.make_paper(lines))
        self.assertIn("/StructTreeRoot", PdfReader(io.BytesIO(pdf), strict=True).root_object)
        self.assertLess(len(pdf), 60_000)

    def test_sixty_lines(self):
        """Row 1-13: sixty lines weigh less than 120 kB, in each of the five models."""
        invoice = self.make_long()
        for model in self.invoices:
            pdf = self.print_pdf(REPORT, invoice, document_model_preview=model)
            self.assertLess(len(pdf), 120_000, model.name)

    def test_conditions(self):
        """Row 2-39: no more with the pages of conditions that follow."""
        self.invoices[0].write({"conditions": "annexed", "conditions_file": make_pdf(1)})
        pdf = self.print_pdf(REPORT, self.make_long())
        self.assertIn("/StructTreeRoot", PdfReader(io.BytesIO(pdf), strict=True).root_object)
        self.assertLess(len(pdf), 130_000)

    def test_sent(self):
        """Row 1-13: no more with the Factur-X that the host embeds, and still tagged."""
        invoice = self.make_long()
        pdf = self.make_sent(invoice)
        reader = PdfReader(io.BytesIO(pdf), strict=True)
        self.assertEqual(list(reader.attachments), ["factur-x.xml"])
        self.assertIn("/K", reader.root_object["/StructTreeRoot"])
        self.assertIn(invoice.name, reader.pages[0].extract_text())
        self.assertLess(len(pdf), 130_000)


@tagged("post_install", "-at_install")
class TestLongPaper(InvoicePaperCase):
    def read_quickly(self, pdf):
        """Return the text of each page, with single spaces."""
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=pdf,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout.decode()
        return [" ".join(page.split()) for page in text.split("\f")[:-1]]

    def test_thousand_lines(self):
        """Row 1-13: all of a thousand lines on two hundred pages, each with its head, foot and
        number, and sums carried over to the cent."""
        # A machine that does much else takes longer than people wait.
        self.env["ir.config_parameter"].set_param("koban_report.time_limit", "300")
        details = "".join(f"\nDétail {rank}" for rank in range(10))
        lines = [
            self.make_line(
                name=f"Ouvrage {rank:04}{details}",
                product_id=False,
                quantity=1 + rank % 7,
                price_unit=3.07 + rank / 100,
            )
            for rank in range(1000)
        ]
        invoice = self.make_paper(lines)
        totals = {
            line.name[:12]: Decimal(f"{line.price_subtotal:.2f}")
            for line in self.get_product_lines(invoice)
        }
        pages = self.read_quickly(self.print_pdf(REPORT, invoice))
        self.assertGreater(len(pages), 200)
        names = [re.findall(r"Ouvrage \d{4}", text) for text in pages]
        self.assertEqual([name for page in names for name in page], list(totals))
        total = Decimal(0)
        for number, (text, found) in enumerate(zip(pages, names, strict=True), 1):
            for part in (invoice.name, "RCS Lyon", f"Page {number} / {len(pages)}"):
                self.assertIn(part, text)
            self.assertEqual("Description" in text, bool(found), "the table's head")
            # Each page with lines says what it took over, and what it hands on.
            brought = [total] if found and total else []
            total += sum(totals[name] for name in found)
            carried = [total] if number < len(pages) and names[number] else []
            self.assertEqual(self.get_amounts("Report", text), brought, f"page {number}")
            self.assertEqual(self.get_amounts("À reporter", text), carried, f"page {number}")
        self.assertEqual(total, Decimal(f"{invoice.amount_untaxed:.2f}"))

    def get_amounts(self, label, text):
        return [
            Decimal(amount.replace(" ", "").replace(",", "."))
            for amount in re.findall(label + r" ([\d ]+,\d\d) ?€", text)
        ]


@tagged("post_install", "-at_install")
class TestBadInput(InvoicePaperCase):
    def put_logo(self, model, content):
        """Store a logo that no form would take."""
        model.logo = make_logo()
        self.env.flush_all()
        domain = [("res_model", "=", model._name), ("res_id", "=", model.id)]
        attachment = self.env["ir.attachment"].search([*domain, ("res_field", "=", "logo")])
        self.assertEqual(len(attachment), 1)
        attachment.raw = content
        self.env.invalidate_all()

    def test_broken_logo(self):
        """Row 1-13: a logo that cannot be read is left out, for that of the company."""
        invoice = self.make_paper()
        for content in (b"\x89PNG\r\n\x1a\nbroken", b"", b"no picture"):
            self.put_logo(self.invoices[0], content)
            pages = self.read_pages(self.print_pdf(REPORT, invoice))
            self.assertIn("Net à payer", pages[0])

    def test_huge_logo(self):
        """Row 1-13: a logo of 8000 × 8000 is refused by the form, and stops no print."""
        stream = io.BytesIO()
        Image.new("L", (8000, 8000), 128).save(stream, "PNG", compress_level=1)
        model = self.invoices[0]
        with self.assertRaisesRegex(UserError, "(?i)too large|reduce"):
            model.logo = base64.b64encode(stream.getvalue())
            self.env.flush_all()
        self.put_logo(model, stream.getvalue())
        with patch.object(Image.Image, "load", self.refuse_to_read(Image.Image.load)):
            pages = self.read_pages(self.print_pdf(REPORT, self.make_paper()))
        self.assertIn("Net à payer", pages[0])

    def refuse_to_read(self, load):
        """Return a reading of pictures that fails on those that fill the memory."""

        def read(image):
            assert image.width * image.height < 50_000_000, "64 million points were read"
            return load(image)

        return read

    def test_bad_texts(self):
        """Row 1-13: broken pictures, other scripts, emoji and unknown fonts in texts."""
        self.product.image_1920 = make_logo()
        self.env["ir.attachment"].search(
            [("res_model", "=", "product.template"), ("res_field", "=", "image_1920")]
        ).filtered(lambda file: file.res_id == self.product.product_tmpl_id.id).raw = b"broken"
        text = f"""
            <p dir="rtl">مرحبا بالعالم שלום</p><p>Merci 🎉 👨‍👩‍👧</p>
            <p style="font-family:'Nowhere Sans';font-size:10px">Police inconnue</p>
            <img src="/web/image/product.template/{self.product.product_tmpl_id.id}/image_1920"/>
            <img src="/web/image/999999999"/>"""
        self.invoices[0].write({"footer": text, "page_footer": "<p>🎉 Pied <b>de page</p>"})
        invoice = self.make_paper(header=text, comment=text)
        whole = " ".join(self.read_pages(self.print_pdf(REPORT, invoice)))
        self.assertEqual(whole.count("Police inconnue"), 3)
        self.assertIn("Net à payer", whole)
        self.assertIn("de page", whole)


@tagged("post_install", "-at_install")
class TestKilled(InvoicePaperCase):
    """Nothing may count as issued that never was on paper."""

    def setUp(self):
        super().setUp()
        self.print_pdf(REPORT, self.make_paper())  # the browser has its style sheets
        self.invoice = self.make_paper(header='<p><img src="/web/image/1"/></p>')

    def raise_killed(self, function, *args, **kwargs):
        """Call a function, and kill the browser when the page asks for its picture."""

        def kill(env):
            def resolve(url):
                os.killpg(current_browser().process.pid, signal.SIGKILL)

            return resolve

        with (
            patch.object(ir_actions_report, "resolver", kill),
            self.assertLogs("odoo.addons.koban_report", "WARNING"),
        ):
            # Without the savepoint of assertRaises: what was recorded before would be forgotten.
            try:
                function(*args, **kwargs)
            except UserError as error:
                return str(error)
        return self.fail("the print ended well")

    def get_traces(self):
        """Return what says that the invoice was issued: prints, files, the mark, messages."""
        self.env.flush_all()
        domain = [("res_model", "=", "account.move"), ("res_id", "=", self.invoice.id)]
        return (
            self.env["koban.document.print"].search_count(domain),
            self.env["ir.attachment"].search_count(domain),
            self.invoice.is_move_sent,
            bool(self.invoice.invoice_pdf_report_id),
            self.env["mail.message"].search_count(
                [("model", "=", "account.move"), ("res_id", "=", self.invoice.id)]
            ),
        )

    def test_killed(self):
        """Row 1-13: a browser killed in mid-print is said, and leaves no trace of a print."""
        before = self.get_traces()
        self.assertEqual(before[:4], (0, 0, False, False))
        message = self.raise_killed(self.print_pdf, REPORT, self.invoice)
        self.assertIn("Chromium", message)
        self.assertIn(self.invoice.name.replace("/", "-"), message)
        self.assertEqual(self.get_traces(), before)
        pages = self.read_pages(self.print_pdf(REPORT, self.invoice))
        self.assertIn(self.invoice.name, pages[0])
        self.assertEqual(self.get_traces()[0], 1)

    def test_killed_among_others(self):
        """Row 1-13: nor of the documents of the same print that were ready."""
        before = self.get_traces()
        other = self.make_paper()
        self.raise_killed(self.print_pdf, REPORT, other + self.invoice)
        self.assertEqual(self.get_traces(), before)
        domain = [("res_model", "=", "account.move"), ("res_id", "=", other.id)]
        self.assertFalse(self.env["koban.document.print"].search_count(domain))
        self.assertFalse(self.env["ir.attachment"].search_count(domain))

    def test_killed_while_sending(self):
        """Row 1-13: an invoice whose print failed is not sent, nor marked as sent."""
        before = self.get_traces()
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.billing_user)
            .with_context(
                active_model="account.move",
                active_ids=self.invoice.ids,
                force_report_rendering=True,
            )
            .create({"sending_methods": ["email"]})
        )
        message = self.raise_killed(wizard.action_send_and_print)
        self.assertIn("Chromium", message)
        self.assertEqual(self.get_traces(), before)
