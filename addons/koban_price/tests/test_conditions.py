"""Promotions and conditions: the best for the customer wins (row 2-24)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestConditions(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(cls.env.ref("sale.group_discount_per_so_line"))
        cls.family = cls.env["product.category"].create({"name": "Ovens"})
        cls.subfamily = cls.env["product.category"].create(
            {"name": "Deck ovens", "parent_id": cls.family.id}
        )
        cls.article = cls.make_article(list_price=100.0, categ_id=cls.subfamily.id)
        cls.customer = cls.env["res.partner"].create({"name": "Baker", "is_company": True})
        cls.today = fields.Date.context_today(cls.env.user)

    def make_condition(self, **values):
        return self.env["koban.price.condition"].create(
            {"name": "Condition", "company_id": self.company.id, **values}
        )

    def price(self, quantity=1.0, partner=None, **values):
        order = self.make_quote(self.article, quantity, partner or self.customer, **values)
        line = order.order_line
        return line.price_unit, line.discount, line.koban_condition_id

    def test_best_wins(self):
        """Row 2-24: of a customer's, a family's and an article's condition the lowest wins."""
        self.make_condition(discount=5.0, partner_id=self.customer.id)
        family = self.make_condition(discount=8.0, categ_id=self.family.id)
        self.assertEqual(self.price(), (100.0, 8.0, family))
        fixed = self.make_condition(
            kind="excluded", price=91.0, product_tmpl_id=self.article.id, name="Flyer"
        )
        self.assertEqual(self.price(), (91.0, 0.0, fixed))
        best = self.make_condition(discount=10.0, brand_id=False, partner_id=self.customer.id)
        self.assertEqual(self.price(), (100.0, 10.0, best))

    def test_line_says_which(self):
        """Row 2-24: the line says the condition, or the list, or that the price was typed."""
        order = self.make_quote(self.article, partner=self.customer)
        self.assertEqual(order.order_line.koban_price_origin, order.pricelist_id.name)
        self.make_condition(discount=8.0, name="Spring")
        order = self.make_quote(self.article, partner=self.customer)
        self.assertEqual(order.order_line.koban_price_origin, "Spring (−8 %)")
        order.order_line.discount = 5.0
        self.assertEqual(order.order_line.koban_price_origin, "Typed")
        order.order_line.price_unit = 50.0
        self.assertEqual(order.order_line.koban_price_origin, "Typed")

    def test_for_whom(self):
        """Row 2-24: a customer with his contacts, a category with those below it, no one else."""
        parent = self.env["res.partner.category"].create({"name": "Trade"})
        tag = self.env["res.partner.category"].create({"name": "Bakers", "parent_id": parent.id})
        contact = self.env["res.partner"].create({"name": "C", "parent_id": self.customer.id})
        own = self.make_condition(discount=5.0, partner_id=self.customer.id)
        tagged = self.make_condition(discount=7.0, partner_category_id=parent.id)
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.assertEqual(self.price(partner=contact)[2], own)
        self.assertFalse(self.price(partner=stranger)[2])
        stranger.category_id = tag
        self.assertEqual(self.price(partner=stranger)[2], tagged)

    def test_when_and_how_many(self):
        """Row 2-24: the first and last day count, by the date of the quote; the quantity too."""
        condition = self.make_condition(
            discount=5.0,
            date_from=self.today,
            date_to=self.today + timedelta(days=1),
            minimum_quantity=10,
        )
        self.assertFalse(self.price(9)[2])
        self.assertEqual(self.price(10)[2], condition)
        for days, applies in ((-1, False), (1, True), (2, False)):
            order = self.make_quote(self.article, 10, self.customer)
            order.date_order = fields.Datetime.now() + timedelta(days=days)
            order.action_update_prices()
            self.assertEqual(bool(order.order_line.koban_condition_id), applies, days)

    def test_quantity_changes(self):
        """Row 2-24: the line follows its quantity, and comes back."""
        condition = self.make_condition(discount=5.0, minimum_quantity=10)
        order = self.make_quote(self.article, 10, self.customer)
        self.assertEqual(order.order_line.koban_condition_id, condition)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 2
        self.assertFalse(order.order_line.koban_condition_id)
        self.assertEqual((order.order_line.price_unit, order.order_line.discount), (100.0, 0.0))

    def test_unit(self):
        """Row 2-24: a price is for the unit of the article, and the line may be in dozens."""
        condition = self.make_condition(
            kind="excluded", price=90.0, product_tmpl_id=self.article.id, minimum_quantity=12
        )
        dozen = self.env.ref("uom.product_uom_dozen")
        self.article.uom_ids = dozen
        order = self.make_quote(self.article, partner=self.customer)
        order.order_line.product_uom_id = dozen
        self.assertEqual(order.order_line.koban_condition_id, condition)
        self.assertEqual(order.order_line.price_unit, 1080.0)

    def test_price_with_tax(self):
        """Row 2-24: a price with tax is what the customer pays, to the cent."""
        self.make_condition(kind="included", price=9.99, product_tmpl_id=self.article.id)
        order = self.make_quote(self.article, 3, self.customer)
        self.assertEqual(order.amount_total, 29.97)

    def test_list_is_better(self):
        """Row 2-24: the customer's own list wins where it is lower, and nothing adds up."""
        self.make_condition(discount=5.0)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Best friend",
                "company_id": self.company.id,
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 20})],
            }
        )
        _unit, discount, condition = self.price(pricelist_id=pricelist)
        self.assertEqual((discount, len(condition)), (20.0, 0))

    def test_without_a_list(self):
        """Row 2-24: where the quote has no price list a discount goes with its condition too."""
        self.make_condition(discount=5.0, minimum_quantity=10)
        order = self.make_quote(self.article, 10, self.customer)
        order.pricelist_id = False
        order.action_update_prices()
        self.assertEqual(order.order_line.discount, 5.0)
        order.order_line.product_uom_qty = 2
        self.assertEqual((order.order_line.discount, order.amount_untaxed), (0.0, 200.0))

    def test_other_customer(self):
        """Row 2-24: the prices of another customer or day are offered, and taken on demand."""
        own = self.make_condition(discount=5.0, partner_id=self.customer.id)
        order = self.make_quote(self.article, partner=self.other_customer)
        form = Form(order)
        form.partner_id = self.customer
        self.assertTrue(form.show_update_pricelist)
        form.save()
        order.action_update_prices()
        self.assertEqual(order.order_line.koban_condition_id, own)

    def test_used_by_a_validated_order(self):
        """Row 2-24: a renamed, changed or archived condition alters no validated order."""
        condition = self.make_condition(discount=5.0)
        order = self.make_quote(self.article, 2, self.customer)
        order.action_confirm()
        condition.write({"name": "Renamed", "discount": 50.0, "active": False})
        self.assertEqual((order.order_line.discount, order.amount_untaxed), (5.0, 190.0))
        self.check_undeletable(condition)

    def test_refused(self):
        """Issue 13: what cannot be is refused, with all its reasons at once."""
        with self.assertRaisesRegex(
            ValidationError, r"(?s)finit le.*d'un article.*price_condition"
        ):
            self.make_condition(
                kind="excluded",
                price=1.0,
                date_from=self.today,
                date_to=self.today - timedelta(days=1),
            )

    def test_queries(self):
        """Speed: a line costs at most two queries more with twenty conditions than with none."""
        order = self.make_quote(self.article, partner=self.customer)
        values = {"order_id": order.id, "product_id": self.article.product_variant_id.id}

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            return self.count_queries(self.env["sale.order.line"].create, values)

        count()  # caches of the registry
        before = count()
        for number in range(20):
            self.make_condition(discount=number + 1, categ_id=self.family.id)
        self.assertLessEqual(count() - before, 2)
