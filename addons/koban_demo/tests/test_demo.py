"""The demo company as installed: complete, lawful, French."""

import io
import json
import re
from collections import defaultdict

from lxml import html
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from PIL import Image
from pypdf import PdfReader
from stdnum.be import vat as be_vat
from stdnum.fr import siren, siret, tva

from odoo.addons.base_iban.models.res_partner_bank import validate_iban
from odoo.addons.koban_demo.demo import catalogue, company, customers
from odoo.addons.koban_demo.hooks import post_init_hook
from odoo.addons.koban_guard.exceptions import DocumentError

# Words of the host's and the addons' templates that French does not have.
ENGLISH = re.compile(
    r"\b(the|of|and|to|for|is|with|due date|quote|quotation|order|orders|invoice|date:|credit note|"
    r"draft|customer|salesperson|payment terms?|payments?|unit price|quantity|taxes excluded|"
    r"untaxed|amount|delivery|shipping|address|down|reference|expiration|exempt|supplies|days|"
    r"reversed|paid|subtotal|discount|attention of|vat)\b",
    re.IGNORECASE,
)
REPORTS = {
    "sale.report_saleorder": "sale.order",
    "account.report_invoice_with_payments": "account.move",
    "account.report_payment_receipt": "account.payment",
    "purchase.report_purchaseorder": "purchase.order",
    "purchase.report_purchasequotation": "purchase.order",
}


class DemoCase(TransactionCase):
    """The main company's documents, seen in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context={"lang": "fr_FR", "tz": "Europe/Paris", "allowed_company_ids": cls.company.ids}
        )
        domain = [("company_id", "=", cls.company.id)]
        cls.orders = cls.env["sale.order"].search(domain, order="date_order, id")
        cls.invoices = cls.env["account.move"].search(
            [*domain, ("move_type", "in", ("out_invoice", "out_refund"))], order="invoice_date, id"
        )
        cls.posted = cls.invoices.filtered(lambda move: move.state == "posted")


@tagged("post_install", "-at_install")
class TestCompany(DemoCase):
    """Identity, catalogue and people."""

    def test_identity(self):
        """The company's numbers are valid and agree with each other."""
        self.assertEqual(self.company.name, company.NAME)
        self.assertTrue(siret.is_valid(self.company.company_registry))
        self.assertTrue(siren.is_valid(self.company.company_registry[:9]))
        self.assertEqual(siret.to_tva(self.company.company_registry), self.company.vat[2:])
        account = self.company.partner_id.bank_ids.acc_number
        validate_iban(account)

    def test_papers(self):
        """Sending a document does not ask for a layout first."""
        self.assertTrue(self.company.external_report_layout_id)
        self.assertTrue(self.company.logo)
        order = self.orders.with_user(self.env.ref("base.user_admin"))[0]
        action = order.action_quotation_send()
        self.assertEqual(action["res_model"], "mail.compose.message")

    def test_customers(self):
        """French and Belgian numbers are valid, and everybody reads French."""
        partners = self.orders.partner_id | self.invoices.partner_id
        self.assertEqual(set(partners.mapped("lang")), {"fr_FR"})
        for partner in partners.filtered("company_registry"):
            if partner.country_id.code == "FR":
                self.assertTrue(siret.is_valid(partner.company_registry), partner.name)
        for number in partners.filtered("vat").mapped("vat"):
            valid = (tva if number.startswith("FR") else be_vat).is_valid(number)
            self.assertTrue(valid, number)
        names = {c.name for c in customers.COMPANIES} | {p.name for p in customers.PERSONS}
        self.assertLessEqual(names, set(self.env["res.partner"].search([]).mapped("name")))

    def test_catalogue(self):
        """Goods, consumables and services exist, at the four rates of French VAT."""
        refs = [article.ref for article in catalogue.ARTICLES]
        products = self.env["product.product"].search([("default_code", "in", refs)])
        self.assertEqual(len(products), len(refs))
        self.assertEqual(set(products.taxes_id.mapped("amount")), {20, 10, 5.5, 2.1})
        self.assertTrue(products.filtered(lambda p: p.is_storable and p.qty_available > 0))
        self.assertTrue(products.filtered(lambda p: p.type == "consu" and not p.is_storable))
        self.assertTrue(products.filtered(lambda p: p.type == "service"))

    def test_users(self):
        """Each profile has its user, who can log in."""
        for login, (_name, _function, group, password) in company.USERS.items():
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertTrue(user.has_group(group))
            credential = {"login": login, "password": password, "type": "password"}
            user.with_user(user)._check_credentials(credential, {"interactive": False})
        camille = self.env["res.users"].search([("login", "=", "camille")])
        self.assertFalse(camille.has_group("koban_guard.group_manager"))


