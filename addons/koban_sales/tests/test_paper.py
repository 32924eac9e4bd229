"""Rows 2-34 to 2-47, 2-51, 3-08, 3-09: quotes and orders on paper."""

import base64

from markupsafe import Markup
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_document.tests.paper import PaperMixin, make_logo
from odoo.addons.koban_guard.exceptions import DocumentError

from .common import OrderCase

REPORT = "sale.action_report_saleorder"


@tagged("post_install", "-at_install")
class TestQuotePaper(PaperMixin, OrderCase):
    picture_addon = "koban_sales"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.tax.tax_group_id.name = "TVA 20%"
        cls.seller.write({"name": "Camille Roche", "email": "camille@atelier.example"})
        cls.company.partner_id.bank_ids.allow_out_payment = False
        cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        cls.quotes = cls.get_models("quote")
        cls.private = cls.env["res.partner"].create(
            {"name": "Jeanne Bouvier", "lang": "fr_FR", "country_id": cls.france.id}
        )

    def make_quote(self, **values):
        values = {"validity_date": "2026-03-05", **values}
        return self.make_order(confirm=False, **values)

    def get_text(self, record, **context):
        return " ".join(self.read_pages(self.print_pdf(REPORT, record, **context)))

    def test_ready_models(self):
        """Rows 2-40, 2-51: two models of quotes, “Devis” and “Proposition de prix”."""
        self.assertEqual(len(self.quotes), 2)
        quote = self.make_quote()
        self.assertEqual(quote.document_model_id, self.quotes[0])
        self.assertIn(f"Devis n° {quote.name}", self.get_text(quote))
        quote.document_model_id = self.quotes[1]
        self.quotes[1].with_context(lang="fr_FR").title = "Proposition de prix"
        self.assertIn(f"Proposition de prix n° {quote.name}", self.get_text(quote))

    def test_what_a_quote_says(self):
        """Rows 2-40, 2-44: dates, validity, totals, terms and bank details."""
        text = self.get_text(self.make_quote())
        for part in (
            "03/02/2026",
            "Valable jusqu'au",
            "05/03/2026",
            "Boulangerie Martin",
            "Total HT",
            "Total TTC",
            "FR76 3000 6000 0112 3456 7890 189",
            "Page 1 / 1",
        ):
            self.assertIn(part, text)

    def test_texts(self):
        """Rows 2-46, 3-09: the lines written for the prospect are on the paper."""
        text = self.get_text(self.make_quote())
        for part in ("Head", "Foot", "Comment", "Thank you"):
            self.assertIn(part, text)

    def test_free(self):
        """Row 2-41: what costs nothing says so."""
        lines = [
            self.make_order_line(name="Livraison", price_unit=0.0),
            self.make_order_line(name="Offerte", discount=100.0),
            self.make_order_line(name="Payante"),
        ]
        self.assertEqual(self.get_text(self.make_quote(lines=lines)).count("Gratuit"), 2)

    def test_signature_place(self):
        """Rows 2-36, 2-43: a place to sign with “Bon pour accord”, unless the model has none."""
        quote = self.make_quote()
        text = self.get_text(quote)
        for part in ("Bon pour accord", "Nom et qualité", "Signature et cachet du client"):
            self.assertIn(part, text)
        self.quotes[0].show_signature = False
        self.assertNotIn("Bon pour accord", self.get_text(quote))

    def test_signed(self):
        """Row 2-34: what was signed on the portal shows the signature, and no place for one."""
        quote = self.make_quote(
            signature=make_logo(), signed_by="Claire Martin", signed_on="2026-02-05 10:00:00"
        )
        text = self.get_text(quote)
        self.assertIn("Signé par Claire Martin le 05/02/2026", text)
        self.assertNotIn("cachet", text)

    def test_withdrawal(self):
        """Row 2-38: the notice is for private customers, and follows the model's wording."""
        self.assertNotIn("rétractation", self.get_text(self.make_quote()))
        quote = self.make_quote(partner_id=self.private.id, contact_id=False)
        text = self.get_text(quote)
        self.assertIn("Droit de rétractation", text)
        self.assertIn("quatorze jours", text)
        self.quotes[0].with_context(lang="fr_FR").withdrawal_text = "<p>Trente jours offerts.</p>"
        text = self.get_text(quote)
        self.assertIn("Trente jours offerts.", text)
        self.assertNotIn("quatorze jours", text)
        self.quotes[0].show_withdrawal = False
        self.assertNotIn("Trente jours", self.get_text(quote))

    def test_support(self):
        """Row 2-42: how to reach the customer service."""
        self.company.write({"support_name": "Atelier SAV", "support_phone": "04 65 71 20 99"})
        quote = self.make_quote()
        self.assertIn("Service client : Atelier SAV – 04 65 71 20 99", self.get_text(quote))
        self.quotes[0].show_support = False
        self.assertNotIn("Atelier SAV", self.get_text(quote))

    def test_travel_costs(self):
        """Row 2-40: the model proposes travel costs to each quote, and its order keeps them."""
        self.quotes[0].with_context(lang="fr_FR").travel_costs = "compris dans un rayon de 30 km"
        quote = self.make_quote()
        self.assertIn("Frais de déplacement : compris dans un rayon de 30 km", self.get_text(quote))
        quote.travel_costs = "45 € hors taxe par visite"
        text = self.get_text(quote)
        self.assertIn("Frais de déplacement : 45 € hors taxe par visite", text)
        self.assertNotIn("30 km", text)
        quote.action_create_order()
        quote.action_confirm()
        self.assertEqual(quote.document_kind, "order")
        self.assertIn("45 € hors taxe par visite", self.get_text(quote))
        with self.assertRaises(DocumentError):
            quote.travel_costs = "offerts"
        without = self.make_quote(travel_costs=False)
        self.assertNotIn("Frais de déplacement", self.get_text(without))

    def test_no_empty_page(self):
        """Row 2-43: whatever the length of the texts, no page is left without content."""
        quote = self.make_quote()
        for height in range(0, 90, 3):
            quote.comment = Markup("<div style='height: %smm'>.</div>") % height
            pages = self.read_pages(self.print_pdf(REPORT, quote))
            self.assertIn("cachet", pages[-1], f"{height} mm")
        self.assertGreater(len(pages), 1)

    def test_photo(self):
        """Row 2-45: the salesperson, with a photo if there is one."""
        quote = self.make_quote()
        html = self.env["ir.actions.report"]._render_qweb_html("sale.report_saleorder", quote.ids)
        self.assertIn('name="seller"', html[0].decode())
        without = html[0].decode().count("data:image/")
        self.seller.image_1920 = make_logo(color="#B5651D")
        html = self.env["ir.actions.report"]._render_qweb_html("sale.report_saleorder", quote.ids)
        self.assertEqual(html[0].decode().count("data:image/"), without + 1)

    def test_looks(self):
        """Row 2-51: each model of quotes looks as its reference picture."""
        quote = self.make_quote()
        for model in self.quotes:
            pdf = self.print_pdf(REPORT, quote, document_model_preview=model)
            self.assert_looks(pdf, f"quote_{model.layout}")

    # ------------------------------------------------------------------
    # From quote to order to invoice
    # ------------------------------------------------------------------
    def test_kinds(self):
        """Rows 1-13, 3-08: quote, order and invoice each take the model of their kind."""
        quote = self.make_quote()
        quote.document_model_id = self.quotes[1]
        quote.action_create_order()
        self.assertEqual(quote.document_model_id.kind, "order")
        quote.action_confirm()
        self.assertEqual(quote.document_model_id, self.get_models("order")[0])
        self.assertIn(f"Commande n° {quote.name}", self.get_text(quote))
        invoice = self.invoice_order(quote)
        self.assertEqual(invoice.document_model_id, self.get_models("invoice")[0])

    def test_chosen_after_validation(self):
        """Row 3-08: another model is chosen on a validated order."""
        order = self.make_order()
        other = self.get_models("order")[0].copy({"name": "Autre", "title": "Bon de commande"})
        self.rpc(self.seller, order, "write", {"document_model_id": other.id})
        self.assertIn(f"Bon de commande n° {order.name}", self.get_text(order))

    def test_wrong_kind(self):
        """Row 1-13: a model of another kind never gives its title to an order."""
        order = self.make_order(document_model_id=False)
        order.document_model_id = self.quotes[1]
        self.assertEqual(order._get_printed_model().kind, "order")

    def test_file_name(self):
        """Row 1-13: the file says what it is, its number and for whom, in every language."""
        quote = self.make_quote()
        name = f"Devis {quote.name} – Boulangerie Martin"
        self.assertEqual(quote._get_report_base_filename(), name)
        for lang in ("en_US", "fr_FR"):
            report = self.env.ref(REPORT).with_context(lang=lang)
            self.assertTrue(report.print_report_name.startswith("object._get_printed_report_name"))
            self.assertEqual(report._get_document_title(report, quote), name)

    def test_file_name_kept(self):
        """Row 1-13: translations that are loaded again do not bring the host's name back."""
        self.env["ir.module.module"]._load_module_terms(["sale"], ["fr_FR"], overwrite=True)
        report = self.env.ref(REPORT).with_context(lang="fr_FR")
        self.assertEqual(report.print_report_name.count("_get_printed_report_name"), 1)
        report._extend_order_names(own=False)
        self.assertNotIn("_get_printed_report_name", report.print_report_name)

    def test_down_payment(self):
        """Row 1-13: the final invoice deducts the down payment by its number."""
        order = self.make_order()
        down = self.invoice_order(order, advance_payment_method="percentage", amount=30.0)
        down.action_post()
        final = self.invoice_order(order)
        final.action_post()
        text = " ".join(self.read_pages(self.print_pdf("account.account_invoices", final)))
        self.assertIn("Total HT avant acomptes", text)
        self.assertIn(f"Acompte {down.name}", text)
        self.assertEqual(text.count(down.name), 1, "not among the lines as well")
        text = " ".join(self.read_pages(self.print_pdf("account.account_invoices", down)))
        self.assertNotIn("avant acomptes", text)

    def test_proforma(self):
        """Row 2-40: a pro forma says so."""
        text = " ".join(
            self.read_pages(
                self.print_pdf("sale.action_report_pro_forma_invoice", self.make_quote())
            )
        )
        self.assertIn("Facture pro forma", text)

    def test_portal_customer(self):
        """Row 2-34: the customer prints on the portal what the salesperson prints."""
        quote = self.make_quote()
        public = self.env.ref("base.public_user")
        report = self.env["ir.actions.report"].with_user(public).sudo()
        report = report.with_context(force_report_rendering=True)
        pdf = report._render_qweb_pdf(REPORT, quote.ids)[0]
        self.assertIn(f"Devis n° {quote.name}", self.read_pages(pdf)[0])

    def test_without_model(self):
        """Row 1-13: a company without model prints as the host does, under the host's name."""
        models = self.env["koban.document.model"].search([("company_id", "=", self.company.id)])
        models.active = False
        quote = self.make_quote()
        self.assertFalse(quote.document_model_id)
        self.assertEqual(quote._get_printed_report_name(), "")
        text = self.get_text(quote)
        self.assertIn(quote.name, text)
        self.assertNotIn("Bon pour accord", text)

    def test_hidden_prices(self):
        """Row 4-05: prices that a group hides are on no page, the VAT summary stays."""
        lines = [
            Command.create(
                {"display_type": "line_section", "name": "Lot", "collapse_prices": True}
            ),
            self.make_order_line(name="Secret", price_unit=123.45),
            self.make_order_line(name="Autre", price_unit=111.11),
        ]
        text = self.get_text(self.make_quote(lines=lines))
        self.assertNotIn("123,45", text)
        self.assertNotIn("246,90", text)
        self.assertNotIn("Prix unitaire", text)
        self.assertIn("Base HT", text)

    def test_grouping_default(self):
        """Rows 1-13, 4-05: a new group is displayed as the document's model says."""
        names = ["collapse_prices", "collapse_composition"]
        line = self.env["sale.order.line"].with_context(default_display_type="line_section")
        self.assertFalse(line.default_get(names).get("collapse_prices"))
        self.quotes[0].grouping_display = "hide_prices"
        self.assertTrue(line.default_get(names)["collapse_prices"])
        quote = self.make_quote(document_model_id=self.quotes[1].id)
        self.quotes[1].grouping_display = "hide_detail"
        defaults = line.with_context(default_order_id=quote.id).default_get(names)
        self.assertTrue(defaults["collapse_composition"])
        self.assertFalse(defaults.get("collapse_prices"))
        self.assertFalse(self.env["sale.order.line"].default_get(names).get("collapse_prices"))

    def test_bad_signature(self):
        """Row 2-34: a signature that cannot be drawn stops no print."""
        quote = self.make_quote()
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
        quote.write({"signed_by": "Claire", "signature": base64.b64encode(svg)})
        self.assertIn("Claire", self.get_text(quote))
