"""Row 2-33: what is missing on an invoice, all at once, before it is validated."""

from odoo.tests import Form, tagged

from .mentions import MentionCase

NOTHING = {
    "vat": False,
    "company_registry": False,
    "legal_form": False,
    "share_capital": 0.0,
    "rcs_city": False,
    "street": False,
}


@tagged("post_install", "-at_install")
class TestMentionCheck(MentionCase):
    def get_codes(self, invoice):
        found = invoice._get_missing_mentions().get(invoice, [])
        return {item.code for item in found if item.required}

    def test_complete(self):
        """Nothing is missing on an invoice of a complete company, nor noted on it."""
        invoice = self.make_sale(post=True)
        self.assertEqual(invoice._get_missing_mentions(), {})
        self.assertFalse(invoice.message_ids.filtered(lambda m: "15 €" in m.body))

    def test_blocked(self):
        """Row 2-33: refused with all that is missing at once, and nothing is changed."""
        self.company.write({**NOTHING, "mention_check": "block"})
        self.customer.write({"street": False, "zip": False, "city": False})
        self.product.type = "consu"
        invoice = self.make_sale(self.goods)
        invoice.invoice_line_ids.name = " "
        self.env.flush_all()
        with self.unchanged(invoice):
            error = self.refusal("mentions_missing", self.rpc, self.billing_user, invoice,
                                 "action_post")  # fmt: skip
        codes = error.context["missing"][invoice.id]
        self.assertEqual(
            set(codes),
            {"company_address", "company_siren", "legal_form", "company_vat", "customer_address",
             "line_name"},
        )  # fmt: skip
        self.assertEqual(str(error).count("\n–"), len(codes))
        self.assertEqual((invoice.state, invoice.name), ("draft", False))

    def test_each(self):
        """Row 2-33: each fact that the company lacks is told, and only that one."""
        cases = {
            "company_address": {"city": False},
            "company_siren": {"company_registry": False, "vat": False},
            "legal_form": {"legal_form": False},
            "share_capital": {"share_capital": 0.0},
            "rcs_city": {"rcs_city": False},
            "legal_form_other": {"legal_form": "other"},
            "insurance": {"insurer_name": "MAAF"},
        }
        small = self.make_sale(price=100.0)
        for code, values in cases.items():
            with self.undone():
                self.company.write(values)
                self.assertEqual(self.get_codes(small), {code})

    def test_not_for_all(self):
        """Row 2-33: a sole trader has no capital; a SIRET may be awaited."""
        self.company.write({"legal_form": "ei", "share_capital": 0.0, "rcs_city": False,
                            "company_registry": False, "siret_pending": True})  # fmt: skip
        self.assertEqual(self.get_codes(self.make_sale()), set())

    def test_vat_number(self):
        """Row 2-21: the VAT number from 150 € before tax, but under article 293 B."""
        self.company.vat = False
        self.assertEqual(self.get_codes(self.make_sale(price=150.0)), set())
        self.assertEqual(self.get_codes(self.make_sale(price=150.01)), {"company_vat"})
        self.company.vat_scheme = "franchise"
        self.assertEqual(self.get_codes(self.make_sale(untaxed=True)), set())
        self.assertEqual(self.get_codes(self.make_sale()), {"franchise_vat"})

    def test_customer_siren(self):
        """M3: the SIRET of a French professional: told before the reform, wanted after."""
        self.customer.write({"company_registry": False, "vat": False})
        before, after = self.make_sale(), self.make_sale(invoice_date="2027-09-01")
        self.assertEqual(self.get_codes(before), set())
        self.assertEqual(self.get_codes(after), {"customer_siren"})
        self.assertIn("customer_siren", [i.code for i in before._get_missing_mentions()[before]])
        self.company.is_large_company = True
        large = self.make_sale(invoice_date="2026-09-01")
        self.assertEqual(self.get_codes(large), {"customer_siren"})
        self.customer.customer_type = "consumer"
        self.assertEqual(self.get_codes(large), set())

    def test_customer_vat(self):
        """M5: a professional of the Union invoiced without VAT needs his number."""
        invoice = self.make_sale(partner_id=self.belgian.id, untaxed=True)
        self.assertEqual(self.get_codes(invoice), set())
        self.belgian.vat = False
        self.assertEqual(self.get_codes(invoice), {"customer_vat"})

    def test_exemption(self):
        """M14: why no VAT is charged; not below 150 €, nor where it is told."""
        invoice = self.make_sale(untaxed=True)
        self.assertEqual(self.get_codes(invoice), {"exemption"})
        self.assertEqual(self.get_codes(self.make_sale(untaxed=True, price=150.0)), set())
        self.zero.invoice_legal_notes = "<p>Article 261 du CGI</p>"
        self.assertEqual(self.get_codes(invoice), set())
        lines = [self.make_line(tax_ids=False, price_unit=500.0)]
        self.assertEqual(self.get_codes(self.make_invoice(post=False, lines=lines)), {"exemption"})

    def test_credit_note(self):
        """M29: a credit note that corrects no invoice."""
        loose = self.make_sale(move_type="out_refund")
        self.assertEqual(self.get_codes(loose), {"credited_invoice"})
        invoice = self.make_sale(post=True)
        result = invoice.action_cancel_document(date="2026-03-12", validate=False)
        self.assertEqual(self.get_codes(loose.browse(result["credit_note_ids"])), set())

    def test_warned(self):
        """Row 2-33: by default it is validated, with a note of what is missing."""
        self.company.rcs_city = False
        invoice = self.make_sale(post=True)
        self.assertEqual(invoice.state, "posted")
        notes = invoice.message_ids.filtered(lambda message: "RCS" in (message.body or ""))
        self.assertEqual(len(notes), 1)

    def test_banner(self):
        """Row 2-33: the form of a draft tells what is missing, and where to go."""
        self.company.rcs_city = False
        with Form(self.make_sale()) as form:
            self.assertIn("RCS", form.missing_mentions)
            self.assertFalse(form.mention_blocking)
        self.company.mention_check = "block"
        invoice = self.make_sale()
        self.assertTrue(invoice.mention_blocking)
        action = self.rpc(self.billing_user, invoice, "action_open_company_mentions")
        self.assertEqual((action["res_model"], action["res_id"]), ("res.company", self.company.id))
        self.company.rcs_city = "Lyon"
        self.env.invalidate_all()
        self.assertFalse(invoice.missing_mentions)

    def test_others(self):
        """Row 2-33: entries, bills and companies without the guard are not checked."""
        self.company.write({**NOTHING, "mention_check": "block"})
        bill = self.make_sale(move_type="in_invoice", preferred_payment_method_line_id=False)
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        self.set_guard(False)
        self.assertEqual(self.make_sale(post=True).state, "posted")

    def test_batch(self):
        """Row 2-33: one invoice of a batch lacks something: none is validated, it is named."""
        self.company.mention_check = "block"
        invoices = self.make_sale() + self.make_sale(price=300.0)
        invoices[1].invoice_line_ids.name = False
        error = self.refusal("mentions_missing", invoices.action_post)
        self.assertEqual(error.context["ids"], invoices[1].ids)
        self.assertEqual(set(invoices.mapped("state")), {"draft"})

    def test_queries(self):
        """DESIGN §5: checking fifty invoices costs no more queries than five."""
        self.company.write({"rcs_city": False})
        sale = self.make_sale(self.goods, self.product)

        def count(size):
            invoices = self.env["account.move"].create(
                [sale.copy_data()[0] for _number in range(size)]
            )
            return self.count_queries(invoices._get_missing_mentions)

        count(2)
        self.assertLessEqual(count(50), count(5))

    def test_description(self):
        """Row 2-22: a line without quantity is told by its rank."""
        lines = [self.make_line(), self.make_line(quantity=0)]
        invoice = self.make_invoice(post=False, lines=lines)
        found = invoice._get_missing_mentions()[invoice]
        self.assertEqual([item.code for item in found], ["line_quantity"])
        self.assertIn("2", found[0].text)

    def test_company_page(self):
        """Row 2-19: the company's page shows and keeps its facts."""
        form = Form(self.company)
        form.legal_form = "sas"
        form.rcs_city = "Villefranche-Tarare"
        form.save()
        self.assertEqual(self.company.legal_form, "sas")
        form = Form(self.company)
        form.legal_form = "ei"
        self.assertEqual(form.share_capital, 0.0)
