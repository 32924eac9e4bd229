"""An article made from the line of a document, in one window (row 4-20)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..models.grouping_mixin import FORMS
from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestLines(DataCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create(
            {"name": "Ovens", "code_pattern": "FOUR-####"}
        )

    def test_short_form(self):
        """Row 4-20: lines of quotes, orders, invoices, purchases, contracts open the short form."""
        lines = {
            "sale.order": ("product_template_id", "product_id"),
            "account.move": ("product_id",),
            "purchase.order": ("product_id",),
            "koban.contract": ("product_id",),
        }
        for model, names in lines.items():
            documents = self.env.get(model)
            # Without its addon of ours a document has the host's form.
            if documents is None or "koban.grouping.mixin" not in documents._inherit_module:
                continue
            for name in names:
                with self.subTest(model=model, name=name):
                    arch = documents.get_view(view_type="form")["arch"]
                    self.assertIn(FORMS[name], arch)

    def test_made(self):
        """Row 4-20: code by the pattern, price, VAT, unit and own data, in one window."""
        for model, view in (
            ("product.template", FORMS["product_template_id"]),
            ("product.product", FORMS["product_id"]),
        ):
            with self.subTest(model=model):
                articles = self.env[model].with_user(self.manager)
                with Form(articles.with_context(default_name="Oven"), view=view) as form:
                    self.assertEqual(form.name, "Oven")
                    form.categ_id = self.category
                    form.koban_category_id = self.computers
                    form.list_price = 120
                    form.taxes_id.clear()
                self.assertRegex(form.record.default_code, r"FOUR-\d{4}")
                self.assertEqual(form.record.koban_data_set_id, self.set)

    def test_quick(self):
        """Row 4-20: made by its name alone, it has the code of the usual category's pattern."""
        self.env["ir.default"].set("product.template", "categ_id", self.category.id)
        articles = self.env["product.template"].with_user(self.manager)
        id_, name = articles.name_create("Deck oven")
        self.assertRegex(articles.browse(id_).default_code, r"FOUR-\d{4}")
        self.assertIn("Deck oven", name)
        id_, _name = self.env["product.product"].with_user(self.manager).name_create("Rack oven")
        self.assertRegex(self.env["product.product"].browse(id_).default_code, r"FOUR-\d{4}")

    def test_whole_form(self):
        """Row 4-20: an article that is opened from its line shows its whole form."""
        article = self.make()
        for record, name in (
            (article, "product_template_id"),
            (article.product_variant_id, "product_id"),
        ):
            action = record.with_context(form_view_ref=FORMS[name]).get_formview_action()
            self.assertFalse(action["context"].get("form_view_ref"))

    def test_rights(self):
        """Row 4-20: who may not make articles makes none from a line either."""
        seller = new_test_user(self.env, "line_seller", "sales_team.group_sale_salesman")
        for model in ("product.template", "product.product"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(seller).name_create("Oven")
