"""The eco-tax on paper and portal (M27): under its line, and in its own total before VAT."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin
from odoo.addons.koban_invoice.tests.paper import REPORT

from .common import EcotaxCase

ORDER_REPORT = "sale.action_report_saleorder"
MENTION = "Éco-participation : 10,00 € × 3 = 30,00 € HT"


@tagged("post_install", "-at_install")
class TestPaper(PaperMixin, EcotaxCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.env["ir.module.module"]._load_module_terms(["koban_ecotax"], ["fr_FR"], overwrite=True)
        cls.customer.lang = "fr_FR"

    def read_paper(self, document):
        report = ORDER_REPORT if document._name == "sale.order" else REPORT
        pages = self.read_pages(self.print_pdf(report, document))
        return " ".join(pages).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")

    def get_ovens(self, **values):
        return {"product_id": self.article.id, "quantity": 3, **values}

    def test_invoice(self):
        """Case T14: 30.00 on the line and in its own total; VAT is that of both."""
        text = self.read_paper(self.make_eco_invoice(self.get_ovens()))
        self.assertIn(MENTION, text)
        self.assertRegex(text, r"Total HT hors éco-participation 300,00 €")
        self.assertRegex(text, r"Éco-participation 30,00 €")
        self.assertRegex(text, r"Total HT 330,00 €")
        self.assertRegex(text, r"TVA 66,00 €")
        self.assertIn("396,00 €", text)
        # The summary of VAT has one row, and it is the VAT's.
        page = self.make_eco_invoice(self.get_ovens())._prepare_page()
        self.assertEqual(len(page["taxes"]), 1)
        self.assertIn("330", page["taxes"][0]["base"])

    def test_order(self):
        """The same on the quote."""
        order = self.make_eco_order({"product_id": self.article.id, "product_uom_qty": 3})
        text = self.read_paper(order)
        self.assertIn(MENTION, text)
        self.assertRegex(text, r"Éco-participation 30,00 €")

    def test_included(self):
        """Case T14: of a price incl. VAT it says what it includes."""
        text = self.read_paper(self.make_eco_invoice(self.included(discount=90)))
        self.assertIn("Dont éco-participation : 2,00 € × 1 = 2,00 € HT", text)
        self.assertIn("3,36 €", text)

    def test_column(self):
        """The column of VAT names VAT alone."""
        invoice = self.make_eco_invoice(self.get_ovens())
        [row] = [row for row in invoice._get_printed_rows() if row.kind == "product"]
        self.assertEqual(row.taxes, (self.tax.tax_label,))

    def test_hidden(self):
        """4-08: hidden prices do not leak through the mention; a hidden detail is one sum."""
        section = {"display_type": "line_section", "name": "Kitchen"}
        hidden = self.make_eco_invoice({**section, "collapse_prices": True}, self.get_ovens())
        text = self.read_paper(hidden)
        self.assertNotIn("× 3 =", text)
        self.assertNotIn("10,00 €", text)
        self.assertRegex(text, r"Éco-participation 30,00 €")
        closed = self.make_eco_invoice(
            {**section, "collapse_composition": True}, self.get_ovens(), self.product, self.lamp
        )
        text = self.read_paper(closed)
        self.assertNotIn("× 3 =", text)
        self.assertIn("Éco-participation : 32,00 € HT", text)
        kinds = [row.kind for row in closed._get_printed_rows()]
        self.assertEqual(kinds, ["summary"])

    def test_portal(self):
        """The customer sees on the portal what the paper says."""
        order = self.make_eco_order({"product_id": self.article.id, "product_uom_qty": 3})
        order.action_quotation_sent()
        invoice = self.make_eco_invoice(self.get_ovens())
        for document, url in (
            (order, f"/my/orders/{order.id}"),
            (invoice, f"/my/invoices/{invoice.id}"),
        ):
            token = document._portal_ensure_token()
            # That of an invoice shows its paper.
            pages = ("&report_type=html", "") if document == order else ("&report_type=html",)
            for suffix in pages:
                with self.subTest(url=url + suffix):
                    response = self.url_open(f"{url}?access_token={token}{suffix}")
                    text = response.content.decode().replace("\N{NO-BREAK SPACE}", " ")
                    self.assertEqual(response.status_code, 200)
                    self.assertIn("× 3 = 30,00 €", text)
                    self.assertIn("Total HT hors éco-participation", text)

    def test_lines_add_up(self):
        """DESIGN §3: the mentions add up to the total, whatever the fractions of a cent."""
        table = self.make_ecotax("NUT", "Nuts", ("2025-01-01", 0.0333))
        nut = self.make_article("Nut", table, list_price=1.0)
        invoice = self.make_eco_invoice(nut, nut, nut)
        lines = self.get_product_lines(invoice)
        self.assertEqual(lines.mapped("koban_ecotax_amount"), [0.03, 0.03, 0.03])
        self.assertEqual(invoice._get_ecotax_total(), 0.09)
        self.assertIn("0,0333 € × 1 = 0,03 € HT", self.read_paper(invoice))

    def test_later(self):
        """DESIGN §2: a table changed since leaves the paper of a validated invoice as it was."""
        invoice = self.make_eco_invoice(self.get_ovens())
        self.ecotax.rate_ids = [Command.create({"date_from": "2026-01-01", "amount": 77.0})]
        self.article.koban_ecotax_quantity = 5
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(MENTION, self.read_paper(invoice))

    def test_views(self):
        """Each screen of the addon opens in French."""
        views = self.env["ir.ui.view"].search(
            [("model_data_id.module", "=", "koban_ecotax"), ("model", "!=", False)]
        )
        self.assertGreater(len(views), 10)
        for view in views:
            with self.subTest(view=view.name):
                model = self.env[view.model].with_context(lang="fr_FR")
                kind = view.type
                shown = model.get_view(view.id if view.mode == "primary" else None, kind)
                self.assertTrue(shown["arch"])

    def test_vat_in_euros(self):
        """M30 with M27: the VAT in euros of an invoice in dollars is without its eco-tax."""
        dollar = self.make_dollar()
        invoice = self.make_eco_invoice(self.get_ovens(), currency_id=dollar.id)
        # 450 + 45 dollars are 330 euros, of which 20 %.
        told = "Montant de la TVA en euros : 66,00 €"
        self.assertIn(told, self.read_paper(invoice))
        invoice.action_cancel_document(reason="Wrong")
        self.assertIn(told, self.read_paper(invoice.reversal_move_ids))

    def test_no_vat_in_euros(self):
        """M30 with M27: an eco-tax without VAT is no VAT that would be told in euros."""
        self.company.vat_scheme = "franchise"
        ovens = self.get_ovens(tax_ids=[Command.clear()])
        invoice = self.make_eco_invoice(ovens, currency_id=self.make_dollar().id)
        self.assertEqual(self.get_amounts(invoice), (450.0, 45.0, 0.0, 495.0))
        self.assertNotIn("TVA en euros", self.read_paper(invoice))
