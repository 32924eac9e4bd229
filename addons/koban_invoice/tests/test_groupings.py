"""Invoices with groups: what is hidden is told by no page, no mail, no file (rows 4-05 to 4-10)."""

import io

from lxml import etree, html
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from pypdf import PdfReader

from .common import InvoiceCase
from .schematron import get_broken_rules

# Prices below a thousand: no separator can disguise them.
HIDDEN_PRICES = ("173.91", "291.37", "457.19", "613.83", "719.57", "827.41", "941.63", "1227.66")
HIDDEN_NAMES = tuple(f"Component {letter}" for letter in "ABCHIKL")


def as_text(content):
    """Return the words of a page, with single spaces."""
    tree = html.fromstring(content)
    for node in tree.xpath("//script|//style|//head"):
        node.drop_tree()
    return " ".join(" ".join(tree.itertext()).split())


class GroupedInvoiceCase(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        # One language, one format, whatever the database speaks.
        cls.env["res.lang"]._activate_lang("en_US").write(
            {"decimal_point": ".", "thousands_sep": ",", "grouping": "[3,0]"}
        )
        cls.customer.write({"lang": "en_US", "vat": "FR40303265045"})
        cls.company.vat = "FR23334175221"
        cls.tax.invoice_label = "20%"
        cls.other_tax.invoice_label = "5.5%"

    @classmethod
    def make_group(cls, name, kind="line_section", **options):
        return Command.create({"display_type": kind, "name": name, **options})

    @classmethod
    def make_article(cls, name, price, quantity=1, tax=None, **values):
        return cls.make_line(
            product_id=cls.make_product(name).id,
            name=name,
            quantity=quantity,
            price_unit=price,
            tax_ids=[Command.set((tax or cls.tax).ids)],
            **values,
        )

    @classmethod
    def make_grouped_lines(cls):
        """Every mode, every nesting, two rates of tax."""
        article, other = cls.make_article, cls.other_tax
        sub = "line_subsection"
        return [
            article("Visible", 10),
            cls.make_group(
                "Kit",
                collapse_composition=True,
                kit_quantity=3,
                kit_uom_id=cls.dozen.id,
            ),
            article("Component A", 173.91),
            article("Component B", 291.37),
            article("Component C", 457.19, tax=other),
            article("Component K", 42.5, tax=other),
            cls.make_group("Secret prices", collapse_prices=True),
            article("Article D", 613.83, quantity=2),
            article("Article E", 719.57, tax=other, discount=10),
            cls.make_group("Inner", sub),
            article("Article F", 827.41),
            cls.make_group("Open"),
            article("Article G", 31),
            cls.make_group("Inner totals", sub, collapse_composition=True),
            article("Component H", 941.63),
            article("Component L", 58.37),
            article("Component I", 13.27, tax=other),
            cls.make_group("Mute", sub, hide_subtotal=True),
            article("Article J", 53),
        ]

    def assert_nothing_leaks(self, text, names=HIDDEN_NAMES):
        for name in names:
            self.assertNotIn(name, text)
        for price in HIDDEN_PRICES:
            self.assertNotIn(price, text)
            self.assertNotIn(price.replace(".", ","), text)


@tagged("post_install", "-at_install")
class TestGroupedInvoices(GroupedInvoiceCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(lines=cls.make_grouped_lines())

    def get_page(self, invoice):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", invoice.ids
        )
        return as_text(content)

    def get_host_page(self, invoice):
        """Return the page of the host's template, which prints without a document model."""
        self.env["koban.document.model"].search([]).active = False
        invoice.document_model_id = False
        return self.get_page(invoice)

    # ------------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------------
    def test_page(self):
        """4-05 to 4-08: the page says what the modes let it say, and its totals."""
        text = self.get_host_page(self.invoice)
        self.assert_nothing_leaks(text)
        # 465.28 = 173.91 + 291.37 of 20 %, the price goes with the quantity of the kit.
        self.assertRegex(text, r"Kit 3.00 \S+ 155.093 20% \S*465.28")
        self.assertRegex(text, r"Kit 3.00 \S+ 166.563 5.5% \S*499.69")
        self.assertIn("Secret prices", text)
        self.assertRegex(text, r"Article D 2.00")
        # 2 × 613.83 + 827.41 = 2055.07, and 90 % of 719.57 = 647.61.
        self.assertRegex(text, r"Subtotal Secret prices 20% \S*2,055.07")
        self.assertRegex(text, r"Subtotal Secret prices 5.5% \S*647.61")
        self.assertNotIn("Subtotal Inner", text)
        self.assertNotIn("Subtotal Mute", text)
        # 31 + 941.63 + 58.37 + 13.27 + 53 = 1097.27
        self.assertRegex(text, r"Subtotal Open \S*1,097.27")

    def test_page_of_a_model(self):
        """4-05 to 4-08: the page by a document model shows the same rows."""
        self.assertTrue(self.invoice.document_model_id)
        text = self.get_page(self.invoice)
        self.assert_nothing_leaks(text)
        for shown in ("155.093", "465.28", "166.563", "499.69", "2,055.07", "647.61", "1,097.27"):
            self.assertIn(shown, text)

    def test_same_without_secrets(self):
        """The test of leaks can fail: with every detail shown, each price is on the page."""
        lines = self.make_grouped_lines()
        for command in lines:
            for option in ("collapse_prices", "collapse_composition", "kit_quantity"):
                command[2].pop(option, None)
        text = self.get_page(self.make_invoice(lines=lines)).replace(",", "")
        for value in (*HIDDEN_NAMES, *HIDDEN_PRICES):
            self.assertIn(value, text)

    def test_empty_columns(self):
        """Hidden prices leave no empty column behind."""
        invoice = self.make_invoice(
            lines=[
                self.make_group("Secret", collapse_prices=True),
                self.make_article("A", 100, discount=15),
            ]
        )
        text = self.get_page(invoice)
        self.assertNotIn("Unit Price", text)
        self.assertNotIn("Disc.%", text)

    def test_guard_off(self):
        """Without guard nor option of ours, the page is the host's."""
        self.set_guard(False)
        lines = [self.make_group("Host"), self.make_article("A", 100)]
        invoice = self.make_invoice(post=False, lines=lines)
        self.assertNotIn("Subtotal Host", self.get_page(invoice))
        invoice.invoice_line_ids[0].hide_subtotal = True
        invoice.invoice_line_ids[1].copy({"move_id": invoice.id})
        self.assertFalse("Subtotal Host" in self.get_page(invoice))
        self.assertTrue(invoice._uses_printed_rows())

    def test_entries(self):
        """4-04: lines of a journal entry are not placed, which would write half of it."""
        lines = self.invoice.line_ids
        account = lines.filtered(lambda line: line.display_type == "product").account_id[:1]
        other = lines.filtered(lambda line: line.display_type == "payment_term").account_id
        balances = ((other, 20), (account, -20))
        lines = [
            Command.create({"account_id": item.id, "balance": amount}) for item, amount in balances
        ]
        entry = self.env["account.move"].create({"line_ids": lines})
        changed = entry.line_ids.filtered(lambda line: line.account_id == account)
        entry.write(
            {
                "line_ids": [
                    Command.update(changed.id, {"debit": 10, "credit": 0, "balance": 10}),
                    Command.create({"account_id": account.id, "balance": -30}),
                ]
            }
        )
        self.assertEqual(changed.amount_currency, 10)

    def test_other_lines_come_last(self):
        """4-04: the lines of taxes and payments are not put among those of the groups."""
        invoice = self.make_invoice(post=False, lines=self.make_grouped_lines())
        invoice.invoice_line_ids[0].price_unit += 1
        shown = invoice.invoice_line_ids
        others = invoice.line_ids - shown
        self.assertTrue(others)
        self.assertGreater(min(others.mapped("sequence")), max(shown.mapped("sequence")))

    def test_pdf(self):
        """The text of the PDF, as a reader searches it."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = report.with_user(self.env.ref("base.user_admin"))._render_qweb_pdf(
            "account.account_invoices", self.invoice.ids
        )
        self.assertEqual(kind, "pdf")
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        self.assert_nothing_leaks(text)
        self.assertIn("Secret prices", text)

    # ------------------------------------------------------------------
    # Portal and mail
    # ------------------------------------------------------------------
    def test_portal(self):
        """The page of the customer says no more than the paper."""
        self.invoice._portal_ensure_token()
        url = f"/my/invoices/{self.invoice.id}?access_token={self.invoice.access_token}"
        for suffix in ("", "&report_type=html"):
            response = self.url_open(url + suffix)
            self.assertEqual(response.status_code, 200)
            self.assert_nothing_leaks(response.text)
        self.assertIn("Subtotal", response.text)

    def test_mail(self):
        template = self.env.ref("account.email_template_edi_invoice")
        body = template._render_field("body_html", self.invoice.ids)[self.invoice.id]
        self.assertIn(self.invoice.name, body)
        self.assert_nothing_leaks(body)

    def test_lines_of_others(self):
        """DESIGN §4: electronic documents of models without groupings, or of no record, go on."""
        invoice = self.make_invoice()
        line = self.get_product_lines(invoice)
        writer = self.env["account.edi.xml.ubl_20"]
        records = [self.env["account.move.line"], self.customer, line, line]
        found = writer._get_grouped_documents([{"record": record} for record in records])
        self.assertEqual(found, [invoice])

    def test_one_unit(self):
        """4-06: where the guard is off too, a group as one line is not counted in "Units"."""
        self.set_guard(False)
        self.env.user.group_ids |= self.env.ref("uom.group_uom")
        invoice = self.make_invoice(
            lines=[
                self.make_group("Section", collapse_composition=True),
                self.make_article("Component A", 173.91),
            ]
        )
        self.assertFalse(invoice._uses_printed_rows())
        page = self.get_host_page(invoice)
        self.assertRegex(page, r"Section (Section )?1.00 ")
        self.assertNotIn("Units", page)

    # ------------------------------------------------------------------
    # Electronic invoices
    # ------------------------------------------------------------------
    def export(self, kind, invoice):
        content, errors = self.env[kind]._export_invoice(invoice)
        self.assertFalse([error for error in errors if "BR-" in error])
        rules = "cii" if kind.endswith("cii") else "ubl"
        self.assertEqual(get_broken_rules(rules, content), [])
        return etree.fromstring(content)

    def get_values(self, tree, path):
        # Whatever the namespaces.
        parts = (f"*[local-name()='{name}']" for name in path.split("/"))
        return tree.xpath(".//" + "/".join(parts))

    def get_number(self, tree, path):
        return float(self.get_values(tree, path)[0].text)

    def check_factur_x(self, invoice):
        tree = self.export("account.edi.xml.cii", invoice)
        self.assert_nothing_leaks(
            etree.tostring(tree).decode(), (*HIDDEN_NAMES, "Article D", "Article E", "Article F")
        )
        lines = self.get_values(tree, "IncludedSupplyChainTradeLineItem")
        told = []
        for line in lines:
            name = self.get_values(line, "SpecifiedTradeProduct/Name")[0].text
            rate = self.get_number(line, "ApplicableTradeTax/RateApplicablePercent")
            quantity = self.get_number(line, "BilledQuantity")
            price = self.get_number(line, "NetPriceProductTradePrice/ChargeAmount")
            amount = self.get_number(line, "LineTotalAmount")
            # BR-24 to BR-27, BR-CO-04
            self.assertGreaterEqual(price, 0)
            self.assertEqual(round(quantity * price, 2), amount)
            told.append((name, quantity, rate, amount))
        self.assertEqual(
            told,
            [
                ("Visible", 1, 20, 10),
                ("Kit", 3, 20, 465.28),
                ("Kit", 3, 5.5, 499.69),
                ("Secret prices", 1, 20, 2055.07),
                ("Secret prices", 1, 5.5, 647.61),
                ("Article G", 1, 20, 31),
                ("Inner totals", 1, 20, 1000),
                ("Inner totals", 1, 5.5, 13.27),
                ("Article J", 1, 20, 53),
            ],
        )
        ids = [node.text for node in self.get_values(tree, "LineID")]
        self.assertEqual(ids, [str(index) for index in range(1, len(lines) + 1)])
        # BR-CO-10: the lines add up; BR-S-08: so do they by rate.
        total = self.get_number(
            tree, "SpecifiedTradeSettlementHeaderMonetarySummation/LineTotalAmount"
        )
        self.assertAlmostEqual(sum(amount for *_others, amount in told), total, 2)
        self.assertAlmostEqual(total, invoice.amount_untaxed, 2)
        for node in self.get_values(tree, "ApplicableHeaderTradeSettlement/ApplicableTradeTax"):
            rate = self.get_number(node, "RateApplicablePercent")
            lines_of_rate = sum(line[3] for line in told if line[2] == rate)
            self.assertAlmostEqual(self.get_number(node, "BasisAmount"), lines_of_rate, 2)
        self.assertAlmostEqual(self.get_number(tree, "GrandTotalAmount"), invoice.amount_total, 2)

    def test_factur_x(self):
        """4-07 and 4-08: one line by rate for what is hidden, to the cent."""
        self.check_factur_x(self.invoice)

    def test_factur_x_of_a_credit_note(self):
        """The credit note keeps the groups, and hides what the invoice hid."""
        self.invoice.action_cancel_document(reason="Wrong")
        credit_note = self.invoice.reversal_move_ids
        options = ("collapse_prices", "collapse_composition", "hide_subtotal", "kit_quantity")
        for name in options:
            self.assertEqual(
                credit_note.invoice_line_ids.sorted("sequence").mapped(name),
                self.invoice.invoice_line_ids.sorted("sequence").mapped(name),
            )
        self.check_factur_x(credit_note)
        self.assert_nothing_leaks(self.get_page(credit_note))

    def test_ubl(self):
        """The same in UBL."""
        tree = self.export("account.edi.xml.ubl_bis3", self.invoice)
        text = etree.tostring(tree).decode()
        self.assert_nothing_leaks(text, (*HIDDEN_NAMES, "Article D", "Article E", "Article F"))
        amounts = []
        for line in self.get_values(tree, "InvoiceLine"):
            quantity = self.get_number(line, "InvoicedQuantity")
            price = self.get_number(line, "Price/PriceAmount")
            amount = self.get_number(line, "LineExtensionAmount")
            self.assertTrue(self.get_values(line, "Item/Name")[0].text)
            # PEPPOL-EN16931-R120
            self.assertAlmostEqual(quantity * price, amount, 2)
            amounts.append(amount)
        self.assertEqual(amounts, [10, 465.28, 499.69, 2055.07, 647.61, 31, 1000, 13.27, 53])
        total = self.get_number(tree, "LegalMonetaryTotal/LineExtensionAmount")
        self.assertAlmostEqual(sum(amounts), total, 2)
        self.assertAlmostEqual(total, self.invoice.amount_untaxed, 2)

    def test_negative_group(self):
        """BR-27: a group that takes off has a negative quantity, not a negative price."""
        invoice = self.make_invoice(
            lines=[
                self.make_article("A", 100),
                self.make_group("Rebate", collapse_composition=True),
                self.make_article("B", -30),
            ]
        )
        tree = self.export("account.edi.xml.cii", invoice)
        line = self.get_values(tree, "IncludedSupplyChainTradeLineItem")[1]
        self.assertEqual(self.get_number(line, "NetPriceProductTradePrice/ChargeAmount"), 30)
        self.assertEqual(self.get_number(line, "BilledQuantity"), -1)
        self.assertEqual(self.get_number(line, "LineTotalAmount"), -30)

    def test_factur_x_without_guard(self):
        """The host's file stays the host's where the guard is off."""
        self.set_guard(False)
        invoice = self.make_invoice(
            lines=[
                self.make_group("Open", collapse_composition=True),
                self.make_article("Component A", 173.91),
            ]
        )
        tree = self.export("account.edi.xml.cii", invoice)
        self.assertIn("Component A", etree.tostring(tree).decode())
