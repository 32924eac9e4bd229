"""Who reads and writes prices: customers, employees without rights, another company."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.koban_price.models.product_template import BASES, EXCLUDED, INCLUDED, TYPED

from .common import PriceCase

OTHER_TIERS = {BASES[2], BASES[3]}
SECRETS = {*OTHER_TIERS, *EXCLUDED.values(), *INCLUDED.values(), *TYPED.values()}


@tagged("post_install", "-at_install")
class TestPriceRights(PriceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.article = cls.make_article(
            list_price=100.0, koban_price_2_excluded=90.0, koban_minimum_price=95.0
        )
        cls.portal = new_test_user(cls.env, "price_portal", "base.group_portal")
        cls.clerk = new_test_user(
            cls.env,
            "price_clerk",
            "base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.condition = cls.env["koban.price.condition"].create(
            {"name": "Secret promotion", "discount": 10, "company_id": cls.company.id}
        )

    def test_customer(self):
        """Rows 2-24, 4-26, 4-29: a customer reads his lines whole, and none of what is ours."""
        order = self.make_quote(self.article, partner=self.portal.partner_id)
        order.order_line.discount = 50.0
        self.assertTrue(order.koban_minimum_warning)
        order.state = "sent"
        lines = order.order_line.with_user(self.portal)
        self.env.invalidate_all()
        seen = {name for name in lines.fields_get() if name.startswith("koban_")}
        [line] = lines.read(["koban_below_minimum", "price_unit", "price_total"])
        self.assertFalse(line["koban_below_minimum"])
        self.assertTrue(order.order_line.koban_below_minimum)
        hidden = {"koban_condition_id", "koban_price_origin", "koban_agreed_price"}
        self.assertFalse(hidden & seen)
        for name in hidden:
            with self.assertRaises(AccessError):
                lines.read([name])
        self.assertNotIn("koban_minimum_warning", order.with_user(self.portal).fields_get())
        with self.assertRaises(AccessError):
            self.condition.with_user(self.portal).read(["name"])
        # Wherever an addon lets customers read articles.
        secrets = {*SECRETS, "koban_minimum_price", "koban_margin", "koban_purchase_price"}
        self.assertLess(secrets, self.article.fields_get().keys())
        self.assertFalse(secrets & self.article.with_user(self.portal).fields_get().keys())

    def test_employee_without_rights(self):
        """Rows 2-24, 4-26: who may not edit articles changes no price, condition or change."""
        change = self.env["koban.price.change"].create(
            {"product_tmpl_ids": self.article.ids, "percentage": 5, "company_id": self.company.id}
        )
        for records, call in (
            (self.condition, lambda records: records.write({"discount": 90})),
            (self.condition, lambda records: records.unlink()),
            (self.article, lambda records: records.write({"koban_price_2_excluded": 1.0})),
            (change, lambda records: records.read()),
            (change, lambda records: records.action_preview()),
            (change, lambda records: records.action_apply()),
            (change, lambda records: records.action_undo()),
        ):
            with self.assertRaises(AccessError):
                call(records.with_user(self.clerk))
        self.assertEqual((self.article.koban_price_2, self.condition.discount), (90.0, 10.0))

    def test_other_company(self):
        """Rows 2-24, 4-26: conditions and changes of another company are not to be seen."""
        other = self.env["res.company"].create({"name": "Other prices"})
        stranger = new_test_user(
            self.env,
            "price_stranger",
            "product.group_product_manager,sales_team.group_sale_salesman",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.condition.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            self.env["koban.price.change"].with_user(stranger).create(
                {"company_id": self.company.id}
            )
