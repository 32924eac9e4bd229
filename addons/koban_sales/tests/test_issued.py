"""Row 2-53: the original of a validated order, printed, mailed, downloaded by the customer."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin

from .common import OrderCase

REPORT = "sale.action_report_saleorder"
MARK = "DUPLICATA"


class IssuedOrderCase(PaperMixin, OrderCase):
    picture_addon = "koban_sales"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.env.ref("base.user_admin").lang = "fr_FR"

    def get_original(self, order):
        return self.env["koban.issued.document"]._get_originals(order, "order").get(order.id)

    def get_issues(self, order):
        prints = self.env["koban.document.print"].search(
            [("order_id", "=", order.id), ("issue_kind", "!=", False)], order="id"
        )
        return [(item.issue_kind, item.copy_number, item.channel) for item in prints]

    def get_text(self, pdf):
        return " ".join(self.read_pages(pdf))


@tagged("post_install", "-at_install")
class TestIssuedOrder(IssuedOrderCase):
    def open_composer(self, order):
        """Open the window that sends an order, as its button does."""
        action = order.action_quotation_send()
        context = {**action["context"], "force_report_rendering": True}
        return Form(self.env["mail.compose.message"].with_context(**context))

    def get_mailed(self, order):
        files = order.message_ids.sorted("id").attachment_ids
        return [file.raw for file in files if file.mimetype == "application/pdf"]

    def test_order_is_frozen_and_a_quote_is_not(self):
        """Row 2-53: a quote is printed as often as one likes; the validated order is issued."""
        order = self.make_order(confirm=False)
        for _time in range(2):
            self.assertNotIn(MARK, self.get_text(self.print_pdf(REPORT, order)))
        self.assertFalse(self.get_original(order))
        order.action_confirm()
        first = self.print_pdf(REPORT, order)
        second = self.print_pdf(REPORT, order)
        self.assertNotIn(MARK, self.get_text(first))
        self.assertTrue(second.startswith(first))
        self.assertIn(f"{MARK} n° 1", self.get_text(second))
        self.assertEqual(
            self.get_issues(order), [("original", 0, "print"), ("duplicate", 1, "print")]
        )
        self.assertEqual(order.issue_count, 2)

    def test_pro_forma_of_an_order(self):
        """Row 2-53: the pro forma of an order is no edition of it."""
        order = self.make_order()
        pdf = self.print_pdf("sale.action_report_pro_forma_invoice", order)
        self.assertIn("pro forma", self.get_text(pdf).lower())
        self.assertFalse(self.get_original(order))

    def test_cancelled_order(self):
        """Row 2-53: a cancelled order is printed as what it is, not as a duplicate."""
        order = self.make_order()
        self.print_pdf(REPORT, order)
        order._action_cancel()
        self.assertNotIn(MARK, self.get_text(self.print_pdf(REPORT, order)))

    def test_looking_at_a_mail_issues_nothing(self):
        """Row 2-53: the window that sends may be opened and left; what is sent is issued."""
        order = self.make_order()
        self.open_composer(order)
        self.assertFalse(self.get_original(order))
        order.header = "<p>Corrigé avant l'envoi</p>"
        composer = self.open_composer(order).save()
        composer.with_context(force_report_rendering=True)._action_send_mail()
        original = self.get_original(order)
        mailed = self.get_mailed(order)
        self.assertEqual(len(mailed), 1)
        self.assertEqual(base64.b64decode(original.file), mailed[0])
        self.assertIn("Corrigé avant", self.get_text(mailed[0]))
        self.assertNotIn(MARK, self.get_text(mailed[0]))
        self.assertEqual(self.get_issues(order), [("original", 0, "mail")])
        self.assertIn("martin@example.com", self.env["koban.document.print"].search(
            [("order_id", "=", order.id)], limit=1).recipients)  # fmt: skip
        composer = self.open_composer(order).save()
        composer.with_context(force_report_rendering=True)._action_send_mail()
        self.assertIn(f"{MARK} n° 1", self.get_text(self.get_mailed(order)[1]))
        self.assertEqual(self.get_issues(order)[-1], ("duplicate", 1, "mail"))

    def test_foreign_file_is_not_taken_for_the_original(self):
        """Row 2-53: what a person attaches, even the file of another order, stays as it is."""
        order, other = self.make_order(), self.make_order()
        composer = self.open_composer(other).save()
        file = composer.attachment_ids
        before = file.raw
        order.message_post(body="x", attachment_ids=file.ids)
        self.assertFalse(self.get_original(order))
        self.assertEqual(file.raw, before)

    def test_edition_option(self):
        """Row 3-13: an order edited by the company's option has an up-to-date copy."""
        order = self.make_order()
        self.print_pdf(REPORT, order)
        self.company.sudo().allow_edit_validated_orders = True
        order.order_line.filtered("product_id")[0].price_unit = 123.45
        self.assertTrue(order.has_updated_texts)
        self.assertNotIn("123,45", self.get_text(self.print_pdf(REPORT, order)))
        action = order.action_print_updated_copy()
        text = self.get_text(self.print_pdf(REPORT, order, **action["context"]))
        self.assertIn("123,45", text)
        self.assertIn("COPIE", text)

    def test_salespeople_see_the_editions_of_their_orders(self):
        """STYLE 8: a salesperson sees the editions of his own orders, and nothing else."""
        mine = self.make_user("koban_mine", "sales_team.group_sale_salesman")
        order, other = self.make_order(user_id=mine.id), self.make_order()
        self.print_pdf(REPORT, order + other)
        invoice = self.make_invoice()
        self.print_pdf("account.account_invoices", invoice)
        Print = self.env["koban.document.print"]
        found = Print.with_user(mine).search([("issue_kind", "!=", False)])
        self.assertEqual(found.order_id, order)
        found = Print.with_user(self.billing_user).search([("issue_kind", "!=", False)])
        self.assertIn(invoice.id, found.mapped("res_id"))
        with self.assertRaises(AccessError):
            other.with_user(mine).action_open_issues()


