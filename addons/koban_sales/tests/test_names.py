"""Issue 12, line 5: a validated order shows who and what it named when it was validated."""

import io
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from pypdf import PdfReader

from odoo.addons.koban_document.tests.paper import PaperMixin
from odoo.addons.koban_invoice.tests.names import NEW_WORDS, OLD_WORDS, Renaming
from odoo.addons.koban_seal.tests.attacker import Attacker

from .common import OrderCase
from .test_leak import make_form

REPORT = "sale.action_report_saleorder"
# What the order in UBL says of them.
OLD_PARTIES = ("Ancienne Boulangerie", "3 rue Vieille", "69003", "FR23334175221", "Ancien Atelier")
NEW_PARTIES = ("Nouvelle Enseigne", "88 avenue Neuve", "33000", "FR40303265045", "Futur Atelier")


class NamesCase(Renaming, Attacker, PaperMixin, OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.set_up_names()

    def make_named(self, **values):
        return self.make_order(
            lines=[self.make_order_line(name="Relevé", product_uom_id=self.unit.id)], **values
        )

    def get_page(self, orders) -> str:
        """Return the page as HTML: it leaves no original."""
        reports = self.env["ir.actions.report"].with_context(lang="fr_FR")
        return reports._render_qweb_html(REPORT, orders.ids)[0].decode()


@tagged("post_install", "-at_install")
class TestOrderNames(NamesCase):
    def test_page_does_not_change(self):
        """Issue 12, line 5: an order's page is that of its validation, a quote's of today."""
        order, quote = self.make_named(), self.make_named(confirm=False)
        before = self.get_page(order)
        self.assert_words(before, OLD_WORDS, NEW_WORDS)
        self.rename()
        self.assertEqual(self.get_page(order), before)
        self.assert_words(self.get_page(quote), NEW_WORDS, OLD_WORDS)
        quote.action_confirm()
        self.assert_words(self.get_page(quote), NEW_WORDS, OLD_WORDS)

    def test_totals_of_the_page(self):
        """Issue 12, line 5: the VAT of the page is of the rate of then, as its total."""
        order = self.make_named()
        self.rename()
        page = self.get_page(order)
        self.assertIn("Groupe ancien", page)
        self.assertIn("40,00", page)
        self.assertEqual(order.amount_tax, 40.0)

    def test_first_print(self):
        """Issue 12, line 5: the first PDF after the rename, and a cancelled order's."""
        order, cancelled = self.make_named(), self.make_named()
        self.rename()
        [text] = self.read_pages(self.print_pdf(REPORT, order))
        self.assert_words(text, OLD_WORDS, NEW_WORDS)
        cancelled.action_cancel()
        self.assert_words(self.get_page(cancelled), OLD_WORDS, NEW_WORDS)

    def make_account(self, number, holder):
        return self.env["res.partner.bank"].create(
            {
                "acc_number": number,
                "partner_id": self.company.partner_id.id,
                "acc_holder_name": holder,
                "allow_out_payment": True,
            }
        )

    def test_account_and_customer_service(self):
        """Issue 12, line 5: the account and the customer service are those of the validation."""
        self.company.partner_id.bank_ids.allow_out_payment = False
        account = self.make_account("FR7630006000011234567890189", "Titulaire ancien")
        self.company.write(
            {
                "support_name": "Secours ancien",
                "support_phone": "04 00 00 00 01",
                "support_email": "ancien@atelier.example",
            }
        )
        order, quote = self.make_named(), self.make_named(confirm=False)
        self.assertEqual(order.koban_bank_id, account)
        models = order._get_printed_model() | quote._get_printed_model()
        models.write({"show_bank": True, "show_support": True})
        old = (
            "FR76 3000 6000 0112 3456 7890 189", "Titulaire ancien", "Secours ancien",
            "04 00 00 00 01", "ancien@atelier.example",
        )  # fmt: skip
        before = self.get_page(order)
        self.assert_words(before, old, ())
        account.write({"allow_out_payment": False, "acc_holder_name": "Titulaire autre"})
        self.make_account("FR1420041010050500013M02606", "Titulaire nouveau")
        self.company.write(
            {
                "support_name": "Secours nouveau",
                "support_phone": "04 00 00 00 02",
                "support_email": "nouveau@atelier.example",
            }
        )
        self.assertEqual(self.get_page(order), before)
        self.assert_words(self.get_page(quote), ("Titulaire nouveau", "Secours nouveau"), old)
        account.unlink()  # the host archives it
        self.assertEqual(self.get_page(order), before)
        self.refusal("document_validated", order.write, {"koban_bank_id": False})
        self.refusal("document_number", quote.write, {"koban_bank_id": account.id})

    def test_invoice_of_an_order(self):
        """Issue 12, line 5: an invoice made after the rename names who the customer is then."""
        order = self.make_named()
        self.rename()
        invoice = self.invoice_order(order)
        invoice.action_post()
        reports = self.env["ir.actions.report"].with_context(lang="fr_FR")
        page = reports._render_qweb_html("account.account_invoices", invoice.ids)[0].decode()
        self.assert_words(page, NEW_WORDS, OLD_WORDS)
        self.assert_words(self.get_page(order), OLD_WORDS, NEW_WORDS)

    def test_edit_is_found(self):
        """Issue 12, line 5: the verification compares the names of orders."""
        order = self.make_named()
        self.assertEqual(self.find(), [])
        path = ["res.partner", str(self.customer.id), "vat"]
        self.sql(
            "UPDATE sale_order SET frozen_names = jsonb_set(frozen_names, %s, '\"X\"') "
            "WHERE id = %s",
            path,
            order.id,
        )
        [finding] = self.find()
        self.assertEqual(finding.field, "/".join(["frozen_names", *path]))

    def test_queries(self):
        """Issue 12, line 5: two queries more an order at most, whatever its lines."""
        with self.without_names() as freezing:
            counts = {}
            self.make_named()
            for size in (3, 30):
                for freezing["on"] in (False, True):
                    lines = [self.make_order_line(name=f"Line {n}") for n in range(size)]
                    order = self.make_order(lines=lines, confirm=False)
                    counts[size, freezing["on"]] = self.count_queries(order.action_confirm)
        self.assertLessEqual(counts[3, True] - counts[3, False], 2, counts)
        self.assertLessEqual(counts[30, True] - counts[30, False], 2, counts)

    def test_forms_in_the_pdf(self):
        """Issue 12, line 5: forms within the PDF of an order are filled in with names of then."""
        if "quotation.document" not in self.env:
            self.skipTest("sale_pdf_quote_builder is not installed")
        self.env["sale.pdf.form.field"].create(
            {
                "name": "told_to",
                "document_type": "quotation_document",
                "path": "partner_id.contact_address",
            }
        )
        header = self.env["quotation.document"].create(
            {
                "name": "Header.pdf",
                "raw": make_form("Header", ("told_to",)),
                "mimetype": "application/pdf",
                "document_type": "header",
            }
        )
        order = self.make_named(quotation_document_ids=header.ids)
        self.env["ir.config_parameter"].set_param("sale.always_include_selected_documents", "True")
        self.rename()
        with patch("odoo.tools.pdf.fill_form_fields_pdf") as fill:
            self.print_pdf(REPORT, order)
        [told] = fill.call_args[1]["form_fields"].values()
        self.assert_words(told, ("3 rue Vieille", "69003"), NEW_WORDS)


@tagged("post_install", "-at_install")
class TestOrderNamesPortal(HttpCase, NamesCase):
    def get_portal(self, order, **query):
        order._portal_ensure_token()
        self.env.flush_all()
        link = f"/my/orders/{order.id}?access_token={order.access_token}"
        question = "".join(f"&{key}={value}" for key, value in query.items())
        self.authenticate(None, None)
        response = self.url_open(link + question)
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return response.content.decode()

    def test_portal(self):
        """Issue 12, line 5: the portal's page of an order names its parties, taxes and units."""
        order, quote = self.make_named(), self.make_named(confirm=False)
        words = ("Ancienne Boulangerie", "3 rue Vieille", "Toise ancienne", "20 % ancien")
        others = ("Nouvelle Enseigne", "88 avenue Neuve", "Toise nouvelle", "5 % nouveau")
        self.assert_words(self.get_portal(order), words, others)
        self.rename()
        self.assert_words(self.get_portal(order), words, others)
        self.assert_words(self.get_portal(quote), others, words)
        self.assert_words(self.get_portal(order, report_type="html"), OLD_WORDS, NEW_WORDS)

    # ---- The order in UBL ----
    def skip_without_ubl(self):
        if "sale.edi.xml.ubl_bis3" not in self.env:
            self.skipTest("sale_edi_ubl is not installed")

    def get_xml(self, order):
        order._portal_ensure_token()
        self.env.flush_all()
        self.authenticate(None, None)
        url = f"/my/orders/{order.id}/download_edi?access_token={order.access_token}"
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return response.content.decode()

    def test_electronic_order(self):
        """Issue 12, line 5: the electronic order behind the link is that of the validation."""
        self.skip_without_ubl()
        order, quote = self.make_named(), self.make_named(confirm=False)
        before = self.get_xml(order)
        self.assert_words(before, OLD_PARTIES, NEW_PARTIES)
        self.rename()
        self.assertEqual(self.get_xml(order), before)
        self.assert_words(self.get_xml(quote), NEW_PARTIES, OLD_PARTIES)

    def test_electronic_order_of_others(self):
        """Issue 12, line 5: who has no right to the order gets no electronic order."""
        order = self.make_named()
        self.env.flush_all()
        self.authenticate(None, None)
        response = self.url_open(f"/my/orders/{order.id}/download_edi?access_token=wrong")
        self.assertNotIn("Ancienne Boulangerie", response.text)

    def test_electronic_order_in_the_pdf(self):
        """Issue 12, line 5: so does the one within the PDF, printed for the first time."""
        self.skip_without_ubl()
        order = self.make_named()
        self.rename()
        reader = PdfReader(io.BytesIO(self.print_pdf(REPORT, order)))
        [[content]] = reader.attachments.values()
        self.assert_words(content.decode(), OLD_PARTIES, NEW_PARTIES)
