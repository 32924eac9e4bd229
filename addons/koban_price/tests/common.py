"""Articles with prices, and quotes of them."""

from odoo.fields import Command
from odoo.tests import Form, new_test_user

from odoo.addons.koban_sales.tests import common as sales
from odoo.addons.koban_sales.tests.common import OrderCase


def make_masters(env):
    """Make all that the tests of this addon share, in a database that is to be copied."""
    return sales.make_masters(env)


class PriceCase(OrderCase):
    """Articles at 20 and 10 %, in a French company, and who sets their prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user")._apply_group(cls.env.ref("product.group_product_pricelist"))
        cls.vat_20, cls.vat_10 = cls.env["account.tax"].create(
            [
                {
                    "name": f"Price {rate} %",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "price_include_override": "tax_excluded",
                    "company_id": cls.company.id,
                    "country_id": cls.company.account_fiscal_country_id.id,
                }
                for rate in (20, 10)
            ]
        )
        cls.lists = cls.env["product.pricelist"]._ensure_tiers(cls.company)
        cls.manager_of_articles = new_test_user(
            cls.env,
            "price_manager",
            "base.group_user,product.group_product_manager,sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def make_article(cls, **values):
        return cls.env["product.template"].create(
            {"name": "Article", "taxes_id": [Command.set(cls.vat_20.ids)], **values}
        )

    def make_quote(self, article, quantity=1.0, partner=None, user=None, **values):
        orders = self.env["sale.order"].with_user(user or self.seller)
        form = Form(orders.with_company(self.company))
        form.partner_id = partner or self.customer
        for name, value in values.items():
            form[name] = value
        with form.order_line.new() as line:
            line.product_id = article.product_variant_id
            line.product_uom_qty = quantity
        return form.save()

    def list_of(self, tier):
        return self.lists.filtered(lambda one: one.koban_tier == tier)
