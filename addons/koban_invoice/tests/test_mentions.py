"""Rows 2-14 to 2-31, law.md §3: each mention prints when its condition holds, and not otherwise."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.koban_mentions.models.account_chart_template import NOTED_TAXES

from .mentions import MentionCase


@tagged("post_install", "-at_install")
class TestMentions(MentionCase):
    """M1 to M30, from the page; see also test_mentions_paper."""

    def check_switch(self, text, field, on, off=False, document=None, **others):
        """A text is printed with a value of a field of the company, and not with another."""
        document = document or self.make_sale()
        self.company.write({field: off})
        self.assert_mention(text, document, present=False)
        self.company.write({field: on, **others})
        self.assert_mention(text, document)

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------
    def test_m1_seller(self):
        """Rows 2-17, 2-18, M1: name, address and SIREN of the seller."""
        page = self.read_page(self.make_sale())
        for text in ("Atelier Test SARL", "12 chemin de la Scierie", "69210 L'Arbresle",
                     "SIRET 123 456 782 00010"):  # fmt: skip
            self.assertIn(text, page)
        self.company.company_registry = False
        self.assert_mention("SIRET", self.make_sale(partner_id=self.person.id), present=False)

    def test_m2_customer(self):
        """Row 2-17, M2: name and address invoiced; the head office only where it is another."""
        invoice = self.make_sale()
        self.assert_mention("1 rue du Four", invoice)
        self.assert_mention("Siège du client", invoice, present=False)
        branch = self.env["res.partner"].create(
            {"name": "Agence", "type": "invoice", "parent_id": self.customer.id,
             "street": "5 quai Jayr", "zip": "69009", "city": "Lyon",
             "country_id": self.france.id}
        )  # fmt: skip
        page = self.read_page(self.make_sale(partner_id=branch.id))
        self.assertIn("5 quai Jayr", page)
        self.assertIn("Siège du client 1 rue du Four, 69001 Lyon", page)

    def test_m3_customer_siren(self):
        """M3: the number of a French professional; none of a private or foreign customer."""
        self.assert_mention("SIRET du client 222 222 226 00011", self.make_sale())
        self.customer.customer_type = "consumer"
        self.assert_mention("SIRET du client", self.make_sale(), present=False)
        self.belgian.company_registry = "0404040434"
        document = self.make_sale(partner_id=self.belgian.id)
        self.assert_mention("SIRET du client", document, present=False)

    def test_m4_vat_number(self):
        """Row 2-21, M4: the VAT number of the seller, if there is one."""
        invoice = self.make_sale()
        self.assert_mention("FR11123456782", invoice)
        self.company.vat = False
        self.assert_mention("N° TVA", self.make_sale(partner_id=self.person.id), present=False)

    def test_m5_customer_vat_number(self):
        """M5: the VAT number of the customer within the Union; a private person has none."""
        self.assert_mention("BE0404040434", self.make_sale(partner_id=self.belgian.id))
        page = self.read_page(self.make_sale(partner_id=self.person.id))
        self.assertNotIn("N° TVA du client", page)

    def test_m6_dates(self):
        """Row 2-16, M6: the date of issue, and that of supply only if it is another."""
        invoice = self.make_sale(delivery_date="2026-03-10")
        page = self.read_page(invoice)
        self.assertEqual(page.count("10/03/2026"), 1)
        self.assert_mention("28/02/2026", self.make_sale(delivery_date="2026-02-28"))

    def test_m8_delivery_address(self):
        """M8: the address of delivery, only if it is another."""
        same = self.env["res.partner"].create(
            {"name": "Accueil", "type": "delivery", "parent_id": self.customer.id,
             "street": "1 rue du Four", "zip": "69001", "city": "Lyon",
             "country_id": self.france.id}
        )  # fmt: skip
        other = same.copy({"name": "Entrepôt", "street": "9 rue des Docks"})
        near = self.make_sale(self.goods, partner_shipping_id=same.id)
        self.assertFalse(near._prepare_page()["delivery"])
        far = self.make_sale(self.goods, partner_shipping_id=other.id)
        self.assertIn("9 rue des Docks", far._prepare_page()["delivery"])

    def test_m9_m11_m12_lines(self):
        """Row 2-14, M9, M11, M12: lines, rates, discounts and totals per rate."""
        lines = [
            self.make_line(name="Relevé", discount=10.0),
            self.make_line(name="Plans", tax_ids=[Command.set(self.other_tax.ids)]),
        ]
        self.tax.tax_group_id.name = "TVA 20%"
        invoice = self.make_invoice(post=False, lines=lines, narration=False)
        page = invoice._prepare_page()
        self.assertEqual(page["rows"][0]["cells"]["discount"], "10 %")
        self.assertEqual(page["rows"][0]["cells"]["quantity"], "2")
        self.assertTrue(page["rows"][0]["cells"]["tax"])
        names = [total["class"] for total in page["totals"]]
        self.assertLessEqual({"kd-untaxed", "kd-vat", "kd-total"}, set(names))
        self.assertTrue(page["taxes"])
        columns = [column["name"] for column in self.make_sale()._prepare_page()["columns"]]
        self.assertNotIn("discount", columns)

    def test_m10_nature(self):
        """M10, law.md §3.5: goods or services by the article, not by the scope of the tax."""
        self.tax.tax_scope = "consu"
        cases = {
            "Prestation de services": (self.product,),
            "Livraison de biens": (self.goods,),
            "Biens et services": (self.goods, self.product),
        }
        for text, products in cases.items():
            facts = dict(self.make_sale(*products)._prepare_page()["facts"])
            self.assertEqual(facts["Opération"], text)

    def test_m10_without_article(self):
        """M10: a line without article is what the company says."""
        line = self.make_line(product_id=False, name="Divers")
        invoice = self.make_invoice(post=False, lines=[line])
        self.assertEqual(invoice._get_natures(), {"service"})
        self.company.line_nature = "goods"
        self.assertEqual(invoice._get_natures(), {"goods"})

    # ------------------------------------------------------------------
    # VAT
    # ------------------------------------------------------------------
    def test_m13_debits(self):
        """M13, law.md §3.5: the option on debits, only if opted and only for services."""
        text = "Option pour le paiement de la taxe d'après les débits"
        self.tax.tax_exigibility = "on_invoice"
        self.check_switch(text, "vat_on_debits", True)
        self.assert_mention(text, self.make_sale(self.goods), present=False)
        self.assert_mention(text, self.make_sale(self.goods, self.product))

    def test_m14_union(self):
        """M14: goods to a professional of the Union say their article; others do not."""
        text = "262 ter"
        document = self.make_sale(self.goods, partner_id=self.belgian.id, untaxed=True)
        self.assert_mention(text, document)
        taxed = self.make_sale(self.goods, partner_id=self.belgian.id)
        self.assert_mention(text, taxed, present=False)
        self.belgian.vat = False
        self.assert_mention(text, document, present=False)

    def test_m14_own_note(self):
        """M14: a reason typed on the tax or the fiscal position stands instead of ours."""
        self.zero.invoice_legal_notes = "<p>Exonéré, article 261 du CGI</p>"
        document = self.make_sale(self.goods, partner_id=self.belgian.id, untaxed=True)
        self.assert_mention("article 261", document)
        self.assert_mention("262 ter", document, present=False)

    def test_m14_empty_note(self):
        """M14: a note that was emptied on the screen is none."""
        self.zero.invoice_legal_notes = "<p><br></p>"
        document = self.make_sale(self.goods, partner_id=self.belgian.id, untaxed=True)
        self.assert_mention("262 ter", document)

    def test_m14_m16_stock_chart(self):
        """M14, M16: the taxes of the stock French chart leave the French mentions to us."""
        chart = self.env["account.chart.template"].with_company(self.company)
        position = chart.ref("fiscal_position_template_intraeub2b")
        for name, product, text in (
            ("tva_sale_good_intra_0", self.goods, "262 ter"),
            ("tva_sale_service_intra_0", self.product, "Autoliquidation"),
        ):
            document = self.make_sale(
                product, partner_id=self.belgian.id, fiscal_position_id=position.id
            )
            self.get_product_lines(document).tax_ids = chart.ref(name)
            self.assert_mention(text, document)
            self.assertNotIn("Directive 2006/112/EC", self.read_page(document))

    def test_m14_m16_new_chart(self):
        """M14, M16: a company that takes the French chart gets its taxes without English notes."""
        data = self.env["account.chart.template"]._get_chart_template_data("fr")["account.tax"]
        for name in NOTED_TAXES:
            self.assertFalse(data[name]["invoice_legal_notes"])

    def test_m14_export(self):
        """M14: goods and services outside the Union, and overseas."""
        self.belgian.write({"vat": False, "country_id": self.env.ref("base.ch").id})
        goods = self.make_sale(self.goods, partner_id=self.belgian.id, untaxed=True)
        self.assert_mention("article 262, I", goods)
        service = self.make_sale(partner_id=self.belgian.id, untaxed=True)
        self.assert_mention("article 259, 1°", service)
        self.assert_mention("262, I", service, present=False)

    def test_m14_overseas(self):
        """M14: what is sold to an overseas territory without VAT."""
        guiana = self.person.copy({"country_id": self.env.ref("base.gf").id})
        self.assert_mention("article 294", self.make_sale(partner_id=guiana.id, untaxed=True))
        self.assert_mention(
            "article 294", self.make_sale(partner_id=self.person.id, untaxed=True), present=False
        )

    def test_m15_franchise(self):
        """Row 2-29, M15: article 293 B, and no amount of VAT on the document."""
        document = self.make_sale(untaxed=True, partner_id=self.person.id)
        text = "TVA non applicable, art. 293 B du CGI"
        self.check_switch(text, "vat_scheme", "franchise", "normal", document)
        page = document._prepare_page()
        self.assertFalse(page["taxes"])
        self.assertNotIn("tax", [column["name"] for column in page["columns"]])
        self.assertNotIn("kd-vat", [total["class"] for total in page["totals"]])
        self.assertNotIn("TTC", self.read_page(document))

    def test_m15_charged(self):
        """M15: VAT that was charged is never hidden."""
        self.company.vat_scheme = "franchise"
        self.assertTrue(self.make_sale()._prepare_page()["taxes"])

    def test_m16_construction(self):
        """Row 2-30, M16: subcontracting of works: the position changes the tax, and says it."""
        chart = self.env["account.chart.template"].with_company(self.company)
        position = chart.ref("koban_position_construction")
        position.name = "Sous-traitance"
        document = self.make_sale(fiscal_position_id=position.id)
        self.get_product_lines(document).tax_ids = position.map_tax(self.tax)
        page = self.read_page(document)
        self.assertEqual(document.amount_tax, 0)
        self.assertIn("Autoliquidation", page)
        self.assertIn("283, 2 nonies", page)
        self.assertIn("Montant hors taxe 200,00 €", page)
        self.assertIn("Net à payer, hors taxe", page)
        self.assertNotIn("TTC", page)
        self.assert_mention("Autoliquidation", self.make_sale(), present=False)

    def test_m16_union(self):
        """M16: a service to a professional of the Union."""
        document = self.make_sale(partner_id=self.belgian.id, untaxed=True)
        page = self.read_page(document)
        self.assertIn("Autoliquidation", page)
        self.assertIn("article 196 de la directive", page)
        # The word is mandatory, whatever note the tax has.
        self.zero.invoice_legal_notes = "<p>Note du comptable</p>"
        self.assert_mention("Autoliquidation", document)
        self.assert_mention("Note du comptable", document)
        self.belgian.write({"customer_type": "consumer"})
        self.assert_mention("Autoliquidation", document, present=False)

    def test_m16_other(self):
        """M16: a tax of reverse charge (code AE) in France says it too."""
        document = self.make_sale(self.goods, untaxed=True)
        self.assert_mention("Autoliquidation", document, present=False)
        self.zero.ubl_cii_tax_category_code = "AE"
        self.assert_mention("Autoliquidation", document)

    def test_m18_margin(self):
        """M18: each margin scheme, only on what bears no VAT."""
        cases = {
            "travel": "Agences de voyages",
            "second_hand": "Biens d'occasion",
            "art": "Objets d'art",
            "antiques": "Objets de collection et d'antiquité",
        }
        document = self.make_sale(self.goods, untaxed=True)
        taxed = self.make_sale(self.goods)
        for scheme, text in cases.items():
            self.check_switch(f"Régime particulier – {text}", "margin_scheme", scheme,
                              document=document)  # fmt: skip
            self.assert_mention("Régime particulier", taxed, present=False)
            self.assertEqual(self.read_page(document).count("Régime particulier"), 1)

    def test_m18_margin_abroad(self):
        """M18: goods sold outside are exempt, not taxed on the margin; the agent's trips are."""
        text, swiss = "Régime particulier", self.belgian.copy({"vat": False})
        swiss.country_id = self.env.ref("base.ch")
        guiana = self.person.copy({"country_id": self.env.ref("base.gf").id})
        self.company.margin_scheme = "second_hand"
        for partner, own in ((swiss, "article 262, I"), (guiana, "article 294")):
            document = self.make_sale(self.goods, partner_id=partner.id, untaxed=True)
            self.assert_mention(text, document, present=False)
            self.assert_mention(own, document)
        self.company.margin_scheme = "travel"
        trip = self.make_sale(partner_id=swiss.id, untaxed=True)
        self.assert_mention(text, trip)
        self.assert_mention("article 259", trip, present=False)

    def test_m18_margin_union(self):
        """M18: in the Union too, but where the tax of the fiscal position exempts the goods."""
        self.company.margin_scheme = "second_hand"
        text = "Régime particulier"
        document = self.make_sale(self.goods, partner_id=self.belgian.id, untaxed=True)
        self.assert_mention(text, document)
        self.assert_mention("262 ter", document, present=False)
        chart = self.env["account.chart.template"].with_company(self.company)
        self.get_product_lines(document).tax_ids = chart.ref("tva_sale_good_intra_0")
        self.assert_mention(text, document, present=False)
        self.assert_mention("262 ter", document)

    def test_m19_vat_group(self):
        """M19: member of a VAT group."""
        self.check_switch("Membre d'un assujetti unique", "vat_group_member", True)

    # ------------------------------------------------------------------
    # Payment
    # ------------------------------------------------------------------
    def test_m20_professional(self):
        """Rows 2-26, 2-27, M20: late rate, 40 €, discount: for professionals only."""
        texts = ("Banque centrale européenne", "40 €", "escompte")
        invoice = self.make_sale()
        private = self.make_sale(partner_id=self.person.id)
        for text in texts:
            self.assert_mention(text, invoice)
            self.assert_mention(text, private, present=False)
        self.assertIn("09/04/2026", self.read_page(invoice))
        self.person.customer_type = "professional"
        for text in texts:
            self.assert_mention(text, private)

    def test_m20_own_terms(self):
        """Rows 2-26, 2-27: rate, compensation and discount of the company."""
        self.company.with_context(lang="fr_FR").write(
            {"late_rate": "12 % l'an", "recovery_fee": 60.0, "early_payment": "Escompte de 1 %."}
        )
        page = self.read_page(self.make_sale())
        for text in ("12 % l'an", "60 €", "Escompte de 1 %."):
            self.assertIn(text, page)

    def test_m20_early_discount(self):
        """Row 2-26: terms that give a discount do not print that there is none."""
        self.set_early_discount()
        invoice = self.make_sale(invoice_payment_term_id=self.terms.id)
        self.assert_mention("Pas d'escompte", invoice, present=False)

    def set_early_discount(self):
        self.terms.line_ids[1].unlink()
        self.terms.line_ids.write({"value": "percent", "value_amount": 100, "nb_days": 30})
        self.terms.write({"early_discount": True, "discount_percentage": 2, "discount_days": 8})

    def test_m20_early_discount_form(self):
        """Row 2-26: an invoice with a discount is typed, and printed before it has a line."""
        self.set_early_discount()
        moves = self.env["account.move"].with_user(self.billing_user)
        form = Form(moves.with_context(default_move_type="out_invoice"))
        form.invoice_date = "2026-03-10"
        form.partner_id = self.customer
        form.invoice_payment_term_id = self.terms
        with form.invoice_line_ids.new() as line:
            line.product_id = self.product
        self.assert_mention("Pas d'escompte", form.save(), present=False)
        empty = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-03-10",
                "invoice_payment_term_id": self.terms.id,
            }
        )
        self.assert_mention("Pas d'escompte", empty, present=False)
        self.assertEqual(empty._get_printed_installments(), [])

    def test_m21_buyer_order(self):
        """M21: the number of the buyer's order, if there is one."""
        self.assert_mention("Votre commande", self.make_sale(), present=False)
        self.assert_mention("BC-2026-77", self.make_sale(ref="BC-2026-77"))

    # ------------------------------------------------------------------
    # Identity
    # ------------------------------------------------------------------
    def test_m22_company(self):
        """Rows 2-19, 2-20, M22: legal form, capital, RCS and city, head office."""
        page = self.read_page(self.make_sale())
        self.assertIn("SARL au capital de 50 000 €", page)
        self.assertIn("RCS Lyon 123 456 782", page)
        self.assertIn("Siège social : 12 chemin de la Scierie", page)
        office = self.env["res.partner"].create(
            {"name": "Siège", "street": "3 place Bellecour", "zip": "69002", "city": "Lyon"}
        )
        self.company.write({"head_office_id": office.id, "variable_capital": True})
        page = self.read_page(self.make_sale())
        self.assertIn("Siège social : 3 place Bellecour, 69002 Lyon", page)
        self.assertIn("au capital variable de 50 000 €", page)

    def test_m22_sole_trader(self):
        """M22: “EI” for sole traders, without capital."""
        self.company.share_capital = 0
        self.check_switch("Entrepreneur individuel (EI)", "legal_form", "ei", "sarl")
        self.assertNotIn("capital", self.read_page(self.make_sale()))

    def test_m22_liquidation(self):
        """M22: a company being wound up."""
        self.check_switch("Société en liquidation", "in_liquidation", True)

    def test_m22_free_footer(self):
        """Law.md §3.5: the free footer is replaced once the legal form is chosen."""
        self.company.report_footer = "<p>Pied libre</p>"
        self.assert_mention("Pied libre", self.make_sale(), present=False)
        self.company.legal_form = False
        self.assert_mention("Pied libre", self.make_sale())

    def test_m23_crafts(self):
        """Row 2-19, M23: the registration of crafts."""
        self.check_switch("RNE / RM 123 456 782 RM 69", "rm_number", "123 456 782 RM 69")

    def test_m24_insurance(self):
        """Row 2-31, M24: insurer, contact and territory."""
        self.check_switch(
            "MAAF, Niort", "insurer_name", "MAAF", insurer_contact="Niort",
            insurance_territory="France métropolitaine",
        )  # fmt: skip
        self.assert_mention("France métropolitaine", self.make_sale())

    def test_m25_association(self):
        """Row 2-28, M25: member of an approved association."""
        text = "le règlement par chèque et carte bancaire est accepté"
        self.check_switch(text, "approved_association", True)

    def test_m26_siret_pending(self):
        """Row 2-25, M26: “SIRET en cours d'attribution”, until there is one."""
        self.company.company_registry = False
        text = "SIRET en cours d'attribution"
        self.check_switch(text, "siret_pending", True)
        self.company.company_registry = "12345678200010"
        self.assert_mention(text, self.make_sale(), present=False)

    # ------------------------------------------------------------------
    # Articles, credit notes, language
    # ------------------------------------------------------------------
    def test_m27_m28_categories(self):
        """Row 2-31, M27, M28: eco-contribution and tyres, by category of articles."""
        parent = self.env["product.category"].create({"name": "Appareils"})
        child = self.env["product.category"].create({"name": "Lampes", "parent_id": parent.id})
        for name, text in (("eco_contribution", "éco-contribution"), ("tyres", "pneumatiques")):
            mention = self.env.ref(f"koban_mentions.legal_mention_{name}")
            self.goods.categ_id = child
            self.assert_mention(text, self.make_sale(self.goods), present=False)
            mention.write({"category_ids": parent.ids, "active": True})
            self.assert_mention(text, self.make_sale(self.goods))
            self.assert_mention(text, self.make_sale(), present=False)
            mention.active = False

    def test_m29_credit_note(self):
        """M29: a credit note cites the number and date of its invoice; an invoice cites none."""
        invoice = self.make_sale(post=True)
        result = invoice.action_cancel_document(date="2026-03-12")
        credit_note = self.env["account.move"].browse(result["credit_note_ids"])
        self.assert_mention(f"facture {invoice.name} du 10/03/2026", credit_note)
        self.assertFalse(invoice._prepare_page()["notices"])
        # The late payment of what is owed to the customer is not his.
        self.assert_mention("Banque centrale", credit_note, present=False)

    def test_m30_currency(self):
        """M30: the VAT is told in euros on an invoice in another currency."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        text = "Montant de la TVA en euros"
        self.assert_mention(text, self.make_sale(currency_id=dollar.id))
        self.assert_mention(text, self.make_sale(), present=False)

    def test_m30_other_company_currency(self):
        """M30: a company whose accounts are not in euros does not tell its VAT in euros."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        document = self.make_sale(currency_id=dollar.id)
        self.env.flush_all()
        franc = self.env.ref("base.XPF")
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s", [franc.id, self.company.id]
        )
        self.env.invalidate_all()
        self.assert_mention("TVA en euros", document, present=False)

    def test_m30_language(self):
        """M30, law 94-665: a private customer in France reads French; others their language."""
        (self.person + self.customer).lang = "en_US"
        private = self.make_sale(partner_id=self.person.id)
        self.assertEqual(private._get_printed_lang(), "fr_FR")
        self.assertEqual(self.make_sale()._get_printed_lang(), "en_US")
        self.person.country_id = self.env.ref("base.be")
        self.assertEqual(private._get_printed_lang(), "en_US")

    def test_mediator(self):
        """Law.md §3.4: the consumer mediator, for private customers."""
        self.company.consumer_mediator = "CM2C, cm2c.net"
        self.assert_mention("CM2C", self.make_sale(partner_id=self.person.id))
        self.assert_mention("CM2C", self.make_sale(), present=False)

    def test_m17_self_billing(self):
        """M17: “Autofacturation”, on vendor bills of a self-billing journal only."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "purchase")], limit=1
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "journal_id": journal.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [Command.create({"name": "Bois", "price_unit": 10.0})],
            }
        )
        self.assertEqual(bill._get_host_report_mentions()["mentions"], [])
        journal.is_self_billing = True
        mentions = bill.with_context(lang="fr_FR")._get_host_report_mentions()
        self.assertEqual(mentions["mentions"], ["Autofacturation"])
        self.assertEqual(mentions["identity"], [])


@tagged("post_install", "-at_install")
class TestMentionRecords(MentionCase):
    """The records: dates, versions, companies, rights."""

    def make_mention(self, **values):
        return self.env["koban.legal.mention"].create(
            {"name": "Test", "code": "TEST", "text": "Texte un", **values}
        )

    def test_dates(self):
        """Law.md §3.3: the date of the document chooses the text."""
        self.make_mention(valid_to="2026-12-31")
        self.make_mention(text="Texte deux", valid_from="2027-01-01")
        old, new = self.make_sale(), self.make_sale(invoice_date="2027-01-01")
        self.assert_mention("Texte un", old)
        self.assert_mention("Texte deux", old, present=False)
        self.assert_mention("Texte deux", new)
        self.assert_mention("Texte un", new, present=False)

    def test_new_version(self):
        """Law.md §3.3: a new version ends the other the day before."""
        mention = self.make_mention()
        action = self.rpc(self.manager, mention, "action_new_version", "2027-01-01")
        version = self.env["koban.legal.mention"].browse(action["res_id"])
        version.text = "Texte deux"
        self.assertEqual(str(mention.valid_to), "2026-12-31")
        self.assertEqual((str(version.valid_from), version.code), ("2027-01-01", "TEST"))
        self.assert_mention("Texte deux", self.make_sale(invoice_date="2027-01-01"))
        self.assert_mention("Texte un", self.make_sale())

    def test_validated_keeps(self):
        """Law.md §3.3: a validated invoice keeps its texts, whatever becomes of the records."""
        mention = self.make_mention()
        invoice, draft = self.make_sale(post=True), self.make_sale()
        mention.text = "Texte changé"
        self.assert_mention("Texte un", invoice)
        self.assert_mention("Texte changé", draft)
        mention.unlink()
        self.company.approved_association = True
        self.assert_mention("Texte un", invoice)
        self.assert_mention("association agréée", invoice, present=False)
        self.assertEqual(invoice.copy().legal_mentions, False)

    def test_change_is_recorded(self):
        """Law.md §3.3: a change of a common mention is told in the journal of each company."""
        other, abroad = self.make_company("Autre"), self.make_company("Elders", "base.be")
        common, own = self.make_mention(), self.make_mention(code="X", company_id=other.id)
        self.manager.company_ids |= other
        for mention, companies in ((common, self.company | other), (own, other)):
            self.rpc(self.manager, mention, "write", {"text": f"Texte {mention.id}"})
            events = self.get_events("parameter", records=mention)
            self.assertLessEqual(companies, events.company_id)
            self.assertNotIn(abroad, events.company_id)
            self.assertEqual(len(events), len(events.company_id))
        self.assertNotIn(self.company, events.company_id)

    def test_validated_is_frozen(self):
        """DESIGN §2: nobody writes the texts kept by a validated invoice."""
        invoice = self.make_sale(post=True)
        with self.assert_refused():
            self.rpc(self.manager, invoice, "write", {"legal_mentions": {"lang": "fr_FR"}})

    def test_company(self):
        """A mention of one company stands for the common one of the same code, there only."""
        other = self.make_company("Autre")
        self.make_mention()
        self.make_mention(text="Texte de l'autre", company_id=other.id)
        self.assert_mention("Texte un", self.make_sale())
        self.make_mention(text="Texte maison", company_id=self.company.id)
        page = self.read_page(self.make_sale())
        self.assertIn("Texte maison", page)
        self.assertNotIn("Texte un", page)
        self.assertNotIn("Texte de l'autre", page)

    def test_other_company_unseen(self):
        """DESIGN §7: nobody sees the mentions of another company; only managers write."""
        other = self.make_company("Autre")
        hidden = self.make_mention(company_id=other.id)
        common = self.make_mention()
        Mention = self.env["koban.legal.mention"]
        found = Mention.with_user(self.billing_user).search([("code", "=", "TEST")])
        self.assertEqual(found, common)
        self.assertNotIn(hidden, Mention.with_user(self.manager).search([]))
        with self.assertRaises(AccessError):
            common.with_user(self.billing_user).write({"text": "Non"})

    def test_unknown_word(self):
        """A word in braces that nothing stands for is refused, and named."""
        with self.assert_refused("mention_text") as caught:
            self.make_mention(text="Notre {siège}")
        self.assertIn("siège", str(caught.exception))

    def test_guard_off(self):
        """DESIGN §2: without the guard, no mention of ours."""
        self.set_guard(False)
        page = self.read_page(self.make_sale(post=True))
        self.assertNotIn("Banque centrale", page)
        self.assertNotIn("Opération", page)

    def test_queries(self):
        """DESIGN §5: fifty invoices cost no more queries for their mentions than five."""
        sale = self.make_sale(self.goods, self.product)

        def count(size):
            invoices = self.env["account.move"].create(
                [sale.copy_data()[0] for _number in range(size)]
            )
            self.env.flush_all()

            def render():
                for invoice in invoices:
                    invoice._prepare_legal_mentions()

            return self.count_queries(render)

        count(2)
        self.assertLessEqual(count(50), count(5))
