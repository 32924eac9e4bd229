"""Codes of articles: drawn or typed, and unique (row 4-21, case T16)."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from odoo.addons.koban_guard.exceptions import DocumentError

from ..hooks import post_init_hook


@tagged("post_install", "-at_install", "koban_alone")
class TestCodes(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "article_manager", "koban_guard.group_manager,product.group_product_manager"
        )
        cls.env.company.document_guard = True
        cls.other_company = cls.make_company("Elsewhere")

    @classmethod
    def make_company(cls, name, **values):
        return cls.env["res.company"].create({"name": name, "document_guard": True, **values})

    def setUp(self):
        super().setUp()
        # A counter of PostgreSQL is not rolled back with a test: each has its own.
        self.category = self.env["product.category"].create(
            {"name": "Ovens", "code_pattern": "FOUR-####"}
        )
        self.below = self.category.create({"name": "Small ovens", "parent_id": self.category.id})

    def make(self, **values):
        return self.env["product.template"].create({"name": "Oven", **values})

    def refusal(self, code, call, *args, **kwargs):
        with self.assertRaises(DocumentError) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)

    def test_drawn(self):
        """Row 4-21: the next code of the category, or of the one above; a typed one is kept."""
        first, second = self.make(categ_id=self.category.id), self.make(categ_id=self.below.id)
        typed = self.make(categ_id=self.category.id, default_code="SPECIAL")
        third = self.make(categ_id=self.category.id)
        codes = (first + second + typed + third).mapped("default_code")
        self.assertEqual(codes, ["FOUR-0001", "FOUR-0002", "SPECIAL", "FOUR-0003"])

    def test_form(self):
        """Row 4-21: as the manager on the forms: pattern, example, next number, article."""
        with Form(self.env["product.category"].with_user(self.manager)) as form:
            form.name = "Mixers"
            form.code_pattern = "P-{YYYY}-###"
        category = form.record
        form = Form(category)
        form.code_next = 41
        form.save()
        year = category.env.cr.now().year
        self.assertEqual(category.code_example, f"P-{year}-041")
        with Form(self.env["product.template"].with_user(self.manager)) as form:
            form.name = "Mixer"
            form.categ_id = category
        self.assertEqual(form.record.default_code, f"P-{year}-041")

    def test_passed_over(self):
        """Row 4-21: a number whose code was typed is passed over."""
        self.make(default_code="four-0001")
        self.assertEqual(self.make(categ_id=self.category.id).default_code, "FOUR-0002")

    def test_second_is_refused(self):
        """Case T16: the second REF1 is refused: archived, in other letters, by write, by import."""
        first = self.make(default_code="REF1")
        first.active = False
        for code in ("REF1", "ref1", " REF1 "):
            with self.subTest(code=code):
                told = self.refusal("article_code_taken", self.make, default_code=code)
                self.assertIn("Oven", told)
        other = self.make(default_code="REF2")
        self.refusal("article_code_taken", other.write, {"default_code": "REF1"})
        self.assertEqual(other.default_code, "REF2")
        loaded = self.env["product.template"].load(
            ["name", "default_code"], [["New", "REF3"], ["Double", "REF1"]]
        )
        self.assertFalse(loaded["ids"])
        self.assertIn("article_code_taken", loaded["messages"][0]["message"])
        twice = self.env["product.template"].load(
            ["name", "default_code"], [["A", "REF4"], ["B", "ref4"]]
        )
        self.assertFalse(twice["ids"])

    def test_companies(self):
        """Case T16: with and without company; two groups of companies may have the same code."""
        mine, other = self.env.company, self.other_company
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": mine.id})
        self.make(default_code="OWN", company_id=mine.id)
        self.make(default_code="OWN", company_id=other.id)
        for company in (mine, branch, self.env["res.company"]):
            with self.subTest(company=company.name):
                self.refusal(
                    "article_code_taken", self.make, default_code="OWN", company_id=company.id
                )
        shared = self.make(default_code="SHARED")
        self.refusal("article_code_taken", self.make, default_code="SHARED", company_id=other.id)
        # Of a company made later too.
        late = self.make_company("Late")
        self.refusal("article_code_taken", self.make, default_code="SHARED", company_id=late.id)
        shared.company_id = mine
        self.make(default_code="SHARED", company_id=other.id)
        self.refusal("article_code_taken", shared.write, {"company_id": False})

    def test_variants(self):
        """Case T16: each variant has its code, and no other article takes it."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [Command.create({"name": name}) for name in ("S", "M", "L")],
            }
        )
        line = {"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}
        template = self.make(categ_id=self.category.id, attribute_line_ids=[Command.create(line)])
        codes = template.product_variant_ids.mapped("default_code")
        self.assertEqual(sorted(codes), ["FOUR-0001", "FOUR-0002", "FOUR-0003"])
        self.refusal("article_code_taken", self.make, default_code="FOUR-0002")

    def test_copy(self):
        """Case T16: copied twice, two codes."""
        article = self.make(categ_id=self.category.id, default_code="BASE")
        codes = [article.copy().default_code for _copy in range(2)]
        self.assertEqual(codes, ["FOUR-0001", "FOUR-0002"])
        plain = self.make(default_code="PLAIN")
        self.assertFalse(plain.copy().default_code)

    def test_given_back(self):
        """Row 4-21: a code that is left, or whose article is deleted, is free."""
        first = self.make(default_code="FREE1")
        first.default_code = "FREE2"
        self.make(default_code="FREE1")
        first.unlink()
        self.make(default_code="FREE2")

    def test_duplicates_at_installation(self):
        """Case T16: those that are there are listed, keep their code, and are mended one by one."""
        kept, double = self.make(default_code="DUP"), self.make(default_code="OTHER")
        double.categ_id = self.category
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM koban_product_code")
        self.env.cr.execute(
            "UPDATE product_product SET default_code = 'dup' WHERE id = %s",
            [double.product_variant_id.id],
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        listed = self.env["product.product"].search([("is_code_duplicate", "=", True)])
        self.assertEqual(listed & (kept + double).product_variant_id, double.product_variant_id)
        self.assertTrue(listed.is_code_duplicate)
        double.name = "Still written"
        listed.with_user(self.manager).action_draw_code()
        self.assertEqual(double.default_code, "FOUR-0001")
        self.assertFalse(double.product_variant_id.is_code_duplicate)

    def test_guard_off(self):
        """DESIGN §2: a group without the guard is as the host; with it, duplicates are listed."""
        abroad = self.env["res.company"].create(
            {"name": "Abroad", "country_id": self.env.ref("base.be").id}
        )
        self.assertFalse(abroad.document_guard)
        pair = [self.make(default_code="TWICE", company_id=abroad.id) for _time in range(2)]
        variants = pair[0].product_variant_id + pair[1].product_variant_id
        self.assertFalse(any(variants.mapped("is_code_duplicate")))
        # What all companies share is the code of none there.
        self.make(default_code="SHARED")
        self.make(default_code="SHARED", company_id=abroad.id).unlink()
        abroad.document_guard = True
        variants.invalidate_recordset()
        self.assertEqual(variants.mapped("is_code_duplicate"), [False, True])
        for code in ("TWICE", "SHARED"):
            self.refusal("article_code_taken", self.make, default_code=code, company_id=abroad.id)
        abroad.document_guard = False
        variants.invalidate_recordset()
        self.assertFalse(any(variants.mapped("is_code_duplicate")))
        self.make(default_code="TWICE", company_id=abroad.id)

    def test_duplicate_takes_what_is_left(self):
        """Case T16: the other article leaves the code: the duplicate is one no more."""
        kept, double = self.make(default_code="DUP"), self.make(default_code="OTHER")
        self.env.flush_all()
        variant = double.product_variant_id
        self.env.cr.execute("DELETE FROM koban_product_code WHERE product_id = %s", [variant.id])
        self.env.cr.execute(
            "UPDATE product_product SET default_code = 'DUP' WHERE id = %s", [variant.id]
        )
        self.env.invalidate_all()
        self.assertTrue(variant.is_code_duplicate)
        kept.default_code = "GONE"
        self.env.invalidate_all()
        self.assertFalse(variant.is_code_duplicate)
        self.refusal("article_code_taken", kept.write, {"default_code": "DUP"})

    def test_patterns(self):
        """“Bad input”: each reason at once; a next number of nought; a category without pattern."""
        told = self.refusal("article_code_pattern", self.category.write, {"code_pattern": "{AAAA}"})
        self.assertIn("####", told)
        self.assertIn("{AAAA}", told)
        self.refusal("article_code_number", self.category.write, {"code_next": 0})
        plain = self.make(default_code="X")
        told = self.refusal("article_code_pattern", plain.product_variant_id.action_draw_code)
        self.assertIn("Oven", told)

    def test_rights(self):
        """Row 4-21: who may not write articles draws no code; the table is nobody's to write."""
        clerk = new_test_user(self.env, "article_clerk", "base.group_user")
        article = self.make(categ_id=self.category.id).product_variant_id
        with self.assertRaises(AccessError):
            article.with_user(clerk).action_draw_code()
        codes = self.env["koban.product.code"].with_user(self.manager)
        for call in (
            lambda: codes.search([], limit=1).unlink(),
            lambda: codes.search([], limit=1).write({"code": "X"}),
            lambda: codes.create({"code": "X", "scope": 0, "product_id": article.id}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_counter_is_its_own(self):
        """Row 4-21: no other sequence is drawn from or moved, such as one of documents."""
        other = self.env["ir.sequence"].create({"name": "Documents", "code": "documents"})
        drawn = self.category.copy({"name": "Twin"})
        category = self.category.with_user(self.manager)
        values = {"code_sequence_id": other.id}
        self.refusal("article_code_sequence", category.write, values)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            category.code_sequence_id = drawn.code_sequence_id
            self.env.flush_all()
        self.assertEqual(other.number_next_actual, 1)
        self.assertNotEqual(drawn.code_sequence_id, self.category.code_sequence_id)

    def test_another_company(self):
        """Case T16: who works for a company reads no codes of another one."""
        self.make(default_code="ELSEWHERE", company_id=self.other_company.id)
        codes = self.env["koban.product.code"].with_user(self.manager)
        self.assertFalse(codes.search([("code", "=", "ELSEWHERE")]))
        self.assertTrue(codes.sudo().search([("code", "=", "ELSEWHERE")]))

    def test_queries(self):
        """Issue 13, speed: codes cost as many queries for a batch as for one article."""
        counts = []
        for size in (1, 20):
            values = [
                {"name": f"N{size}-{rank}", "categ_id": self.category.id} for rank in range(size)
            ]
            before = self.env.cr.sql_log_count
            self.env["product.product"].create(values)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 20 * 3)
