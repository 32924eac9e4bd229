from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestArticleTour(HttpCase):
    """An article in the real web client, from creation to the line of a quote."""

    def walk(self, path, tour):
        self.start_tour(f"/odoo/{path}/new?debug=tests", tour, login="marc", timeout=240)

    def test_article(self):
        """Rows 4-21, 4-25, 4-27, 4-28, 4-38, 4-41: code, classes, tiers, eco-tax, own data."""
        self.walk("products", "koban_article")
        article = self.env["product.template"].search([("name", "=", "Liseuse du parcours")])
        self.assertRegex(article.default_code, r"LUM-\d{4}")
        self.assertEqual(article.categ_id.complete_name, "Agencement / Éclairage")
        self.assertEqual(article.koban_range_id.display_name, "Lampes du Lac Azergues")
        self.assertEqual((article.koban_typed_1, article.koban_price_2), (60, 44))
        self.assertIn("gu10", article.koban_search_text)
        self.walk("sales", "koban_article_quote")
        line = self.env["sale.order.line"].search(
            [("product_id", "=", article.product_variant_id.id)]
        )
        self.assertEqual((line.price_unit, line.koban_ecotax_amount), (44, 0.2))
        # 20 % of the price and of its eco-tax.
        self.assertEqual(line.order_id.amount_total, 53.04)
