"""Rows 2-14 to 2-31: mentions on the printed page, by our models and by the host's own report."""

from odoo.tests import tagged

from .mentions import MentionCase
from .paper import REPORT


@tagged("post_install", "-at_install")
class TestMentionsPaper(MentionCase):
    def read_pdf(self, invoice):
        return " ".join(self.read_pages(self.print_pdf(REPORT, invoice)))

    def drop_models(self):
        self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id)]
        ).active = False

    def test_professional(self):
        """Rows 2-19, 2-26, 2-27: an invoice to a professional."""
        text = self.read_pdf(self.make_sale(post=True, ref="BC-77"))
        for words in ("SARL au capital de 50 000 €", "RCS Lyon 123 456 782", "N° TVA FR11123456782",
                      "Banque centrale européenne", "40 €", "Pas d'escompte", "BC-77",
                      "Prestation de services", "222 222 226 00011"):  # fmt: skip
            self.assertIn(words, text)

    def test_private(self):
        """Rows 2-26, 2-27: an invoice to a private person."""
        text = self.read_pdf(self.make_sale(post=True, partner_id=self.person.id))
        self.assertIn("RCS Lyon", text)
        for words in ("Banque centrale", "recouvrement", "escompte"):
            self.assertNotIn(words, text)

    def test_number_on_each_page(self):
        """Row 2-15: the number and the identity are on each page."""
        invoice = self.make_long()
        pages = self.read_pages(self.print_pdf(REPORT, invoice))
        self.assertGreater(len(pages), 2)
        for page in pages:
            self.assertIn(invoice.name, page)
            self.assertIn("RCS Lyon 123 456 782", page)

    def test_host_report(self):
        """Law.md §3.5: the host's report without model says ours, not the host's own."""
        self.tax.write({"tax_scope": "consu", "tax_exigibility": "on_invoice"})
        self.drop_models()
        text = self.read_pdf(self.make_sale(post=True))
        for words in ("RCS Lyon 123 456 782", "Banque centrale européenne", "Prestation de"):
            self.assertIn(words, text)
        for words in ("Option", "Operation Type", "Type d'opération", "Goods Delivery"):
            self.assertNotIn(words, text)

    def test_host_report_guard_off(self):
        """DESIGN §2: without the guard the host's report is as it was."""
        self.tax.write({"tax_scope": "consu", "tax_exigibility": "on_invoice"})
        self.drop_models()
        self.set_guard(False)
        text = self.read_pdf(self.make_sale(post=True))
        self.assertIn("Livraison de biens", text)  # by the scope of the tax, as the host has it
        self.assertIn("Option pour le paiement de la taxe", text)
        for words in ("Banque centrale", "RCS Lyon 123", "Prestation de"):
            self.assertNotIn(words, text)