@tagged("post_install", "-at_install")
class TestIssuedPortal(HttpCase, IssuedOrderCase):
    def download(self, record, kind, **query):
        record._portal_ensure_token()
        self.env.flush_all()
        question = "&".join(f"{key}={value}" for key, value in query.items())
        answer = self.url_open(
            f"/my/{kind}/{record.id}?access_token={record.access_token}&report_type=pdf&{question}",
            timeout=120,
        )
        self.assertEqual(answer.status_code, 200)
        return answer.content

    def setUp(self):
        super().setUp()
        # Odoo prints HTML in tests unless told, and a request has a context of its own.
        reports = type(self.env["ir.actions.report"])
        self.patch(reports, "_is_pdf_rendered", lambda self: True)
        pre_render = reports._pre_render_qweb_pdf

        def render(self, *args, **kwargs):
            return pre_render(self.with_context(force_report_rendering=True), *args, **kwargs)

        self.patch(reports, "_pre_render_qweb_pdf", render)

    def test_customer_downloads(self):
        """Row 2-53: the customer gets the original, then duplicates, and leaves a trace."""
        order = self.make_order()
        first = self.download(order, "orders")
        second = self.download(order, "orders", download="true")
        self.assertNotIn(MARK, self.get_text(first))
        self.assertIn(f"{MARK} n° 1", self.get_text(second))
        self.assertEqual(
            self.get_issues(order), [("original", 0, "portal"), ("duplicate", 1, "portal")]
        )

    def test_customer_downloads_an_invoice(self):
        """Row 2-53: an invoice that was printed is downloaded as a duplicate, seen or saved."""
        invoice = self.make_invoice()
        self.print_pdf("account.account_invoices", invoice)
        for number, query in ((1, {}), (2, {"download": "true"})):
            pdf = self.download(invoice, "invoices", **query)
            self.assertIn(f"{MARK} n° {number}", self.get_text(pdf))
        prints = self.env["koban.document.print"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", invoice.id)]
        )
        self.assertEqual(prints.mapped("channel"), ["portal", "portal", "print"])
        self.assertTrue(all(prints[:2].user_id.mapped("share")), "not told who downloaded")
