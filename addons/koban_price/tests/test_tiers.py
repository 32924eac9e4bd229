"""Three tiers before and after tax (rows 4-26, 4-27; case T15)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PriceCase


@tagged("post_install", "-at_install", "koban_alone")
class TestTiers(PriceCase):
    def form(self, article=None):
        articles = article or self.env["product.template"]
        return Form(articles.with_user(self.manager_of_articles).with_company(self.company))

    def test_typed_with_tax(self):
        """Case T15: 9.99 typed with tax at 20 % gives 8.325, and stays 9.99."""
        with self.form() as form:
            form.name = "Typed with tax"
            form.taxes_id.clear()
            form.taxes_id.add(self.vat_20)
            form.koban_price_1_included = 9.99
            self.assertEqual(form.list_price, 8.325)
            self.assertEqual(form.koban_price_1_included, 9.99)
        article = form.record
        self.assertEqual((article.list_price, article.koban_price_1_included), (8.325, 9.99))
        article.invalidate_recordset()
        self.assertEqual((article.list_price, article.koban_price_1_included), (8.325, 9.99))

    def test_made_as_a_variant(self):
        """Case T15: an article made as a variant, as an import does, has the typed price alone."""
        variants = self.env["product.product"].create(
            [
                {"name": "With", "taxes_id": self.vat_20.ids, "koban_price_1_included": 9.99},
                {"name": "Without", "taxes_id": self.vat_20.ids, "koban_price_1_excluded": 8.0},
                {"name": "None", "taxes_id": self.vat_20.ids},
            ]
        )
        self.assertEqual(variants.mapped("list_price"), [8.325, 8.0, 1.0])
        self.assertEqual(variants.mapped("koban_price_1_included"), [9.99, 9.6, 1.2])

    def test_cents_of_the_other_side(self):
        """Case T15: 8.33 without tax gives 10.00 with it, and 8.32 gives 9.98."""
        article = self.make_article(list_price=8.33)
        self.assertEqual(article.koban_price_1_included, 10.0)
        article.list_price = 8.32
        self.assertEqual(article.koban_price_1_included, 9.98)

    def test_change_of_vat(self):
        """Case T15: at 10 % the typed side stays, and the other one is computed again."""
        typed = self.make_article(koban_price_1_included=9.99, koban_price_2_included=8.8)
        other = self.make_article(list_price=100.0)
        with self.form(typed) as form:
            form.taxes_id.clear()
            form.taxes_id.add(self.vat_10)
            self.assertEqual(form.koban_price_1_included, 9.99)
            self.assertAlmostEqual(form.list_price, 9.99 / 1.1, 7)
        (typed + other).taxes_id = self.vat_10
        self.assertEqual(typed.koban_price_1_included, 9.99)
        self.assertAlmostEqual(typed.list_price, 9.99 / 1.1, 7)
        self.assertEqual(typed.koban_price_2_included, 8.8)
        self.assertEqual(typed.koban_price_2_excluded, 8.0)
        self.assertEqual((other.list_price, other.koban_price_1_included), (100.0, 110.0))

    def test_last_typed_side_counts(self):
        """Row 4-27: the price without tax typed after it replaces the one with tax."""
        article = self.make_article(koban_price_1_included=9.99)
        with self.form(article) as form:
            form.list_price = 10.0
            self.assertEqual(form.koban_price_1_included, 12.0)
        article.taxes_id = self.vat_10
        self.assertEqual((article.list_price, article.koban_price_1_included), (10.0, 11.0))

    def test_sides_that_contradict(self):
        """Row 4-27: two sides that are not one price are refused."""
        with self.assertRaisesRegex(ValidationError, "article_price_sides"):
            self.make_article(list_price=10.0, koban_price_1_included=11.0)
        article = self.make_article(list_price=8.325, koban_price_1_included=9.99)
        self.assertEqual(article.koban_price_1_included, 9.99)

    def test_typed_as_it_was_shown(self):
        """Row 4-27: what is shown rounded to the cent may be typed all the same."""
        self.vat_10.amount = 5.5
        values = {"taxes_id": [Command.set(self.vat_10.ids)]}
        article = self.make_article(**values, list_price=1.0)
        self.assertEqual(article.koban_price_1_included, 1.06)
        article.koban_price_1_included = 1.06
        new = self.make_article(**values, koban_price_1_included=1.06)
        for one in article + new:
            self.assertAlmostEqual(one.list_price, 1.06 / 1.055, 7)

    def test_taxes_included_in_the_price(self):
        """Row 4-27: an article whose own tax is included keeps its price with tax."""
        values = {"taxes_id": [Command.set(self.vat_20._ensure_included().ids)]}
        article = self.make_article(**values, list_price=12.0, koban_price_1_included=12.0)
        self.assertEqual(
            (article.list_price, article.koban_price_1_excluded, article.koban_price_1_included),
            (12.0, 10.0, 12.0),
        )
        article.koban_price_1_excluded = 20.0
        self.assertEqual((article.list_price, article.koban_price_1_included), (24.0, 24.0))

    def test_copy(self):
        """Row 4-26: a copy has the same prices, typed on the same sides."""
        copy = self.make_article(koban_price_1_included=9.99, koban_price_3_excluded=7.0).copy()
        copy.taxes_id = self.vat_10
        self.assertEqual((copy.koban_price_1_included, copy.koban_price_3), (9.99, 7.0))

    def test_quote_with_tax(self):
        """Case T15: 13.33 × 10,111 = 134,779.63 with tax, 112,316.36 without, 22,463.27 of VAT."""
        article = self.make_article(koban_price_1_included=13.33)
        order = self.make_quote(article, 10111)
        self.assertEqual(order.order_line.price_unit, 13.33)
        self.assertEqual(
            (order.amount_total, order.amount_untaxed, order.amount_tax),
            (134779.63, 112316.36, 22463.27),
        )
        one = self.make_quote(self.make_article(koban_price_1_included=9.99))
        self.assertEqual(one.amount_total, 9.99)

    def test_invoice_of_a_price_with_tax(self):
        """Case T15: the invoice of the order has its figures."""
        order = self.make_quote(self.make_article(koban_price_1_included=13.33), 10111)
        order.sudo().action_confirm()
        invoice = order.sudo()._create_invoices()
        self.assertEqual(
            (invoice.amount_total, invoice.amount_untaxed, invoice.amount_tax),
            (134779.63, 112316.36, 22463.27),
        )

    def test_other_fiscal_position(self):
        """Row 4-27: where other taxes apply, the price without tax counts."""
        article = self.make_article(koban_price_1_included=12.0)
        export = self.env["account.tax"].create(
            {"name": "Price 0 %", "amount": 0, "company_id": self.company.id,
             "original_tax_ids": [Command.set(self.vat_20.ids)]}
        )  # fmt: skip
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Far away",
                "company_id": self.company.id,
                "tax_ids": [Command.set(export.ids)],
            }
        )
        order = self.make_quote(article, 3, fiscal_position_id=position)
        self.assertEqual((order.order_line.price_unit, order.amount_total), (10.0, 30.0))

    def test_tier_of_the_customer(self):
        """Row 4-26: the tier chosen on the customer gives the price of his quotes."""
        article = self.make_article(
            list_price=100.0, koban_price_2_excluded=90.0, koban_price_3_included=96.0
        )
        partner = self.env["res.partner"].create({"name": "Reseller"})
        expected = {"1": (100.0, 120.0), "2": (90.0, 108.0), "3": (96.0, 96.0)}
        for tier, (unit, total) in expected.items():
            with self.subTest(tier=tier):
                with Form(partner.with_company(self.company)) as form:
                    form.koban_tier = tier
                self.assertEqual(
                    partner.with_company(self.company).property_product_pricelist,
                    self.list_of(tier),
                )
                order = self.make_quote(article, partner=partner)
                self.assertEqual((order.order_line.price_unit, order.amount_total), (unit, total))

    def test_empty_tier(self):
        """Row 4-26: a tier without a price takes that of tier 1, never zero."""
        article = self.make_article(list_price=100.0)
        order = self.make_quote(article, pricelist_id=self.list_of("3"))
        self.assertEqual(order.order_line.price_unit, 100.0)

    def test_discount_of_a_list_on_a_tier(self):
        """Row 4-26: a list that takes 10 % off tier 3 keeps the typed side."""
        article = self.make_article(list_price=100.0, koban_price_3_included=96.0)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Tier 3 less 10 %",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "pricelist",
                            "base_pricelist_id": self.list_of("3").id,
                            "price_discount": 10.0,
                        }
                    )
                ],
            }
        )
        order = self.make_quote(article, pricelist_id=pricelist)
        self.assertEqual((order.order_line.price_unit, order.amount_total), (86.4, 86.4))

    def test_other_list_chosen(self):
        """Row 4-26: prices updated after another list was chosen are on its side."""
        article = self.make_article(list_price=100.0, koban_price_3_included=96.0)
        order = self.make_quote(article, 2)
        for tier, total in (("3", 192.0), ("1", 240.0)):
            order.pricelist_id = self.list_of(tier)
            order.action_update_prices()
            self.assertEqual(order.amount_total, total)

    def test_typed_price_stays(self):
        """Row 4-27: a price typed on the line is left as it is."""
        order = self.make_quote(self.make_article(koban_price_1_included=9.99))
        with Form(order) as form, form.order_line.edit(0) as line:
            line.price_unit = 6.0
            line.product_uom_qty = 5.0
        self.assertEqual((order.order_line.price_unit, order.amount_total), (6.0, 30.0))

    def test_tax_made_where_it_is_missing(self):
        """Row 4-27: the tax that a price with tax needs is made once, on the same accounts."""
        self.vat_20.koban_included_tax_id.active = False
        self.make_article(koban_price_1_included=9.99)
        twin = self.vat_20.koban_included_tax_id
        self.assertTrue(twin.price_include)
        self.assertEqual(
            twin.invoice_repartition_line_ids.mapped("account_id"),
            self.vat_20.invoice_repartition_line_ids.mapped("account_id"),
        )
        self.make_article(koban_price_1_included=8.99)
        self.assertEqual(self.vat_20.koban_included_tax_id, twin)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.decimals(min_value="0.01", max_value=100000, places=2),
        st.sampled_from([2.1, 5.5, 8.5, 10.0, 20.0]),
    )
    def test_property(self, price, rate):
        """Whatever the price and rate: what was typed is shown, the other side rounds to it."""
        self.vat_10.amount = rate
        article = self.make_article(
            taxes_id=[Command.set(self.vat_10.ids)], koban_price_1_included=float(price)
        )
        self.assertEqual(article.koban_price_1_included, float(price))
        self.assertAlmostEqual(self.vat_10._include(article.list_price), float(price), 6)
        article.koban_price_1_excluded = float(price)
        self.assertEqual(article.list_price, float(price))
        self.assertFalse(article.koban_typed_1)
