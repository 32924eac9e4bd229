"""Row 3-12 and the portal: what comes by the web, with its own requests."""

from contextlib import suppress

from odoo.http import Request
from odoo.tests import HttpCase, JsonRpcException, tagged

from .common import OrderCase
from .test_doors import IMAGE


@tagged("post_install", "-at_install")
class TestWeb(HttpCase, OrderCase):
    """Requests of the customer's portal and of the web client."""

    def call(self, url, **params):
        """Call a JSON route; a refusal of the server raises."""
        try:
            return self.make_jsonrpc_request(url, params)
        finally:
            self.env.invalidate_all()

    def get_link(self, order, suffix=""):
        order._portal_ensure_token()
        self.env.flush_all()
        return f"/my/orders/{order.id}{suffix}"

    def sign(self, order):
        return self.call(
            self.get_link(order, "/accept"),
            access_token=order.access_token,
            name="Claire Martin",
            signature=IMAGE.decode(),
        )

    def decline(self, order):
        link = self.get_link(order, "/decline")
        self.authenticate(None, None)
        response = self.url_open(
            f"{link}?access_token={order.access_token}",
            data={"decline_message": "Too dear", "csrf_token": Request.csrf_token(self)},
        )
        self.env.invalidate_all()
        return response

    def test_signature_validates(self):
        """Row 3-02: a quote accepted and signed online is validated, with its own number."""
        quote = self.make_order(confirm=False, require_signature=True, require_payment=False)
        quote.action_quotation_sent()
        quote_number = quote.name
        result = self.sign(quote)
        self.assertNotIn("error", result)
        self.assertEqual(quote.state, "sale")
        self.assertEqual(quote.document_status, "order")
        self.assertEqual(quote.signed_by, "Claire Martin")
        self.assertEqual(quote.quote_number, quote_number)
        self.assertNotEqual(quote.name, quote_number)
        self.assertEqual(str(quote.date_order), "2026-02-03 09:00:00")

    def test_signature_after_validation(self):
        """Row 3-02: a validated order is not signed again."""
        order = self.make_order(require_signature=True)
        with self.unchanged(order, ignored=("access_token", "write_uid", "write_date")):
            self.sign(order)

    def test_portal_page(self):
        """The customer reads his validated order, with both numbers."""
        order = self.make_order()
        link = self.get_link(order)
        with self.unchanged(order, ignored=("write_uid", "write_date")):
            response = self.url_open(f"{link}?access_token={order.access_token}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(order.name, response.text)
        self.assertIn(order.quote_number, response.text)

    def test_decline(self):
        """Row 3-12: a quote is declined by the customer, a validated order is not."""
        quote = self.make_order(confirm=False, require_signature=True)
        quote.action_quotation_sent()
        order = self.make_order(require_signature=True)
        with self.unchanged(order, ignored=("access_token", "write_uid", "write_date")):
            self.decline(order)
        self.decline(quote)
        self.assertEqual(quote.state, "cancel")

    def test_portal_quantity(self):
        """Row 3-01: the customer changes no quantity of a validated order."""
        order = self.make_order()
        line = self.get_order_lines(order)[0]
        link = self.get_link(order, "/update_line_dict")
        untouched = self.unchanged(order, ignored=("write_uid", "write_date"))
        with untouched, suppress(JsonRpcException):
            self.call(link, access_token=order.access_token, line_id=line.id, input_quantity=9)

    def test_catalogue(self):
        """Row 3-01: the product catalogue adds, changes and removes nothing."""
        order = self.make_order()
        quote = self.make_order(confirm=False)
        other = self.make_product("Other work")
        self.env["res.users"].browse(self.seller.id).password = "koban_seller"
        self.env.flush_all()
        self.authenticate("koban_seller", "koban_seller")
        for product, quantity in ((other, 3), (self.product, 9), (self.product, 0)):
            untouched = self.unchanged(order)
            # Refused or without effect, as the host pleases.
            with self.subTest(quantity=quantity), untouched, suppress(JsonRpcException):
                self.call(
                    "/product/catalog/update_order_line_info",
                    res_model="sale.order", order_id=order.id, product_id=product.id,
                    quantity=quantity,
                )  # fmt: skip
        self.call(
            "/product/catalog/update_order_line_info",
            res_model="sale.order", order_id=quote.id, product_id=other.id, quantity=3,
        )  # fmt: skip
        self.assertIn(other, quote.order_line.product_id)
        info = self.call(
            "/product/catalog/order_lines_info",
            res_model="sale.order", order_id=order.id, product_ids=[self.product.id],
        )  # fmt: skip
        self.assertTrue(info[str(self.product.id)]["readOnly"])

    def test_invoice_portal(self):
        """The customer reads and prints his validated invoice."""
        order = self.make_order()
        invoice = self.invoice_order(order)
        invoice.action_post()
        invoice._portal_ensure_token()
        self.env.flush_all()
        response = self.url_open(f"/my/invoices/{invoice.id}?access_token={invoice.access_token}")
        self.assertEqual(response.status_code, 200)
        self.assertIn(invoice.name, response.text)
