"""Group, family, sub-family, category, brand, model or range (rows 4-24 and 4-25)."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestClassification(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "article_manager", "koban_guard.group_manager,product.group_product_manager"
        )
        categories = cls.env["product.category"]
        cls.group, cls.other = categories.create([{"name": "Bakery"}, {"name": "Garage"}])
        cls.family = categories.create({"name": "Ovens", "parent_id": cls.group.id})
        cls.subfamily = categories.create({"name": "Deck ovens", "parent_id": cls.family.id})
        cls.deep = categories.create({"name": "Electric", "parent_id": cls.subfamily.id})
        cls.brands = cls.env["koban.product.brand"].create(
            [
                {"name": "Bongard", "range_ids": [(0, 0, {"name": "Orion"})]},
                {"name": "Pavailler", "range_ids": [(0, 0, {"name": "Topaze"})]},
            ]
        )

    def levels(self, article):
        return [
            article[name].name or ""
            for name in ("koban_group_id", "koban_family_id", "koban_subfamily_id")
        ]

    def test_levels_follow_the_category(self):
        """Row 4-24: the levels are those of the tree, whatever the depth, and follow its moves."""
        article = self.env["product.template"].create({"name": "A", "categ_id": self.deep.id})
        self.assertEqual(self.levels(article), ["Bakery", "Ovens", "Deck ovens"])
        self.family.parent_id = self.other
        self.assertEqual(self.levels(article), ["Garage", "Ovens", "Deck ovens"])
        article.categ_id = self.other
        self.assertEqual(self.levels(article), ["Garage", "", ""])
        article.categ_id = False
        self.assertEqual(self.levels(article), ["", "", ""])

    def test_form(self):
        """Row 4-24: as the manager: each level narrows the next, and the category follows."""
        with Form(self.env["product.template"].with_user(self.manager)) as form:
            form.name = "Oven"
            form.koban_group_id = self.group
            self.assertEqual(form.categ_id, self.group)
            form.koban_family_id = self.family
            form.koban_subfamily_id = self.subfamily
            self.assertEqual(form.categ_id, self.subfamily)
            form.koban_brand_id = self.brands[0]
            form.koban_range_id = self.brands[0].range_ids
        article = form.record
        self.assertEqual(self.levels(article), ["Bakery", "Ovens", "Deck ovens"])
        with Form(article) as form:
            form.koban_group_id = self.other
            self.assertEqual(form.categ_id, self.other)
            self.assertFalse(form.koban_family_id)
            form.koban_brand_id = self.brands[1]
            self.assertFalse(form.koban_range_id)
        self.assertEqual(self.levels(article), ["Garage", "", ""])

    def test_by_api(self):
        """Row 4-24: levels written one by one or together give the category."""
        article = self.env["product.template"].create(
            {
                "name": "A",
                "koban_group_id": self.group.id,
                "koban_family_id": self.family.id,
            }
        )
        self.assertEqual(article.categ_id, self.family)
        article.koban_subfamily_id = self.subfamily
        self.assertEqual(article.categ_id, self.subfamily)
        article.koban_group_id = self.other
        self.assertEqual((article.categ_id, self.levels(article)[1]), (self.other, ""))

    def test_range(self):
        """Row 4-25: a range brings its brand; one of another brand is refused, with its code."""
        orion, topaze = self.brands.range_ids
        article = self.env["product.template"].create({"name": "A", "koban_range_id": orion.id})
        self.assertEqual(article.koban_brand_id, self.brands[0])
        article.koban_range_id = topaze
        self.assertEqual(article.koban_brand_id, self.brands[1])
        with self.assertRaises(ValidationError) as caught:
            article.koban_brand_id = self.brands[0]
        self.assertIn("[article_range]", str(caught.exception))

    def test_grouped(self):
        """Row 4-25: articles are grouped and counted by each."""
        self.env["product.template"].create(
            [
                {"name": name, "categ_id": self.subfamily.id, "koban_brand_id": self.brands[0].id}
                for name in "AB"
            ]
        )
        groups = self.env["product.template"]._read_group(
            [("koban_brand_id", "=", self.brands[0].id)],
            ["koban_family_id", "koban_brand_id"],
            ["__count"],
        )
        self.assertEqual(groups, [(self.family, self.brands[0], 2)])
        self.assertEqual(self.brands.mapped("article_count"), [2, 0])

    def test_flags(self):
        """Row 1-12: « Livrable » is a good, as against a service; it is searched."""
        with Form(self.env["product.template"].with_user(self.manager)) as form:
            form.name = "Servicing"
            self.assertTrue(form.deliverable_ok)
            form.deliverable_ok = False
            self.assertEqual(form.type, "service")
        service = form.record
        goods = self.env["product.template"].create({"name": "Oven", "deliverable_ok": True})
        both = [("id", "in", (service + goods).ids)]
        search = self.env["product.template"].search
        self.assertEqual(search([*both, ("deliverable_ok", "=", True)]), goods)
        self.assertEqual(search([*both, ("deliverable_ok", "=", False)]), service)

    def test_invoice_report(self):
        """Row 4-25: invoices are reported by each."""
        article = self.env["product.template"].create(
            {
                "name": "A",
                "categ_id": self.subfamily.id,
                "koban_range_id": self.brands[0].range_ids.id,
            }
        )
        partner = self.env["res.partner"].create({"name": "Customer"})
        line = {"product_id": article.product_variant_id.id, "price_unit": 50.0, "tax_ids": []}
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        self.env.flush_all()
        fields = self.env["product.template"]._get_classification()
        for name in fields:
            with self.subTest(field=name):
                if not article[name]:
                    continue
                [(value, total)] = self.env["account.invoice.report"]._read_group(
                    [("partner_id", "=", partner.id)], [name], ["price_subtotal:sum"]
                )
                self.assertEqual((value, total), (article[name], 50.0))