@tagged("post_install", "-at_install")
class TestDocuments(DemoCase):
    """Quotes, orders and invoices."""

    def test_order_states(self):
        """Quotes and orders are in every state, delivered or not."""
        self.assertEqual(
            set(self.orders.mapped("document_status")),
            {"quote", "quote_sent", "order_draft", "order", "cancel"},
        )
        self.assertTrue(self.orders.filtered(lambda o: o.is_expired and o.state == "sent"))
        validated = self.orders.filtered(lambda o: o.state == "sale")
        self.assertEqual(set(validated.mapped("delivery_status")), {"pending", "partial", "full"})
        cancelled = self.orders.filtered("cancellation_date")
        self.assertTrue(cancelled)
        self.assertTrue(cancelled.validation_date)
        kinds = set(self.orders.order_line.mapped("display_type"))
        self.assertLessEqual({"line_section", "line_note"}, kinds)
        self.assertTrue(any(self.orders.order_line.mapped("discount")))

    def test_groupings(self):
        """Rows 4-01 to 4-09: groups of every mode, in quotes, templates and purchases."""
        domain = [("company_id", "=", self.company.id)]
        for name, lines in (("sale.order", "order_line"), ("purchase.order", "order_line")):
            groups = self.env[name].search(domain)[lines].filtered(lambda line: line._is_group())
            self.assertTrue(groups, name)
        templates = self.env["sale.order.template"].search(domain).sale_order_template_line_ids
        for lines in (self.orders.order_line, templates):
            self.assertTrue(any(lines.mapped("collapse_prices")))
            self.assertTrue(any(lines.mapped("kit_quantity")))

    def test_purchases(self):
        """A request for quotation and an order, to suppliers with valid numbers."""
        purchases = self.env["purchase.order"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(purchases.mapped("state")), {"draft", "purchase"})
        for supplier in purchases.partner_id:
            self.assertTrue(siret.is_valid(supplier.company_registry))
            self.assertTrue(tva.is_valid(supplier.vat))

    def test_contracts(self):
        """Contracts of customers in every state, one of a supplier, with revenue and forecast."""
        contracts = self.env["koban.contract"].search([("company_id", "=", self.company.id)])
        self.assertEqual(contracts.mapped("kind").count("purchase"), 1)
        self.assertEqual(len(contracts), 7)
        self.assertEqual(set(contracts.mapped("state")), {"draft", "running", "closed"})
        self.assertEqual(len(contracts.type_id), 4)
        running = contracts.filtered(lambda contract: contract.state == "running")
        self.assertTrue(all(running.mapped("yearly_amount")))
        today = self.env.cr.now().date()
        self.assertTrue(running.filtered(lambda contract: contract.date_end < today))
        domain = [("company_id", "=", self.company.id)]
        forecast = self.env["koban.contract.forecast"].search(domain)
        self.assertLessEqual({"contract", "renewal"}, set(forecast.mapped("kind")))
        # 17,750 pages, 6,000 of them included: 10,000 × 0.008 + 1,750 × 0.0065.
        copier = contracts.filtered("has_usage")
        copier.action_bill()
        pages = copier.period_ids.filtered(lambda period: period.line_id.charge == "usage")
        self.assertEqual(pages.amount, 91.38)
        movements = self.env["koban.contract.movement"].search(domain)
        self.assertEqual(set(movements.mapped("kind")), {"new", "churn"})

    def test_order_numbers(self):
        """Validated orders are numbered without a gap, in the order of their dates."""
        numbers = self.orders.filtered("validation_date").mapped("name")
        self.assertEqual(len({number[:9] for number in numbers}), 1)
        self.assertEqual([int(n[9:]) for n in numbers], list(range(1, len(numbers) + 1)))

    def test_order_texts(self):
        """Texts, process and salesperson are set, the contact where there is one."""
        for order in self.orders:
            self.assertTrue(order.process_id and order.footer and order.comment, order.name)
            self.assertTrue(order.user_id)
            self.assertEqual(bool(order.contact_id), bool(order.partner_id.child_ids))

    def test_invoice_states(self):
        """Invoices are drafts, unpaid, overdue, partly paid, paid, cancelled."""
        invoices = self.posted.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual(
            set(invoices.mapped("payment_state")), {"not_paid", "partial", "paid", "reversed"}
        )
        today = self.posted.env.cr.now().date()
        unpaid = self.posted.filtered(lambda m: m.payment_state == "not_paid")
        self.assertTrue(unpaid.filtered(lambda m: m.invoice_date_due < today))
        self.assertTrue(unpaid.filtered(lambda m: m.invoice_date_due >= today))
        drafts = (self.invoices - self.posted).mapped("move_type")
        self.assertEqual(set(drafts), {"out_invoice", "out_refund"})
        direct = self.posted.filtered(lambda m: not m.line_ids.sale_line_ids)
        self.assertTrue(direct)

    def test_cancelled_invoice(self):
        """The credit note cites its invoice, and a new draft replaces it."""
        cancelled = self.posted.filtered(lambda m: m.payment_state == "reversed")
        credit_note = cancelled.reversal_move_ids
        self.assertEqual(credit_note.state, "posted")
        self.assertIn(cancelled.name, credit_note.ref)
        draft = self.invoices.filtered(
            lambda m: (
                m.state == "draft"
                and m.move_type == "out_invoice"
                and m.partner_id == cancelled.partner_id
            )
        )
        self.assertEqual(draft.amount_total, cancelled.amount_total)

    def test_down_payment(self):
        """30 % was invoiced and paid on one order, and deducted on another."""
        down_payments = self.posted.filtered(lambda m: any(m.line_ids.mapped("is_downpayment")))
        shares = {
            round(abs(move.amount_untaxed) / order.amount_untaxed, 2)
            for move in down_payments
            for order in move.line_ids.sale_line_ids.order_id
        }
        self.assertIn(0.3, shares)
        self.assertTrue(min(down_payments.invoice_line_ids.mapped("quantity")) < 0)

    def test_invoice_numbers(self):
        """Numbers have no gap, and follow the dates, in each year and kind."""
        series = defaultdict(list)
        for move in self.posted.sorted("name"):
            prefix, _slash, rank = move.name.rpartition("/")
            series[prefix].append((int(rank), move.invoice_date))
        for prefix, items in series.items():
            ranks, dates = zip(*items, strict=True)
            self.assertEqual(list(ranks), list(range(1, len(ranks) + 1)), prefix)
            self.assertEqual(list(dates), sorted(dates), prefix)

    def test_payment_numbers(self):
        """Payments are numbered in the order of their dates too."""
        payments = self.env["account.payment"].search(
            [("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual(payments.mapped("date"), sorted(payments.mapped("date")))

    def test_belgian_customer(self):
        """No VAT within the Union, and the invoice says why in French."""
        moves = self.posted.filtered(lambda m: m.partner_id.country_id.code == "BE")
        self.assertTrue(moves)
        self.assertEqual(set(moves.mapped("amount_tax")), {0.0})
        for move in moves:
            page = str(move._prepare_page()["mentions"])
            self.assertRegex(page, "262 ter|Autoliquidation")
            self.assertNotIn("Directive", page)

    def test_guard(self):
        """What was validated can no longer be altered."""
        order = self.orders.filtered(lambda o: o.state == "sale")[0]
        with self.assertRaises(DocumentError):
            order.order_line.filtered("product_id")[0].price_unit = 1
        with self.assertRaises(DocumentError):
            self.posted[0].invoice_line_ids[0].quantity = 99


@tagged("post_install", "-at_install")
class TestReports(DemoCase):
    """What is printed."""

    def render(self, report: str, records) -> list[str]:
        """Return the printed texts of a report."""
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(report, records.ids)
        tree = html.fromstring(content)
        for node in tree.xpath("//style|//script|//head"):
            node.drop_tree()
        return [text for text in (" ".join(t.split()) for t in tree.itertext()) if text]

    def test_reports_render_in_french(self):
        """Every document prints, and none holds an English text."""
        for report, model in REPORTS.items():
            records = self.invoices
            if model != "account.move":
                records = self.env[model].search([("company_id", "=", self.company.id)])
            texts = self.render(report, records)
            self.assertGreater(len(texts), 10 * len(records), report)
            self.assertEqual({text for text in texts if ENGLISH.search(text)}, set(), report)

    def test_delivery_slips_render(self):
        """Every delivery slip prints, in French."""
        pickings = self.env["stock.picking"].search([("company_id", "=", self.company.id)])
        for picking in pickings:
            texts = self.render("stock.report_deliveryslip", picking)
            self.assertIn(picking.name, " ".join(texts))
            self.assertEqual({text for text in texts if ENGLISH.search(text)}, set())


@tagged("post_install", "-at_install")
class TestPrints(DemoCase):
    """The host's own reports, printed by Chromium as they are."""

    def print_pages(self, report: str, records, data=None) -> list[str]:
        """Return the text of each page of the PDF."""
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(report, records.ids, data=data)
        self.assertEqual(kind, "pdf", report)
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def check_prints(self, report: str, records, each: str, *texts: str):
        """Each page has a text, the head's or the foot's, and the others are somewhere."""
        pages = self.print_pages(report, records)
        for page in pages:
            self.assertIn(each, page, report)
        for text in texts:
            self.assertIn(text, "\n".join(pages), report)

    def test_documents(self):
        """Orders, invoices, purchases, payments and slips, several in one print."""
        domain = [("company_id", "=", self.company.id)]
        self.env["koban.document.model"].search(domain).active = False
        purchases = self.env["purchase.order"].search(domain)
        pickings = self.env["stock.picking"].search(domain, limit=3)
        payments = self.env["account.payment"].search(domain, limit=2)
        for report, records in (
            ("sale.action_report_saleorder", self.orders[:3]),
            ("sale.action_report_pro_forma_invoice", self.orders[:2]),
            ("account.account_invoices", self.posted[:3]),
            ("account.action_report_payment_receipt", payments),
            ("purchase.action_report_purchase_order", purchases),
            ("purchase.report_purchase_quotation", purchases),
            ("stock.action_report_delivery", pickings),
        ):
            with self.subTest(report=report):
                names = records.mapped("name") if records._name != "account.payment" else []
                self.check_prints(report, records, "SIRET", *names)
        # It has neither head nor foot in the host.
        self.check_prints("stock.action_report_picking", pickings, "", *pickings.mapped("name"))

    def test_statement(self):
        """A bank statement."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        line = {"journal_id": journal.id, "payment_ref": "Remise de chèques", "amount": 120}
        statement = self.env["account.bank.statement"].create(
            {"name": "Relevé 7", "line_ids": [Command.create(line)]}
        )
        report = "account.action_report_account_statement"
        self.check_prints(report, statement, self.company.name, "Remise de chèques")

    def test_labels(self):
        """Labels of articles and bar codes of places, with a picture of the code on each."""
        article = self.env["product.template"].search([("default_code", "=", "BUR-140")])
        article.barcode = "3760000000017"
        layout = self.env["product.label.layout"].create(
            {"product_tmpl_ids": article.ids, "print_format": "2x7xprice", "custom_quantity": 3}
        )
        report, data = layout._prepare_report_data()
        data = json.loads(json.dumps(data))  # as the web client sends it
        text = "".join(self.print_pages(report, article.browse(), data))
        self.assertEqual(text.count("Bureau droit"), 3)
        self.assertEqual(text.count("3760000000017"), 3)
        places = self.env["stock.location"].search([("usage", "=", "internal")], limit=2)
        pages = self.print_pages("stock.action_report_location_barcode", places)
        self.assertTrue(all(place.name in "".join(pages) for place in places))

    def test_barcode(self):
        """A bar code is a picture whose bars are black on white."""
        content = self.env["ir.actions.report"].barcode("Code128", "ARB/OUT/00001", width=300)
        picture = Image.open(io.BytesIO(content)).convert("L")
        self.assertEqual(picture.getextrema(), (0, 255))


@tagged("post_install", "-at_install")
class TestInstallation(DemoCase):
    """Installing where there is something already."""

    def test_again(self):
        """A second installation adds nothing and changes nothing."""
        count = len(self.orders), len(self.invoices)
        self.company.partner_id.phone = "+33 4 65 71 99 99"
        self.assertIn("already has documents", company.get_obstacle(self.company))
        post_init_hook(self.env)
        self.assertEqual(self.company.phone, "+33 4 65 71 99 99")
        domain = [("company_id", "=", self.company.id)]
        orders = self.env["sale.order"].search_count(domain)
        kinds = ("out_invoice", "out_refund")
        moves = self.env["account.move"].search_count([*domain, ("move_type", "in", kinds)])
        self.assertEqual((orders, moves), count)

    def test_nothing_of_other_companies(self):
        """Records of the demo belong to the main company."""
        other = self.env["res.company"].create({"name": "Autre société"})
        self.assertFalse(self.env["sale.order"].search([("company_id", "=", other.id)]))
        self.assertFalse(self.env["koban.process"].search([("company_id", "=", other.id)]))
        self.assertEqual(self.posted.company_id, self.company)

    def test_foreign_chart(self):
        """A company with another chart of accounts is left alone."""
        self.company.chart_template = "generic_coa"
        self.assertIn("generic_coa", company.get_obstacle(self.company))
