"""Rows 1-13, 2-15, 2-32, 3-18: the invoice on paper, looked at page by page."""

import base64
import io
import subprocess
from itertools import combinations, pairwise

from odoo.tests import tagged
from pypdf import PdfReader

from odoo.addons.koban_document.tests.paper import (
    SHARE_TOLERANCE,
    draw,
    get_difference,
    make_pdf,
)

from .paper import REPORT, InvoicePaperCase


@tagged("post_install", "-at_install")
class TestInvoicePaper(InvoicePaperCase):
    # ------------------------------------------------------------------
    # One page
    # ------------------------------------------------------------------
    def test_one_page(self):
        """Rows 2-15, 2-40: what a short invoice says, on its only page."""
        invoice = self.make_paper()
        pages = self.read_pages(self.print_pdf(REPORT, invoice))
        self.assertEqual(len(pages), 1)
        for text in (
            f"Facture n° {invoice.name}",
            "Atelier Test SARL",
            "Boulangerie Martin",
            "1 rue du Four",
            "69001 Lyon",
            "10/03/2026",
            "09/04/2026",
            "CL-0042",
            "ETU-01",
            "Étude du projet",
            "Relevé sur place",
            "10 %",
            "Total HT",
            "245,00 €",
            "294,00 €",
            "Net à payer",
            "FR76 3000 6000 0112 3456 7890 189",
            "AGRIFRPP",
            "RCS Lyon",
            "Page 1 / 1",
        ):
            self.assertIn(text, pages[0])
        self.assertNotIn("[ETU-01]", pages[0])
        self.assertNotIn("France", pages[0])

    def test_file(self):
        """Row 1-13: name, title, author, tags and weight of the file."""
        invoice = self.make_paper()
        name = f"Facture {invoice.name} – Boulangerie Martin".replace("/", "-")
        self.assertEqual(invoice._get_report_base_filename(), name)
        self.assertEqual(invoice._get_invoice_report_filename(), f"{name}.pdf")
        pdf = self.print_pdf(REPORT, invoice)
        reader = PdfReader(io.BytesIO(pdf))
        self.assertEqual(reader.metadata.title, name)
        self.assertEqual(reader.metadata.author, "Atelier Test SARL")
        self.assertIn("/StructTreeRoot", reader.trailer["/Root"])
        self.assertLess(len(pdf), 200_000)
        box = reader.pages[0].mediabox
        self.assertEqual((round(box.width), round(box.height)), (595, 842))

    def test_window(self):
        """Row 2-32: the address is where the window of a DL envelope shows it."""
        invoice = self.make_paper()
        for model in self.invoices:
            pdf = self.print_pdf(REPORT, invoice, document_model_preview=model)
            text = self.crop_text(pdf, 105, 46, 90, 38)
            for line in ("Boulangerie Martin", "1 rue du Four", "69001 Lyon"):
                self.assertIn(line, text, model.name)

    def crop_text(self, pdf, left, top, width, height):
        """Return the text in a part of the first page, in millimetres."""
        area = [str(round(mm / 25.4 * 72)) for mm in (left, top, width, height)]
        arguments = [x for pair in zip(("-x", "-y", "-W", "-H"), area, strict=True) for x in pair]
        command = ["pdftotext", "-r", "72", "-l", "1", *arguments, "-", "-"]
        return subprocess.run(
            command, input=pdf, capture_output=True, check=True, timeout=60
        ).stdout.decode()

    def test_empty_columns(self):
        """Row 1-13: a column without content, or that the model hides, is not printed."""
        lines = [self.make_line(name="Sans remise", product_id=False)]
        text = self.read_pages(self.print_pdf(REPORT, self.make_paper(lines)))[0]
        self.assertNotIn("Rem.", text)
        self.assertNotIn("Réf.", text)
        model = self.invoices[0]
        model.write({"show_tax": False, "show_price": False})
        text = self.read_pages(self.print_pdf(REPORT, self.make_paper()))[0]
        self.assertIn("Rem.", text)
        self.assertNotIn("Prix unitaire", text)
        self.assertIn("TVA 20%", text)  # the summary always stays

    def test_qr_code(self):
        """Row 1-13: the payment code says who is paid, how much and for what."""
        invoice = self.make_paper()
        arguments = ("sct_qr", 294.0, invoice.currency_id, self.customer, invoice.name, "")
        values = self.bank._get_qr_vals(*arguments)
        self.assertEqual(values[:4], ["BCD", "002", "1", "SCT"])
        self.assertEqual(values[6:8], ["FR7630006000011234567890189", "EUR294.0"])
        text = self.read_pages(self.print_pdf(REPORT, invoice))[0]
        self.assertIn("Scannez", text)
        self.invoices[0].show_qr_code = False
        other = self.make_paper()  # the first one keeps its original
        self.assertNotIn("Scannez", self.read_pages(self.print_pdf(REPORT, other))[0])

    def test_paid(self):
        """Row 1-13: what was paid is deducted; nothing is left to pay."""
        invoice = self.make_paper()
        self.pay(invoice, payment_date="2026-03-20")
        text = self.read_pages(self.print_pdf(REPORT, invoice))[0]
        self.assertIn("Payé le 20/03/2026", text)
        self.assertIn("Net à payer 0,00 €", text)
        self.assertNotIn("FR76 3000", text)

    def test_credit_note(self):
        """Row 2-59: a credit note cites the number and date of its invoice on paper."""
        invoice = self.make_paper()
        result = invoice.action_cancel_document(date="2026-03-12")
        credit_note = self.env["account.move"].browse(result["credit_note_ids"])
        text = self.read_pages(self.print_pdf(REPORT, credit_note))[0]
        self.assertIn(f"Avoir n° {credit_note.name}", text)
        self.assertIn(f"facture {invoice.name} du 10/03/2026", text)
        self.assertNotIn("FR76 3000", text)

    # ------------------------------------------------------------------
    # Several pages
    # ------------------------------------------------------------------
    def test_sixty_lines(self):
        """Rows 1-13, 2-15: number, foot, page x / y and table head on each page."""
        invoice = self.make_long()
        for model in self.invoices:
            pages = self.read_pages(self.print_pdf(REPORT, invoice, document_model_preview=model))
            self.assertGreater(len(pages), 2)
            for number, text in enumerate(pages, 1):
                self.assertIn(invoice.name, text)
                self.assertIn("RCS Lyon", text)
                self.assertIn(f"Page {number} / {len(pages)}", text)
                if "Ouvrage" in text:
                    self.assertIn("description", text.lower())
            whole = " ".join(pages)
            for group in range(1, 7):
                for rank in range(1, 11):
                    self.assertEqual(whole.count(f"Ouvrage {group}.{rank} Fourniture"), 1)

    def test_carried(self):
        """Row 1-13: the total at the bottom of a page is the one at the top of the next."""
        pages = self.read_pages(self.print_pdf(REPORT, self.make_long()))
        lined = [text for text in pages if "Ouvrage" in text]
        for text, following in pairwise(lined):
            carried = text.split("À reporter")[1].split("€")[0].strip()
            self.assertIn(f"Report {carried}", following)
        self.assertNotIn("À reporter", lined[-1])
        self.assertNotIn("Report ", lined[0].replace("À reporter", ""))

    def test_not_carried(self):
        """Row 1-13: no running total on one page, nor where the model says so."""
        self.assertNotIn("reporter", self.read_pages(self.print_pdf(REPORT, self.make_paper()))[0])
        self.invoices[0].show_carry = False
        self.assertNotIn(
            "reporter", " ".join(self.read_pages(self.print_pdf(REPORT, self.make_long())))
        )

    def test_titles_not_alone(self):
        """Row 1-13: wherever a page ends, a group's title stands above its first line."""
        for extra in range(3):
            header = "".join(f"<p>Ligne {i}</p>" for i in range(extra * 3))
            invoice = self.make_long(header=header)
            for text in self.read_pages(self.print_pdf(REPORT, invoice)):
                body = text.split("À reporter")[0].rstrip()
                self.assertNotRegex(body, r"Lot \d$")

    def test_totals_together(self):
        """Row 1-13: the totals are never divided by the end of a page."""
        for extra in range(4):
            lines = [self.make_line(name=f"Ligne {i}") for i in range(18 + 2 * extra)]
            pages = self.read_pages(self.print_pdf(REPORT, self.make_paper(lines)))
            holding = [text for text in pages if "Total TTC" in text or "Net à payer" in text]
            self.assertEqual(len(holding), 1)
            self.assertIn("Base HT", holding[0])

    # ------------------------------------------------------------------
    # Models
    # ------------------------------------------------------------------
    def test_looks(self):
        """Row 2-32: each of the five models looks as its reference picture, and as no other."""
        invoice = self.make_paper()
        pictures = {}
        for model in self.invoices:
            pdf = self.print_pdf(REPORT, invoice, document_model_preview=model)
            self.assert_looks(pdf, f"invoice_{model.layout}")
            pictures[model.layout] = draw(pdf, 1)
        self.assertEqual(len(pictures), 5)
        for (one, first), (two, second) in combinations(pictures.items(), 2):
            self.assertGreater(get_difference(first, second), SHARE_TOLERANCE, f"{one}, {two}")

    def test_long_looks(self):
        """Row 2-32: the second page of a long invoice looks as its reference picture."""
        self.assert_looks(self.print_pdf(REPORT, self.make_long()), "invoice_long_2", page=2)

    def test_chosen_after_validation(self):
        """Rows 3-08, 3-18: another model is chosen on a validated invoice, by who invoices."""
        invoice = self.make_paper()
        other = self.invoices.filtered(lambda model: model.layout == "banner")
        other.title = "Facture de travaux"
        self.rpc(self.billing_user, invoice, "write", {"document_model_id": other.id})
        text = self.read_pages(self.print_pdf(REPORT, invoice, user=self.billing_user))[0]
        self.assertIn("Facture de travaux", text)

    def test_print_recorded(self):
        """Row 1-13: each print records model and version; a preview records none."""
        invoice = self.make_paper()
        prints = self.env["koban.document.print"]
        domain = [("res_model", "=", "account.move"), ("res_id", "=", invoice.id)]
        self.print_pdf(REPORT, invoice, user=self.billing_user)
        self.invoices[0].title = "Facture"
        self.print_pdf(REPORT, invoice, user=self.billing_user)
        records = prints.search(domain, order="id")
        self.assertEqual(records.mapped("model_version"), [1, 2])
        self.assertEqual(records.user_id, self.billing_user)
        self.assertEqual(records.document_model_id, self.invoices[0])
        self.invoices[1].with_user(self.manager)._render_preview()
        self.assertEqual(len(prints.search(domain)), 2)

    def test_many(self):
        """Row 1-13: documents of several models are printed together, each in its own."""
        invoices = self.make_paper() + self.make_paper(document_model_id=self.invoices[2].id)
        invoices += self.make_paper(partner_id=self.other_customer.id)
        pages = self.read_pages(self.print_pdf(REPORT, invoices))
        self.assertEqual(len(pages), 3)
        for invoice, text in zip(invoices.sorted("name"), sorted(pages), strict=True):
            self.assertTrue(any(invoice.name in page for page in pages), text)

    def test_language(self):
        """Row 1-13: the model's language wins over the customer's."""
        self.customer.lang = "en_US"
        self.assertIn("Net to pay", self.read_pages(self.print_pdf(REPORT, self.make_paper()))[0])
        self.invoices[0].lang = "fr_FR"
        self.assertIn("Net à payer", self.read_pages(self.print_pdf(REPORT, self.make_paper()))[0])

    def test_texts(self):
        """Rows 3-09, 3-18: texts of the document and of its model are printed."""
        self.invoices[0].write(
            {
                "header": "<p>Texte d'ouverture</p>",
                "footer": "<p>Texte de fin</p>",
                "page_footer": "<p>Garantie décennale</p>",
            }
        )
        pages = self.read_pages(self.print_pdf(REPORT, self.make_long()))
        for text in ("Texte d'ouverture", "Texte de fin", "Head", "Foot", "Comment", "Terms"):
            self.assertEqual(" ".join(pages).count(text), 1, text)
        for text in pages:
            self.assertIn("Garantie décennale", text)

    def test_conditions(self):
        """Row 2-39: conditions are annexed, or overleaf on the back of the last sheet."""
        model = self.invoices[0]
        text = "<h3>Article 1</h3>" + "<p>Les prix sont fermes.</p>" * 30
        model.write({"conditions": "annexed", "conditions_text": text})
        pages = self.read_pages(self.print_pdf(REPORT, self.make_paper()))
        self.assertEqual(len(pages), 2)
        self.assertIn("Conditions générales", pages[1])
        self.assertIn("Page 2 / 2", pages[1])
        model.conditions = "overleaf"
        long_invoice = self.make_long()
        model.conditions = "none"
        preview = {"document_model_preview": model}  # a print would keep the first as original
        count = len(self.read_pages(self.print_pdf(REPORT, long_invoice, **preview)))
        model.conditions = "overleaf"
        pages = self.read_pages(self.print_pdf(REPORT, long_invoice, **preview))
        position = next(i for i, page in enumerate(pages, 1) if "Article 1 " in page)
        self.assertEqual(position % 2, 0, "the back of a sheet is an even page")
        self.assertGreaterEqual(position, count + 1)

    def test_conditions_file(self):
        """Row 2-39: the pages of a PDF of conditions follow as they are."""
        model = self.invoices[0]
        model.write({"conditions": "annexed", "conditions_file": make_pdf(2)})
        pdf = self.print_pdf(REPORT, self.make_paper())
        reader = PdfReader(io.BytesIO(pdf))
        self.assertEqual(len(reader.pages), 3)
        self.assertIn("Facture", reader.metadata.title)
        self.assertIn("/StructTreeRoot", reader.trailer["/Root"])

    def test_preview(self):
        """Row 1-13: a model is seen before it is used, on an example where there is nothing."""
        count = self.env["account.move"].search_count([])
        partners = self.env["res.partner"].search_count([])
        company = self.make_company("Without documents")
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        self.manager.company_ids += company
        model = self.get_model_of(company)
        manager = model.with_user(self.manager).with_context(
            allowed_company_ids=company.ids, lang="fr_FR", force_report_rendering=True
        )
        text = self.read_pages(manager._render_preview())[0]
        self.assertIn("Client d'exemple", text)
        self.assertEqual(self.env["account.move"].search_count([]), count)
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=", "Client d'exemple")]), 0
        )
        self.assertGreaterEqual(self.env["res.partner"].search_count([]), partners)

    def get_model_of(self, company):
        return self.env["koban.document.model"].search(
            [("company_id", "=", company.id), ("kind", "=", "credit_note")], limit=1
        )

    def test_without_model(self):
        """Row 1-13: a company without model prints as the host does."""
        self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id)]
        ).active = False
        invoice = self.make_paper()
        self.assertFalse(invoice.document_model_id)
        self.assertEqual(invoice._get_name_invoice_report(), "account.report_invoice_document")
        pages = self.read_pages(self.print_pdf(REPORT, invoice))
        self.assertIn(invoice.name, pages[0])
        self.assertNotIn("Net à payer", pages[0])

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------
    def test_bad_input(self):
        """Row 1-13: emoji, right-to-left text, markup and broken pictures stop no print."""
        lines = [
            self.make_line(name="مرحبا بالعالم 😀 <b>&amp; \u202e x\nשלום\x0b"),
            self.make_line(name="x" * 400),
            self.make_line(name="\n\n"),
        ]
        self.invoices[0].write({"font": "Tajawal", "title": "<script>alert(1)</script>"})
        invoice = self.make_paper(lines, header="<p>😀 <img src='data:image/png;base64,AAAA'/></p>")
        self.company.logo = base64.b64encode(
            b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'
        )
        pages = self.read_pages(self.print_pdf(REPORT, invoice))
        self.assertIn("<script>alert(1)</script>", pages[0])
        self.assertIn("Net à payer", " ".join(pages))
