"""Purchase price, coefficient, fees, cost price, margin (row 4-30)."""

from odoo.tests import Form, tagged

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestCost(PriceCase):
    def test_computed(self):
        """Row 4-30: 10.00 × 1.1 + 0.50 = 11.50; a change of a part computes it again."""
        articles = self.env["product.template"].with_user(self.manager_of_articles)
        with Form(articles.with_company(self.company)) as form:
            form.name = "Computed"
            form.list_price = 23.0
            form.koban_purchase_price = 10.0
            form.koban_approach_coefficient = 1.1
            form.koban_unit_fees = 0.5
            form.koban_cost_computed = True
            self.assertEqual(form.standard_price, 11.5)
            self.assertEqual((form.koban_margin, form.koban_margin_rate), (11.5, 50.0))
        article = form.record
        self.assertEqual(article.standard_price, 11.5)
        article.koban_purchase_price = 20.0
        self.assertEqual(article.standard_price, 22.5)
        article.product_variant_id.koban_unit_fees = 0.0
        self.assertEqual(article.standard_price, 22.0)

    def test_typed(self):
        """Row 4-30: a typed cost price stays, and a cost typed over a computed one is typed."""
        article = self.make_article(standard_price=7.0, koban_purchase_price=10.0)
        self.assertEqual(article.standard_price, 7.0)
        article.koban_cost_computed = True
        self.assertEqual(article.standard_price, 10.0)
        article.standard_price = 8.0
        self.assertFalse(article.koban_cost_computed)
        article.koban_purchase_price = 30.0
        self.assertEqual(article.standard_price, 8.0)

    def test_by_company(self):
        """Row 4-30: each company has its own purchase prices of a shared article."""
        article = self.make_article(koban_purchase_price=10.0, koban_cost_computed=True)
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(article.with_company(other).koban_purchase_price, 0.0)
        article.with_company(other).write(
            {"koban_purchase_price": 4.0, "koban_cost_computed": True}
        )
        self.assertEqual(article.with_company(other).standard_price, 4.0)
        self.assertEqual(article.standard_price, 10.0)
