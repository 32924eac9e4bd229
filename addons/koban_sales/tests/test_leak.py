"""Issue 12, line 13: what a quote or an order hides leaves by no door."""

import io
import random
from contextlib import suppress
from unittest.mock import patch

from lxml import etree
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, TransactionCase, tagged
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.koban_document.tests.leak import read_pdf
from odoo.addons.koban_invoice.tests.test_leak import GroupedLeakCase

from .test_groupings import SUB, GroupedOrderCase

UBL = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def make_form(words, names) -> bytes:
    """Return a PDF of one page, with words and fields to fill in."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(50, 800, words)
    for rank, name in enumerate(names):
        canvas.acroForm.textfield(name=name, x=50, y=700 - 40 * rank)
    canvas.save()
    return stream.getvalue()


class OrderLeakCase(GroupedLeakCase, GroupedOrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order(confirm=False, lines=cls.make_grouped_lines())
        cls.order.action_quotation_sent()
        cls.outsider = cls.make_outsider(cls.contact)

    def find_line(self, name, order=None):
        return (order or self.order).order_line.filtered(lambda line: line.name == name)


@tagged("post_install", "-at_install")
class TestOrderLeak(OrderLeakCase, HttpCase):
    def test_quote(self):
        """Issue 12, line 13: a quote, by its link, by an account on the portal, by calls."""
        self.check_every_door(self.outsider, [self.order], self.order.order_line)

    def test_order(self):
        """Issue 12, line 13: so does the order, with the invoice made of it."""
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        documents = [self.order, invoice]
        self.check_every_door(self.outsider, documents, self.order.order_line)

    def test_lines(self):
        """Issue 12, line 13: the customer reads the lines of which the page tells all."""
        lines = self.order.order_line
        names = {
            "Visible", "Kit", "Secret prices", "Inner", "Open", "Article G", "Inner totals",
            "Mute", "Article J",
        }  # fmt: skip
        shown = lines.filtered(lambda line: line.name in names)
        self.check_lines_outside(self.outsider, lines, shown)
        self.env.invalidate_all()
        [order] = self.order.with_user(self.outsider).web_read(
            {"order_line": {"fields": {"name": {}}}, "amount_total": {}}
        )
        self.assertEqual([line["id"] for line in order["order_line"]], shown.ids)
        self.assertEqual(order["amount_total"], self.order.amount_total)

    def test_page_as_the_customer(self):
        """Issue 12, line 13: the rows are the page's, whoever asks for them."""
        rows = [(row.kind, row.name, row.subtotal) for row in self.order._get_printed_rows()]
        self.env.invalidate_all()
        order = self.order.with_user(self.outsider)
        self.assertLess(len(order.order_line), len(self.order.sudo().order_line) + 1)
        outside = [(row.kind, row.name, row.subtotal) for row in order._get_printed_rows()]
        self.assertEqual(outside, rows)

    # ---- The order in UBL ----
    def get_xml(self, order):
        if "sale.edi.xml.ubl_bis3" not in self.env:
            self.skipTest("sale_edi_ubl is not installed")
        order._portal_ensure_token()
        self.env.flush_all()
        url = f"/my/orders/{order.id}/download_edi?access_token={order.access_token}"
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        return etree.fromstring(answer.content)

    def find_texts(self, tree, path):
        return [node.text for node in tree.iterfind(f".//{path}", UBL)]

    def test_ubl(self):
        """Issue 12, line 13: the order in UBL has one line by hiding group and set of taxes."""
        tree = self.get_xml(self.order)
        self.assertFalse(self.find_secrets(etree.tostring(tree, encoding="unicode")))
        names = self.find_texts(tree, "cac:LineItem/cac:Item/cbc:Name")
        self.assertEqual(
            names,
            [
                "Visible", "Kit", "Kit", "Secret prices", "Secret prices", "Article G",
                "Inner totals", "Inner totals", "Article J",
            ],
        )  # fmt: skip
        amounts = self.find_texts(tree, "cac:LineItem/cbc:LineExtensionAmount")
        self.assertAlmostEqual(sum(map(float, amounts)), self.order.amount_untaxed, 2)
        [payable] = self.find_texts(tree, "cac:AnticipatedMonetaryTotal/cbc:PayableAmount")
        self.assertEqual(float(payable), self.order.amount_total)
        [tax] = self.find_texts(tree, "cac:TaxTotal/cbc:TaxAmount")
        self.assertEqual(float(tax), self.order.amount_tax)

    def test_ubl_without_secrets(self):
        """Issue 12, line 13: an order without groups says each line, as the host does."""
        order = self.make_plain_quote()
        names = self.find_texts(self.get_xml(order), "cac:LineItem/cac:Item/cbc:Name")
        self.assertEqual(names, ["Outside", "A", "B", "C"])

    # ---- The page ----
    def test_documents_of_articles(self):
        """Issue 12, line 13: the files of a hidden article are not offered with the quote."""
        documents = self.env["product.document"]
        for name in ("Visible", "Component A", "Article D"):
            documents += documents.create(
                {
                    "name": f"{name}.pdf",
                    "raw": b"x",
                    "res_model": "product.product",
                    "res_id": self.find_line(name).product_id.id,
                    "attached_on_sale": "quotation",
                }
            )
        offered = self.order._get_product_documents()
        self.assertEqual(set(offered.mapped("name")), {"Visible.pdf", "Article D.pdf"})
        token = self.order._portal_ensure_token()
        self.env.flush_all()
        for document in documents:
            url = f"/my/orders/{self.order.id}/document/{document.id}?access_token={token}"
            given = self.url_open(url).content == b"x"
            self.assertEqual(given, document in offered)

    def add_sheet(self, name):
        """Choose the document of an article that goes into the PDF, with fields to fill in."""
        line = self.find_line(name)
        line.product_document_ids = self.env["product.document"].create(
            {
                "name": "Sheet.pdf",
                "raw": make_form(f"Sheet of {name}", ("description", "price_unit", "told")),
                "mimetype": "application/pdf",
                "res_model": "product.product",
                "res_id": line.product_id.id,
                "attached_on_sale": "inside",
            }
        )

    def get_sheets(self, path):
        """Return what the quote's PDF and its forms say, their field ``told`` by this path."""
        self.env["sale.pdf.form.field"].search([("name", "=", "told")]).path = path
        # As the link does: for nobody in particular, with the rights of the superuser.
        reports = self.env["ir.actions.report"].with_user(self.outsider).sudo()
        reports = reports.with_context(force_report_rendering=True)
        # The library that fills forms in is another one from system to system.
        with patch("odoo.tools.pdf.fill_form_fields_pdf") as fill:
            content, _kind = reports._render_qweb_pdf("sale.report_saleorder", self.order.ids)
        return "\n".join([read_pdf(content), *fill.call_args[1]["form_fields"].values()])

    def test_documents_in_the_pdf(self):
        """Issue 12, line 13: the quote's PDF holds no document of a hidden article, no hidden
        price in another's.
        """
        if "sale.pdf.form.field" not in self.env:
            self.skipTest("sale_pdf_quote_builder is not installed")
        for name in ("Visible", "Component A", "Article D"):
            self.add_sheet(name)
        told = self.get_sheets("order_id.amount_total")
        self.assertFalse(self.find_secrets(told))
        self.assertIn("Sheet of Visible", told)
        self.assertIn("Sheet of Article D", told)
        self.assertIn(f"{self.order.amount_total:,.2f}", told)
        for path in ("order_id.order_line", "order_id.order_line.price_subtotal"):
            self.assertFalse(self.find_secrets(self.get_sheets(path)), path)

    def test_values_of_the_forms(self):
        """Issue 12, line 13: a form says of a line what its row says, and no more."""
        if "sale.pdf.form.field" not in self.env:
            self.skipTest("sale_pdf_quote_builder is not installed")
        forms, reports = self.env["sale.pdf.form.field"], self.env["ir.actions.report"]
        form = forms.create({"name": "told", "document_type": "product_document"})
        for name, path, expected in (
            ("Visible", "price_unit", "10.0"),
            ("Visible", "product_id.name", "Visible"),
            ("Article D", "name", "Article D"),
            ("Article D", "product_uom_qty", "2.0"),
            ("Article D", "price_unit", ""),
            ("Article D", "product_id.lst_price", ""),
            ("Article D", "order_id.name", self.order.name),
            ("Article D", "order_id.order_line.name", ""),
            ("Component A", "name", ""),
        ):
            form.path = path
            line = self.find_line(name)
            self.assertEqual(reports._get_value_from_path(form, self.order, line), expected, path)

    def test_quantity_of_a_hidden_line(self):
        """Issue 12, line 13: no quantity is chosen of what is no row of the page."""
        order = self.make_order(
            confirm=False,
            lines=[
                self.make_group("Closed", is_optional=True, collapse_composition=True),
                self.make_article("Component A", 173.91),
                self.make_group("Choice", is_optional=True),
                self.make_article("Option", 12, quantity=0),
            ],
        )
        order.action_quotation_sent()
        token = order._portal_ensure_token()
        for name, chosen in (("Component A", 1), ("Option", 5)):
            line = self.find_line(name, order)
            values = {"line_id": line.id, "access_token": token, "input_quantity": 5}
            self.make_jsonrpc_request(f"/my/orders/{order.id}/update_line_dict", values)
            line.invalidate_recordset()
            self.assertEqual(line.product_uom_qty, chosen)

    # ---- What is made of the line ----
    def test_task(self):
        """Issue 12, line 13: a task shown to the customer names the group, not the article."""
        line = self.find_line("Component A")
        project = self.env["project.project"].create(
            {
                "name": "Site",
                "partner_id": self.customer.id,
                "privacy_visibility": "portal",
                "allow_billable": True,
            }
        )
        task, milestone = (
            self.env[model].create(
                {"name": "Work", "project_id": project.id, "sale_line_id": line.id}
            )
            for model in ("project.task", "project.milestone")
        )
        for record in (project, task):
            record.message_subscribe(self.contact.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        for record in (task, milestone):
            # Milestones ask for more than to follow the project: the name is what counts here.
            outside = record.with_user(self.outsider).sudo(record == milestone)
            [values] = outside.read(["sale_line_id"])
            self.assertNotIn("Component A", values["sale_line_id"][1])
            self.assertIn("Kit", values["sale_line_id"][1])
            for path in ("sale_line_id", "sale_line_id.name", "sale_line_display_name"):
                if path in record._fields or "." in path:
                    self.assert_no_search(record, path)

    def test_service(self):
        """Issue 12, line 13: what is made of a hidden service is named after its group."""
        values = {"type": "service", "service_tracking": "task_in_project"}
        project, task, milestone = (
            self.make_product(name, service_policy=policy, **values)
            for name, policy in (
                ("Component P", "ordered_prepaid"),
                ("Component T", "ordered_prepaid"),
                ("Component M", "delivered_milestones"),
            )
        )
        lines = [
            self.make_order_line(product_id=product.id, name=f"{product.name}\nComponent text")
            for product in (project, task, milestone)
        ]
        closed = self.make_group("Fitting", collapse_composition=True)
        for sold in (lines[:1], lines):
            order = self.make_order(lines=[closed, *sold])
            made = order.project_ids
            self.assertTrue(made and order.tasks_ids)
            made.message_subscribe(self.contact.ids)
            records = [made, order.tasks_ids, made.milestone_ids]
            told = [record.sudo().read(["name"]) for record in records]
            told.append(order.tasks_ids.read(["description"]))
            self.assertNotIn("Component", str(told))
            self.assertIn("Fitting", str(told[1]))
        self.assertTrue(made.milestone_ids)
        self.assertIn("Component T", order.tasks_ids.mapped("sale_line_id.name")[1])
        open_order = self.make_order(lines=[self.make_group("Open"), *lines])
        self.assertIn("Component", str(open_order.tasks_ids.mapped("name")))

    def assert_no_search(self, record, path):
        outside = self.env[record._name].with_user(self.outsider)
        with suppress(AccessError):  # no search at all tells nothing
            self.assertFalse(outside.search([(path, "ilike", "Component A")]))


@tagged("post_install", "-at_install")
class TestShownLines(GroupedOrderCase, TransactionCase):
    def make_random_order(self, draw):
        lines = [self.make_order_line(sequence=0)]
        for number in range(20):
            kind = draw.choice([None, None, None, "line_note", "line_section", SUB])
            options = {}
            if kind in ("line_section", SUB):
                option = draw.choice(
                    [None, "collapse_prices", "collapse_composition", "hide_subtotal"]
                )
                options = {option: True} if option else {}
            sequence = draw.randrange(6)
            if kind:
                lines.append(self.make_group(f"L{number}", kind, sequence=sequence, **options))
            else:
                values = {"name": f"L{number}", "sequence": sequence, "price_unit": 10 + number}
                lines.append(self.make_order_line(**values))
        return self.make_order(confirm=False, lines=lines)

    def test_same_rule(self):
        """Issue 12, line 13: the search of lines and the rows of the page are one rule."""
        draw = random.Random(13)
        for number in range(8):
            order = self.make_random_order(draw)
            told = order.order_line.browse()
            for row in order._get_printed_rows():
                if row.kind != "product" or row.subtotal is not None:
                    told |= row.line
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(number=number):
                domain = [("order_id", "=", order.id), ("is_shown_outside", "=", True)]
                self.assertEqual(self.env["sale.order.line"].search(domain), told.sorted())
                hidden = [("order_id", "=", order.id), ("is_shown_outside", "=", False)]
                self.assertEqual(
                    self.env["sale.order.line"].search(hidden), (order.order_line - told).sorted()
                )
                self.assertEqual(order.order_line.filtered("is_shown_outside"), told.sorted())
