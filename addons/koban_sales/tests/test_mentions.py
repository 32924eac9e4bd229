"""Rows 2-19 to 2-31, law.md §3.4: the mentions of quotes and orders."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_document.tests.paper import PaperMixin

from .common import OrderCase

REPORT = "sale.action_report_saleorder"


@tagged("post_install", "-at_install")
class TestOrderMentions(PaperMixin, OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.company.write(
            {
                "legal_form": "sarl",
                "share_capital": 50000.0,
                "rcs_city": "Lyon",
                "insurer_name": "MAAF",
                "insurer_contact": "Niort",
                "insurance_territory": "France métropolitaine",
                "consumer_mediator": "CM2C",
            }
        )
        cls.customer.lang = "fr_FR"
        cls.private = cls.env["res.partner"].create(
            {"name": "Jeanne Bouvier", "lang": "fr_FR", "country_id": cls.france.id}
        )

    def get_text(self, order):
        return " ".join(self.read_pages(self.print_pdf(REPORT, order)))

    def test_quote(self):
        """M21, M22, M24: identity and insurance on quotes; nothing of late payment."""
        quote = self.make_order(confirm=False, client_order_ref="BC-12")
        text = self.get_text(quote)
        for words in ("SARL au capital de 50 000 €", "RCS Lyon 123 456 782", "MAAF, Niort",
                      "France métropolitaine", "BC-12"):  # fmt: skip
            self.assertIn(words, text)
        for words in ("Banque centrale", "recouvrement", "CM2C"):
            self.assertNotIn(words, text)
        self.assertIn("CM2C", self.get_text(self.make_order(False, partner_id=self.private.id)))

    def test_validated_order_keeps(self):
        """Law.md §3.3: a validated order keeps its mentions; a quote follows the texts."""
        mention = self.env.ref("koban_mentions.legal_mention_insurance")
        order, quote = self.make_order(), self.make_order(confirm=False)
        self.env.flush_all()
        mention.with_context(lang="fr_FR").text = "Autre assurance"
        self.assertIn("MAAF, Niort", str(order._prepare_page()["mentions"]))
        self.assertIn("Autre assurance", str(quote._prepare_page()["mentions"]))
        self.assertFalse(quote.legal_mentions)
        with self.assert_refused():
            self.rpc(self.manager, order, "write", {"legal_mentions": {"lang": "fr_FR"}})

    def test_franchise(self):
        """Row 2-29, M15: a quote of an exempt company bears no VAT."""
        self.company.vat_scheme = "franchise"
        lines = [self.make_order_line(tax_ids=False)]
        page = self.make_order(confirm=False, lines=lines)._prepare_page()
        self.assertIn("TVA non applicable, art. 293 B du CGI", str(page["mentions"]))
        self.assertEqual((page["taxes"], page["due"]["name"]), ([], "Total"))

    def test_reverse_charge(self):
        """Row 2-30, M16: a quote for subcontracted works says “montant hors taxe”."""
        chart = self.env["account.chart.template"].with_company(self.company)
        position = chart.ref("koban_position_construction")
        taxes = position.map_tax(self.tax)
        quote = self.make_order(
            confirm=False,
            fiscal_position_id=position.id,
            lines=[self.make_order_line(tax_ids=[Command.set(taxes.ids)])],
        )
        page = quote._prepare_page()
        self.assertIn("Autoliquidation", str(page["mentions"]))
        self.assertEqual(page["due"]["name"], "Total hors taxe")
        self.assertEqual([total["name"] for total in page["totals"]], ["Montant hors taxe"])

    def test_union(self):
        """M14, M16: quotes and orders to the Union, with the taxes of the stock chart, say why."""
        chart = self.env["account.chart.template"].with_company(self.company)
        belgian = self.env["res.partner"].create(
            {
                "name": "Bureaux Meuse SA",
                "is_company": True,
                "country_id": self.env.ref("base.be").id,
                "vat": "BE0404040434",
                "lang": "fr_FR",
            }
        )
        goods = self.make_product("Bureau", type="consu")
        for name, product, text in (
            ("tva_sale_good_intra_0", goods, "262 ter"),
            ("tva_sale_service_intra_0", self.product, "Autoliquidation"),
        ):
            tax = chart.ref(name)
            line = self.make_order_line(product_id=product.id, tax_ids=[Command.set(tax.ids)])
            for confirm in (False, True):
                order = self.make_order(confirm, partner_id=belgian.id, lines=[line])
                self.assertIn(text, str(order._prepare_page()["mentions"]))
            # They do not print the notes of taxes, which therefore replace nothing.
            tax.invoice_legal_notes = "<p>Note du comptable</p>"
            self.assertIn(
                text,
                str(
                    self.make_order(False, partner_id=belgian.id, lines=[line])._prepare_page()[
                        "mentions"
                    ]
                ),
            )

    def test_down_payment(self):
        """M10: a down payment is of the nature of what was ordered."""
        goods = self.make_product("Bureau", type="consu", invoice_policy="order")
        order = self.make_order(lines=[self.make_order_line(product_id=goods.id)])
        invoice = self.invoice_order(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(invoice._get_natures(), {"goods"})
        invoice.action_post()
        final = self.invoice_order(order)
        self.assertEqual(final._get_natures(), {"goods"})

    def test_withdrawal(self):
        """Row 2-38: who is invoiced as a private customer may withdraw."""
        order = self.make_order(confirm=False)
        self.assertFalse(order._is_withdrawal_possible())
        self.customer.customer_type = "consumer"
        self.assertTrue(order._is_withdrawal_possible())

    def test_host_report(self):
        """Row 2-19: the host's own report of a quote says the identity too."""
        self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id)]
        ).active = False
        text = self.get_text(self.make_order(confirm=False, document_model_id=False))
        for words in ("RCS Lyon 123 456 782", "MAAF, Niort"):
            self.assertIn(words, text)
