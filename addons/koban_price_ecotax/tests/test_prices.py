"""Prices typed with tax of articles that bear an eco-tax (rows 4-27, 4-28; case T14)."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.koban_ecotax.tests.common import EcotaxCase
from odoo.addons.koban_price_ecotax.hooks import post_init_hook

TIER_1 = ("koban_price_1_excluded", "koban_price_1_included")


@tagged("post_install", "-at_install", "koban_alone")
class TestPrices(EcotaxCase):
    """A lamp at 12.00 with tax: 2.00 of eco-tax, 8.00 of its own, 2.00 of VAT at 20 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lists = cls.env["product.pricelist"]._ensure_tiers(cls.company)
        cls.template = cls.lamp.product_tmpl_id
        cls.template.koban_price_1_included = 12.0
        cls.manager = new_test_user(
            cls.env,
            "lamp_manager",
            "base.group_user,product.group_product_manager,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def check(self, excluded, included, article=None):
        article = article or self.template
        article.invalidate_recordset()
        self.assertEqual(tuple(article[name] for name in TIER_1), (excluded, included))
        self.assertEqual(article.list_price, excluded)

    def quote(self, article=None, quantity=1.0, **values):
        form = Form(self.env["sale.order"].with_user(self.seller).with_company(self.company))
        form.partner_id = self.customer
        for name, value in values.items():
            form[name] = value
        with form.order_line.new() as line:
            line.product_id = article or self.lamp
            line.product_uom_qty = quantity
        return form.save()

    def test_both_sides(self):
        """Case T14: of 12.00 with tax 8.00 are the lamp's; 8.00 without tax are 12.00 with it."""
        self.check(8.0, 12.0)
        self.template.list_price = 10.0
        self.check(10.0, 14.4)
        self.template.koban_price_1_excluded = 8.0
        self.check(8.0, 12.0)
        self.assertFalse(self.template.koban_typed_1)
        self.assertRegex(self.template.tax_string, r"12[.,]00")

    def test_typed_in_the_form(self):
        """4-27: whichever is typed first, the price or the eco-tax, the price with tax stays."""
        articles = self.env["product.template"].with_user(self.manager)
        with Form(articles.with_company(self.company)) as form:
            form.name = "Lamp of the form"
            form.taxes_id.clear()
            form.taxes_id.add(self.tax)
            form.koban_price_1_included = 12.0
            self.assertEqual(form.list_price, 10.0)
            form.koban_ecotax_id = self.small
            self.assertEqual((form.list_price, form.koban_price_1_included), (8.0, 12.0))
            form.koban_ecotax_quantity = 2
            self.assertEqual((form.list_price, form.koban_price_1_included), (6.0, 12.0))
        self.check(6.0, 12.0, form.record)

    def test_quote(self):
        """Case T14: a quote takes 12.00 with tax; 90 % off, its eco-tax of 2.40 stays: 3.36."""
        order = self.quote(quantity=3)
        self.assertEqual(order.order_line.price_unit, 12.0)
        self.assertEqual(self.get_amounts(order), (24.0, 6.0, 6.0, 36.0))
        order.order_line.write({"product_uom_qty": 1, "discount": 90})
        self.assertEqual(order.amount_total, 3.36)

    def test_price_without_tax(self):
        """4-28: typed without tax, the eco-tax comes on top, and the total is the same."""
        lamp = self.make_article("Plain lamp", self.small, list_price=8.0)
        order = self.quote(lamp)
        self.assertEqual(order.order_line.price_unit, 8.0)
        self.assertEqual(self.get_amounts(order), (8.0, 2.0, 2.0, 12.0))

    def test_export(self):
        """4-28: where no eco-tax is due, the price is that of the article alone."""
        abroad = self.env["account.fiscal.position"].create(
            {
                "name": "Export of typed prices",
                "auto_apply": True,
                "company_id": self.company.id,
            }
        )
        self.tax.copy(
            {
                "name": "0% export of typed prices",
                "amount": 0.0,
                "fiscal_position_ids": [Command.set(abroad.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        order = self.make_eco_order(self.lamp, fiscal_position_id=abroad.id)
        self.assertEqual(self.get_amounts(order), (8.0, 0.0, 0.0, 8.0))

    def test_dozen_and_dollars(self):
        """4-27: in another unit and currency, all of the typed price is converted."""
        dollar = self.make_dollar()
        dozen = self.env.ref("uom.product_uom_dozen")
        trade = self.pricelist.copy({"currency_id": dollar.id})
        order = self.make_eco_order(
            {"product_id": self.lamp.id, "product_uom_id": dozen.id},
            pricelist_id=trade.id,
            date_order="2026-02-03 10:00:00",
        )
        # 12 × 12.00 € × 1.25, whether the list has tiers or not.
        self.assertAlmostEqual(order.amount_total, 180.0, 2)
        self.assertEqual(self.get_amounts(order), (120.0, 30.0, 30.0, 180.0))

    def test_condition_with_tax(self):
        """Rows 4-26, 4-28: a promotion at 9.60 with tax is 6.00, 2.00 of eco-tax and 1.60."""
        self.env["koban.price.condition"].create(
            {
                "name": "Lamps of the month",
                "product_tmpl_id": self.template.id,
                "kind": "included",
                "price": 9.6,
                "company_id": self.company.id,
            }
        )
        order = self.quote()
        self.assertEqual(order.order_line.price_unit, 9.6)
        self.assertEqual(self.get_amounts(order), (6.0, 2.0, 1.6, 9.6))

    def test_amount_that_begins(self):
        """4-28: from the day of another amount on, the price with tax stays and the other moves."""
        today = fields.Date.today()
        soon = today + timedelta(days=3)
        self.small.rate_ids = [Command.create({"date_from": soon, "amount": 3.0})]
        self.check(8.0, 12.0)
        with freeze_time(soon):
            with self.enter_registry_test_mode():
                self.env.ref("koban_price_ecotax.ir_cron_follow_ecotaxes").method_direct_trigger()
            self.check(7.0, 12.0)
            order = self.make_eco_order(self.lamp, date_order=fields.Datetime.now())
            self.assertEqual(self.get_amounts(order), (7.0, 3.0, 2.0, 12.0))
        # At once, where it is in force already; and back, where it is taken out of the table.
        rate = self.small.rate_ids.create(
            {"ecotax_id": self.small.id, "date_from": today, "amount": 4.0}
        )
        self.check(6.0, 12.0)
        rate.amount = 5.0
        self.check(5.0, 12.0)
        rate.unlink()
        self.check(8.0, 12.0)

    def test_units(self):
        """4-28: another number of units, another weight, no eco-tax any more."""
        self.template.koban_ecotax_quantity = 3
        self.check(4.0, 12.0)
        self.template.koban_ecotax_id = False
        self.check(10.0, 12.0)
        heavy = self.make_ecotax("HEAVY", "By weight", ("2025-01-01", 0.5), kind="weight")
        self.template.write({"koban_ecotax_id": heavy.id, "koban_ecotax_quantity": 1})
        self.lamp.weight = 2.0
        self.check(9.0, 12.0)
        self.lamp.weight = 4.0
        self.check(8.0, 12.0)
        heavy.kind = "piece"
        self.check(9.5, 12.0)

    def test_included_taxes(self):
        """4-27: an article whose VAT is in its price shows 8.00 without tax too."""
        self.template.taxes_id = self.tax_included
        self.template.invalidate_recordset()
        self.assertEqual(self.template.list_price, 12.0)
        self.assertEqual(tuple(self.template[name] for name in TIER_1), (8.0, 12.0))
        self.assertRegex(self.template.tax_string, r"8[.,]00")

    def test_tables_without_articles(self):
        """4-28: who keeps the tables and no articles moves prices as well."""
        keeper = new_test_user(
            self.env,
            "keeper_of_tables",
            "koban_guard.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.small.with_user(keeper).rate_ids = [
            Command.create({"date_from": fields.Date.today(), "amount": 3.0})
        ]
        self.check(7.0, 12.0)

    def test_installation(self):
        """4-28: prices typed before the addon was there are brought up to date."""
        self.env.cr.execute(
            "UPDATE product_template SET list_price = 10 WHERE id = %s", [self.template.id]
        )
        self.template.invalidate_recordset()
        post_init_hook(self.env)
        self.check(8.0, 12.0)

    def test_queries(self):
        """4-28: what follows a table asks nothing for each article but what the host does."""

        def count(articles):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.small.rate_ids.filtered(lambda rate: rate.date_from.year == 2025).amount = (
                2.0 + len(articles)
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        one = count(self.template)
        many = self.env["product.template"].create(
            [
                {
                    "name": f"Lamp {index}",
                    "taxes_id": [Command.set(self.tax.ids)],
                    "koban_ecotax_id": self.small.id,
                    "koban_price_1_included": 12.0 + index,
                }
                for index in range(40)
            ]
        )
        # The host's deliveries look for the carrier of each article whose price is written.
        self.assertLess(count(many), one + 1.5 * len(many))
