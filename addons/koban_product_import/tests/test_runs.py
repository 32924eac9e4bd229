"""Batches: what fails stops no other row, what is stopped goes on, nothing comes twice (§10)."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.product.models.product_product import ProductProduct

from ..models import koban_product_import
from .common import ImportCase

# What another addon says.
REFUSAL = "Not this one"


@tagged("post_install", "-at_install", "koban_alone")
class TestRuns(ImportCase):
    def rows(self, count):
        head = ["Code", "Libellé", "Marque", "Prix HT"]
        return [head, *([f"ZX{n}", f"Article {n}", "Bongard Zx", str(n)] for n in range(count))]

    def test_stopped(self):
        """Issue 13 §10: stopped after a batch, it goes on; no row is done twice or left out."""
        # A row that came twice would find its code taken.
        one, _report = self.check(self.rows(10), existing="refuse")
        one.action_start()
        left = [True, False]  # killed after two batches
        with patch.object(koban_product_import, "WRITTEN", 4):
            done = one._process(lambda _done: left.pop(0))
            self.assertFalse(done)
            self.assertEqual((one.state, one.done_count), ("running", 8))
            self.assertTrue(0 < one.progress < 100)
            # Its worker is gone; the job comes again.
            self.run_job()
        self.assertEqual((one.state, one.done_count, one.refused_count), ("done", 10, 0))
        codes = [f"ZX{n}" for n in range(10)]
        found = self.env["product.product"].search([("default_code", "in", codes)])
        self.assertEqual(sorted(found.mapped("default_code")), codes)

    def test_held_rows(self):
        """Issue 13 §10: an import whose rows somebody else holds is not done: they come later."""
        one, _report = self.check(self.rows(4))
        rows = self.env.registry["koban.product.import.row"]
        lock = rows.try_lock_for_update
        held = one.row_ids[1]

        def skip(records, **options):
            return lock(records, **options).filtered(lambda row: row.id != held.id)

        cron = self.env.ref("koban_product_import.ir_cron_import")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        with patch.object(rows, "try_lock_for_update", skip):
            report = one.import_rows()
        self.assertEqual((report["state"], report["done"]), ("running", 3))
        again = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(again - triggers), 1)
        self.run_job()
        self.assertEqual((one.state, one.done_count), ("done", 4))

    def test_failing_row(self):
        """Issue 13 §10: what another addon refuses is refused by itself, with its reason."""
        one, _report = self.check(self.rows(6))
        create = ProductProduct.create

        def refuse(products, vals_list):
            if any(vals["default_code"] == "ZX3" for vals in vals_list):
                raise ValidationError(REFUSAL)
            return create(products, vals_list)

        with patch.object(ProductProduct, "create", refuse):
            report = one.import_rows()
        self.assertEqual((report["done"], report["refused"]), (5, 1))
        [fault] = report["faults"]
        self.assertEqual((fault["row"], fault["reason"]), (5, REFUSAL))
        self.assertFalse(self.find("ZX3"))
        self.assertTrue(self.find("ZX5"))

    def test_changed_meanwhile(self):
        """Issue 13 §10: a code taken and a brand deleted between check and import."""
        one, _report = self.check(self.rows(3), existing="refuse")
        self.env["product.template"].create({"name": "Meanwhile", "default_code": "zx1"})
        report = one.import_rows()
        self.assertEqual([fault["code"] for fault in report["faults"]], ["code_exists"])
        one, _report = self.check([["Code", "Libellé", "Marque"], ["ZX9", "A", "Bongard Zx"]])
        self.brand.name = "Renamed"
        report = one.import_rows()
        self.assertEqual([fault["code"] for fault in report["faults"]], ["unknown_name"])

    def test_column_gone(self):
        """Issue 13 §10: own data renamed or archived after the check: no value is dropped."""
        power = self.set.data_ids[0]
        head = ["Code", "Libellé", "Catégorie", "Puissance Zx"]
        one, _report = self.check([head, ["ZX1", "Four", "Cuisson Zx", "12"]])
        power.active = False
        for call in (one.import_rows, one.action_start):
            self.assertIn("Puissance Zx", self.refusal("article_import_columns", call))
        power.active = True
        one.action_start()
        power.name = "Renamed"
        other, _report = self.check([["Code", "Libellé"], ["ZX2", "Sac"]])
        other.action_start()
        self.run_job()
        self.assertEqual((one.state, one.done_count), ("checked", 0))
        self.assertEqual((other.state, other.done_count), ("done", 1))
        self.assertFalse(self.find("ZX1"))
        power.name = "Puissance Zx"
        one.import_rows()
        [(_label, text)] = self.find("ZX1").product_tmpl_id._list_data()
        self.assertEqual(text, "12 kW")

    def test_language(self):
        """Issue 13 §10: names are compared and written in the language of who imports."""
        self.env["res.lang"]._activate_lang("en_US")
        self.manager.lang = "fr_FR"
        for code in ("ZX1", "ZX2", "ZX3", "ZX4"):
            oven = self.env["product.template"].create({"name": "Oven", "default_code": code})
            oven.with_context(lang="fr_FR").name = "Four"
        for changed, same, run in (
            ("ZX1", "ZX2", "import_rows"),
            ("ZX3", "ZX4", "action_start"),
        ):
            rows = [["Code", "Libellé"], [changed, "Four à sole"], [same, "Four"]]
            one, _report = self.check(rows)
            getattr(one, run)()
            self.run_job(lang="en_US")  # as an administrator does by hand
            for code, name in ((changed, "Four à sole"), (same, "Four")):
                article = self.find(code)
                self.assertEqual(article.with_context(lang="fr_FR").name, name)
                self.assertEqual(article.with_context(lang="en_US").name, "Oven")

    def test_made_names_of_a_failed_batch(self):
        """Issue 13 §10: a brand made in a batch that fails is made again for the others."""
        head, *rows = self.rows(6)
        new = [[code, name, "Neuve Zx", price] for code, name, _brand, price in rows[2:]]
        one, _report = self.check([head, *rows[:2], *new], makes_names=True)
        create = ProductProduct.create

        def refuse(products, vals_list):
            if any(vals["default_code"] == "ZX2" for vals in vals_list):
                raise ValidationError(REFUSAL)
            return create(products, vals_list)

        # The second batch takes over what the first one knew.
        with (
            patch.object(koban_product_import, "WRITTEN", 2),
            patch.object(ProductProduct, "create", refuse),
        ):
            report = one.import_rows()
        self.assertEqual((report["done"], report["refused"]), (5, 1))
        brand = self.env["koban.product.brand"].search([("name", "=", "Neuve Zx")])
        self.assertEqual(len(brand), 1)
        for code in ("ZX3", "ZX4", "ZX5"):
            self.assertEqual(self.find(code).koban_brand_id, brand)

    def test_queries(self):
        """Issue 13, speed: rows cost no query each, beside what the host's articles cost."""
        counts = {kind: [] for kind in ("check", "create", "update", "write", "same", "host")}
        for size in (20, 120):
            rows = [[f"Q{size}-{code}", *rest] for code, *rest in self.rows(size)[1:]]
            rows = [self.rows(0)[0], *rows]
            one, _report = self.check(rows)
            calls = {
                "create": one.import_rows,
                "check": lambda rows=rows: self.check(rows),
                "host": lambda rows=rows: self.env["product.product"].create(
                    [{"name": code, "default_code": f"H{code}"} for code, *_rest in rows[1:]]
                ),
            }
            for kind, call in calls.items():
                counts[kind].append(self.count(call))
            dearer = [rows[0], *([*row[:-1], f"{row[-1]},5"] for row in rows[1:])]
            again, _report = self.check(dearer)
            counts["update"].append(self.count(again.import_rows))
            found = self.env["product.product"].search([("default_code", "=like", f"Q{size}-%")])
            counts["write"].append(self.count(lambda found=found: self.write_each(found)))
            same, _report = self.check(rows[:1] + [[*row[:3], ""] for row in rows[1:]])
            counts["same"].append(self.count(same.import_rows))
        each = {kind: (large - small) / 100 for kind, (small, large) in counts.items()}
        self.assertLessEqual(each["check"], 0.05)
        self.assertLessEqual(each["create"], each["host"] + 0.1)
        # Each that changes is written by itself, as by the host.
        self.assertLessEqual(each["update"], each["write"] + 0.1)
        self.assertLessEqual(each["same"], 0.1)

    def write_each(self, articles):
        for rank, article in enumerate(articles.with_context(tracking_disable=True)):
            article.list_price = 1000 + rank

    def count(self, call) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
