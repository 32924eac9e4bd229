"""Talking about a validated order is not altering it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderCommunication(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()

    def unchanged_content(self):
        marks = ("access_token", "write_uid", "write_date", "message_main_attachment_id")
        return self.unchanged(self.order, ignored=marks)

    def test_chatter(self):
        """Messages, followers, activities and files are free."""
        order = self.order.with_user(self.seller)
        with self.unchanged_content():
            order.message_post(body="Called the customer")
            order.message_post(body="File", attachments=[("a.pdf", b"%PDF-1.4")])
            order.message_subscribe(self.contact.ids)
            order.message_unsubscribe(self.contact.ids)
            activity = order.activity_schedule(
                "mail.mail_activity_data_todo", summary="Call", user_id=self.seller.id
            )
            activity.action_feedback(feedback="Done")
        self.assertIn("Called the customer", "".join(order.message_ids.mapped("body")))

    def test_send(self):
        """A validated order is sent by e-mail."""
        action = self.order.with_user(self.seller).action_quotation_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({})
        )
        # Rendered by the person who sends, as in his own request.
        self.assertTrue(composer.attachment_ids)
        with self.unchanged_content():
            composer._action_send_mail()
        self.assertEqual(self.order.state, "sale")

    def test_print(self):
        """A validated order is printed with both numbers and its texts."""
        html, _type = self.env["ir.actions.report"].with_user(self.seller)._render_qweb_html(
            "sale.action_report_saleorder", self.order.ids
        )  # fmt: skip
        for text in (self.order.name, self.order.quote_number, "Head", "Foot", "Comment"):
            self.assertIn(text, html.decode())

    def test_contact(self):
        """Row 3-10: the contact is one of the customer's, and stays editable."""
        quote = self.make_order(confirm=False, partner_id=self.contact.id, contact_id=False)
        self.rpc(self.seller, self.order, "write", {"contact_id": self.other_contact.id})
        self.assertEqual(self.order.contact_id, self.other_contact)
        self.assertTrue(quote.partner_id)

    def test_renamed_customer(self):
        """Row 3-06: what happens to the customer's card does not rewrite the order."""
        with self.unchanged(self.order):
            self.customer.write({"name": "Boulangerie Dupont", "street": "2 rue Neuve"})
            self.customer.property_payment_term_id = False
            self.env.flush_all()

    def test_product_card(self):
        """Row 3-01: nor does what happens to the product's."""
        with self.unchanged(self.order):
            self.product.write(
                {"name": "Other", "list_price": 999.0, "taxes_id": [(6, 0, self.other_tax.ids)]}
            )
            self.env.flush_all()

    def test_tax_card(self):
        """Rows 3-01, 3-14: the rate of a tax in use is not changed: another tax is made."""
        tax = self.tax.copy({"name": "Tax of this test", "amount": 10})
        order = self.make_order(lines=[self.make_order_line(tax_ids=[(6, 0, tax.ids)])])
        with self.unchanged(order), self.assertRaises(UserError):
            tax.amount = 15
