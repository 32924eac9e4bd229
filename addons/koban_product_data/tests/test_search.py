"""Articles found by keyword, in every list and line, by an index (row 4-41, case T16)."""

from ast import literal_eval

from lxml import etree
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestSearch(DataCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        brand = cls.env["koban.product.brand"].create({"name": "Écran Dell"})
        cls.ssd = cls.disk.choice_ids[0]
        cls.article = cls.make(
            "Portable élégant",
            data={
                cls.cpu: "1425BST",
                cls.memory: 16,
                cls.disk: cls.ssd._get_key(),
                cls.wifi: True,
                cls.release: "2026-03-01",
            },
            koban_brand_id=brand.id,
            default_code="PO-77",
            barcode="3760000000017",
        )
        cls.product = cls.article.product_variant_id
        cls.other = cls.make("Bureau", data={cls.cpu: "9999", cls.wifi: False})

    def names(self, model, text, **kwargs):
        return [id_ for id_, _name in self.env[model].name_search(text, **kwargs)]

    def test_lines(self):
        """Case T16: typing 142 in a line of a quote, order, invoice or purchase finds it."""
        for text in ("142", "1425BST", "1425bst", "bst", "16Go", "16 go", "ssd", "wifi", "elegant"):
            with self.subTest(text=text):
                self.assertIn(self.article.id, self.names("product.template", text))
                self.assertIn(self.product.id, self.names("product.product", text))
        for text in ("143", "999", "mecanique"):
            with self.subTest(text=text):
                self.assertNotIn(self.product.id, self.names("product.product", text))
                self.assertNotIn(self.article.id, self.names("product.template", text))

    def test_other_articles(self):
        """Row 4-41: where the host wants others than some, it wants none by code: own data do."""
        plain = self.env["product.template"].create({"name": "Slip", "default_code": "PO-78"})
        others = [("id", "!=", self.other.id)]
        self.assertIn(self.article.id, self.names("product.template", "142", domain=others))
        self.assertNotIn(plain.id, self.names("product.template", "PO-78", domain=others))
        self.assertIn(plain.id, self.names("product.template", "PO-78"))

    def test_words(self):
        """Row 4-41: several words, each found, in any order; short ones and days too."""
        for text in (
            "ssd 142", "dell 16go portable", "ÉLÉGANT ssd", "01/03/2026", "2026-03-01", "go",
            "po-77 ssd", "3760000000017 ssd", "dell i 1",
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertIn(self.product.id, self.names("product.product", text))
        self.assertNotIn(self.product.id, self.names("product.product", "ssd 999"))

    def test_pattern_signs(self):
        """“Bad input”: the signs of patterns mean themselves."""
        for text in ("%", "_", "\\", "14_5", "1%5"):
            with self.subTest(text=text):
                found = self.env["product.template"].search([("koban_keywords", "ilike", text)])
                self.assertFalse(found & (self.article + self.other))

    def test_limit_and_domain(self):
        """Row 4-41: a line's domain and limit hold; the host's own findings come first."""
        coded = self.make("Autre", default_code="142")
        found = self.names("product.product", "142", limit=8)
        self.assertEqual(found[:2], [coded.product_variant_id.id, self.product.id])
        self.assertEqual(len(self.names("product.product", "142", limit=1)), 1)
        domain = [("id", "!=", self.product.id)]
        self.assertNotIn(self.product.id, self.names("product.product", "142", domain=domain))
        self.article.active = False
        self.assertNotIn(self.product.id, self.names("product.product", "ssd"))

    def test_search_views(self):
        """Row 4-41: the lists of articles and of variants, and the catalogue, look for it."""
        for model, view in (
            ("product.template", "product.product_template_search_view"),
            ("product.product", "product.product_search_form_view"),
            ("product.product", "product.product_view_search_catalog"),
        ):
            with self.subTest(view=view):
                arch = self.env[model].get_view(self.env.ref(view).id, "search")["arch"]
                [field] = etree.fromstring(arch).xpath("//field[@name='name']")
                domain = literal_eval(field.get("filter_domain").replace("self", "'142'"))
                found = self.env[model].search(domain)
                wanted = self.article if model == "product.template" else self.product
                self.assertIn(wanted, found)

    def test_relation(self):
        """Row 4-41: documents are found by what their lines sell."""
        self.env["product.supplierinfo"].create(
            {"partner_id": self.env.company.partner_id.id, "product_tmpl_id": self.article.id}
        )
        found = self.env["product.supplierinfo"].search([("product_tmpl_id", "ilike", "1425b")])
        self.assertEqual(found.product_tmpl_id, self.article)
        negative = Domain("id", "in", (self.article + self.other).ids)
        negative &= Domain("koban_keywords", "not ilike", "142")
        self.assertEqual(self.env["product.template"].search(negative), self.other)

    def test_follows(self):
        """Row 4-41: values, names, choices, units, brands and translations: found as they are."""
        self.article.koban_data = {
            **self.article._get_data_values(),
            **self.data({self.cpu: "M4X"}),
        }
        self.assertIn(self.article.id, self.names("product.template", "m4x"))
        self.assertNotIn(self.article.id, self.names("product.template", "142"))
        self.ssd.name = "Bandes"
        self.memory.unit = "Tio"
        self.wifi.name = "Sans fil"
        self.article.koban_brand_id.name = "Bull"
        for text in ("bandes", "16tio", "sans fil", "bull"):
            with self.subTest(text=text):
                self.assertIn(self.article.id, self.names("product.template", text))
        self.assertNotIn(self.article.id, self.names("product.template", "wifi"))
        self.env["res.lang"]._activate_lang("fr_FR")
        self.article.with_context(lang="fr_FR").name = "Ordinateur"
        self.assertIn(self.article.id, self.names("product.template", "ordinateur bull"))
        self.article.default_code = "ZZ-1"
        self.article.product_variant_id.barcode = "3760000000024"
        for text in ("zz-1 bull", "0000024 bull"):
            self.assertIn(self.article.id, self.names("product.template", text))

    def test_index(self):
        """Issue 13, speed: PostgreSQL finds keywords by the index."""
        self.env.flush_all()
        query = self.env["product.template"]._search([("koban_keywords", "ilike", "1425bst")])
        # Of a handful of articles another way may be as cheap.
        self.env.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = "\n".join(
            line for (line,) in self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        )
        self.assertIn("product_template_koban_search_idx", plan)
        self.assertIn("Bitmap Index Scan", plan)

    def test_variants(self):
        """Row 4-41: own data find every variant; the code of one finds that one alone."""
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": name}) for name in ("S", "M")]}
        )
        line = {"attribute_id": attribute.id, "value_ids": [(6, 0, attribute.value_ids.ids)]}
        article = self.make(
            "Chaussure", data={self.cpu: "semelle77"}, attribute_line_ids=[(0, 0, line)]
        )
        small, medium = article.product_variant_ids
        small.default_code, medium.default_code = "CH-S1", "CH-M1"
        found = self.names("product.product", "semelle77")
        self.assertEqual(set(found), set((small + medium).ids))
        self.assertEqual(self.names("product.product", "CH-S1"), small.ids)
