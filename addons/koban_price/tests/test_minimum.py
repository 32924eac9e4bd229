"""Minimum price with tax: warn or refuse, who may pass (row 4-29)."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PriceCase


@tagged("post_install", "-at_install", "koban_alone")
class TestMinimum(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls.make_article(list_price=100.0, koban_minimum_price=108.0)
        cls.chief = cls.seller.copy({"login": "sales_chief", "password": "sales_chief"})
        cls.chief.group_ids += cls.env.ref("koban_price.group_below_minimum")

    def test_warned(self):
        """Row 4-29: a price below the minimum is told, with both, and the order validates."""
        order = self.make_quote(self.article)
        self.assertFalse(order.koban_minimum_warning)
        order.order_line.discount = 20.0
        self.assertTrue(order.order_line.koban_below_minimum)
        self.assertIn("96,00", order.koban_minimum_warning)
        self.assertIn("108,00", order.koban_minimum_warning)
        order.order_line.discount = 10.0
        self.assertFalse(order.koban_minimum_warning)
        order.order_line.discount = 20.0
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_refused(self):
        """Row 4-29: refused by the form, by a write, with the article, the price and the remedy."""
        self.company.koban_minimum_rule = "block"
        order = self.make_quote(self.article)
        with self.assertRaisesRegex(ValidationError, r"96,00.*108,00(.|\n)*order_below_minimum"):
            order.order_line.write({"discount": 20.0})
        with (
            self.assertRaisesRegex(ValidationError, "order_below_minimum"),
            Form(order) as form,
            form.order_line.edit(0) as line,
        ):
            line.price_unit = 89.0

    def test_who_may_pass(self):
        """Row 4-29: who may pass agrees to the price; others go on, but not lower."""
        self.company.koban_minimum_rule = "block"
        order = self.make_quote(self.article)
        order.order_line.with_user(self.chief).write({"discount": 20.0})
        order.order_line.with_user(self.seller).write({"product_uom_qty": 3.0})
        with self.assertRaises(ValidationError):
            order.order_line.with_user(self.seller).write({"discount": 21.0})
        order.with_user(self.seller).action_confirm()
        self.assertEqual(order.state, "sale")

    def test_customer_without_vat(self):
        """Row 4-29: to whom no VAT is charged, 108.00 with it are 90.00 without."""
        abroad = self.env["account.fiscal.position"].create(
            {"name": "Export of minimums", "company_id": self.company.id}
        )
        self.vat_20.copy(
            {
                "name": "0 % export of minimums",
                "amount": 0.0,
                "fiscal_position_ids": [Command.set(abroad.ids)],
                "original_tax_ids": [Command.set(self.vat_20.ids)],
            }
        )
        self.customer.property_account_position_id = abroad
        order = self.make_quote(self.article)
        line = order.order_line
        self.assertEqual(line.price_total, 100.0)
        line.discount = 10.0
        self.assertFalse(line.koban_below_minimum)
        line.discount = 10.5
        self.assertTrue(line.koban_below_minimum)
        self.assertRegex(order.koban_minimum_warning, r"89,50(.|\n)*90,00")

    def test_refused_at_validation(self):
        """Row 4-29: a quote from before the minimum is refused when it is validated."""
        order = self.make_quote(self.article)
        order.order_line.discount = 20.0
        self.company.koban_minimum_rule = "block"
        with self.assertRaisesRegex(UserError, "order_below_minimum"):
            order.with_user(self.seller).action_confirm()
        self.company.koban_minimum_rule = "none"
        order.with_user(self.seller).action_confirm()

    def test_agreed_price_is_not_for_the_client_to_write(self):
        """Row 4-29: a price that nobody agreed to cannot be written as agreed."""
        self.company.koban_minimum_rule = "block"
        order = self.make_quote(self.article)
        with self.assertRaises(UserError):
            order.order_line.with_user(self.seller).write(
                {"koban_agreed_price": 1.0, "discount": 90.0}
            )
        with self.assertRaises(UserError):
            order.order_line.with_user(self.seller).write({"koban_agreed_price": 1.0})

    def test_minimum_above_the_price(self):
        """Issue 13, bad input: every tier that the minimum is above is named, all at once."""
        with self.assertRaisesRegex(
            ValidationError, r"(?s)108,00.*tarif 1.*tarif 2.*article_minimum_price"
        ) as caught:
            self.make_article(list_price=80.0, koban_price_2=70.0, koban_minimum_price=108.0)
        self.assertNotIn("tarif 3", str(caught.exception))
        self.article.list_price = 90.0  # 108.00 with tax: the minimum itself
        with self.assertRaisesRegex(ValidationError, "article_minimum_price"):
            self.article.list_price = 89.9
