"""Files of articles, as a baker's dealer has them (issue 13 §10)."""

import base64
import csv
import io
from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user

from odoo.addons.koban_guard.exceptions import DocumentError


def make_csv(rows, separator=";", encoding="utf-8") -> bytes:
    """Return a file, in base64.

    :param rows: lists of texts; the first names the columns
    """
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    return base64.b64encode(stream.getvalue().encode(encoding))


class ImportCase(TransactionCase):
    """Imports of a manager of articles, with a group, a family, a brand and French VAT."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.manager = new_test_user(
            cls.env,
            "import_manager",
            "koban_guard.group_manager,product.group_product_manager",
            lang="en_US",
        )
        cls.clerk = new_test_user(cls.env, "import_clerk", "base.group_user")
        categories = cls.env["product.category"]
        cls.group = categories.create({"name": "Matériel Zx", "code_pattern": "ZX-####"})
        cls.family = categories.create({"name": "Fours Zx", "parent_id": cls.group.id})
        cls.brand = cls.env["koban.product.brand"].create({"name": "Bongard Zx"})
        cls.range = cls.env["koban.product.range"].create(
            {"name": "Soleo", "brand_id": cls.brand.id}
        )
        cls.category = cls.env["koban.product.category"].create({"name": "Cuisson Zx"})
        choices = [(0, 0, {"name": name}) for name in ("Électrique", "Gaz")]
        cls.set = cls.env["koban.product.data.set"].create(
            {
                "name": "Cuisson",
                "category_ids": [(6, 0, cls.category.ids)],
                "data_ids": [
                    (0, 0, {"name": "Puissance Zx", "kind": "number", "unit": "kW"}),
                    (0, 0, {"name": "Énergie Zx", "kind": "choice", "choice_ids": choices}),
                ],
            }
        )  # fmt: skip
        cls.tax = cls.make_tax("TVA 20 Zx", 20.0)
        cls.reduced = cls.make_tax("TVA 5,5 Zx", 5.5)
        cls.imports = cls.env["koban.product.import"].with_user(cls.manager)

    @classmethod
    def make_tax(cls, name, amount):
        group = cls.env["account.tax.group"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        ) or cls.env["account.tax.group"].create({"name": "TVA"})
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
                "sequence": -5,
            }
        )

    def check(self, rows, **options):
        """Check a file; return the import and its report."""
        report = self.imports.import_file(make_csv(rows), "articles.csv", **options)
        return self.imports.browse(report["id"]), report

    def run_import(self, rows, **options):
        """Import the good rows of a file; return the import and its report."""
        one, _report = self.check(rows, **options)
        return one, one.import_rows()

    def run_job(self, **context):
        """Run the scheduled job; a test commits nothing."""
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *args, **options: 60):
            self.env["koban.product.import"].with_context(**context)._cron_process()

    def find(self, code):
        found = self.env["product.product"].with_context(active_test=False)
        return found.search([("default_code", "=", code)])

    def refusal(self, code, call, *args, **kwargs):
        with self.assertRaises(DocumentError) as caught, self.env.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)
