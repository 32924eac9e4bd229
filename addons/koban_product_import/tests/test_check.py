"""The check of a file: each refused row with every reason, and nothing written (issue 13 §10)."""

import base64

from odoo.tests import tagged

from ..tools import files
from .common import ImportCase, make_csv


@tagged("post_install", "-at_install", "koban_alone")
class TestCheck(ImportCase):
    def test_good(self):
        """Issue 13 §10: new and updated articles are told apart by their code; none is written."""
        self.env["product.template"].create({"name": "Old", "default_code": "Zx1"})
        count = self.env["product.template"].search_count([])
        one, report = self.check(
            [
                ["Code", "Libellé", "Groupe", "Famille", "Marque", "Prix HT", "TVA"],
                ["zx1", "", "", "", "", "12,50", ""],
                ["ZX2", "Four", "Matériel Zx", "Fours Zx", "BONGARD zx", "1 250,00", "20"],
                ["", "Sans code", "Matériel Zx", "", "", "3", "TVA 5,5 Zx"],
            ]
        )
        counts = {name: report[name] for name in ("rows", "new", "update", "refused", "done")}
        self.assertEqual(counts, {"rows": 3, "new": 2, "update": 1, "refused": 0, "done": 0})
        self.assertEqual(report["state"], "checked")
        self.assertEqual(self.env["product.template"].search_count([]), count)
        self.assertEqual(one.row_ids.mapped("state"), ["update", "new", "new"])
        self.assertIn("Prix HT: 1 250,00", one.row_ids[1].summary)

    def test_every_reason(self):
        """Issue 13 §10: row number, column, value, code and reason; all of a row at once."""
        self.env["product.template"].create({"name": "Old", "barcode": "376ZX1"})
        _one, report = self.check(
            [
                ["Code", "Libellé", "Famille", "Marque", "Prix HT", "TVA", "En vente", "EAN"],
                ["ZX1", "Good", "", "", "1", "20", "oui", ""],
                ["ZX2", "", "Inconnue", "Nobody", "cher", "77", "peut-être", "376ZX1"],
                ["zx1", "Twice", "", "", "", "", "", "376ZX9"],
                ["", "No code", "", "", "-1", "", "", "376ZX9"],
            ]
        )
        self.assertEqual((report["rows"], report["new"], report["refused"]), (4, 1, 3))
        found = [(fault["row"], fault["column"], fault["value"], fault["code"])
                 for fault in report["faults"]]  # fmt: skip
        self.assertCountEqual(
            found,
            [
                (3, "EAN", "376ZX1", "barcode_taken"),
                (3, "Prix HT", "cher", "number"),
                (3, "En vente", "peut-être", "flag"),
                (3, "Famille", "Inconnue", "unknown_name"),
                (3, "Marque", "Nobody", "unknown_name"),
                (3, "TVA", "77", "unknown_name"),
                (3, "Libellé", "", "no_name"),
                (4, "Code", "zx1", "code_twice"),
                (5, "EAN", "376ZX9", "barcode_twice"),
                (5, "Prix HT", "-1", "negative"),
                (5, "Code", "", "no_code"),
            ],
        )
        self.assertTrue(all(fault["reason"] for fault in report["faults"]))

    def test_in_french(self):
        """Issue 13 §10: who works in French reads the reasons in French."""
        self.env["ir.module.module"]._load_module_terms(
            ["koban_product_import"], ["fr_FR"], overwrite=True
        )
        self.manager.lang = "fr_FR"
        _one, report = self.check([["Code", "Libellé", "Prix HT"], ["ZX1", "Four", "cher"]])
        [fault] = report["faults"]
        self.assertEqual(fault["reason"], "«\xa0cher\xa0» n’est pas un nombre.")

    def test_wrong_columns(self):
        """Issue 13, bad input: wrong columns: refused with each reason at once, nothing kept."""
        count = self.imports.search_count([])
        rows = [["Libelle", "Couleur", "Désignation", "Forme"], ["Four", "x", "y", "z"]]
        told = self.refusal("article_import_columns", self.check, rows)
        for part in ("Couleur", "Désignation", "Forme"):
            self.assertIn(part, told)
        self.assertEqual(self.imports.search_count([]), count)
        rows = [["Code", "Libellé", "Couleur"], ["ZX1", "Four", "x"]]
        _one, report = self.check(rows, ignores_unknown=True)
        self.assertEqual(report["new"], 1)
        self.assertEqual(report["columns"], ["default_code", "name", ""])
        told = self.refusal("article_import_columns", self.check, [["Prix HT"], ["1"]])
        self.assertIn("Libellé", told)

    def test_wrong_files(self):
        """Issue 13, bad input: no file of articles, or one without rows."""
        for content in (b"\x89PNG\0\0", files.OLD_EXCEL, b"Code;Libell\xe9\n", b" "):
            with self.subTest(content=content[:5]):
                self.refusal(
                    "article_import_file", self.imports.import_file, base64.b64encode(content), "x"
                )
        self.refusal("wrong_file", self.imports.import_file, "no base64 !")
        self.refusal(
            "wrong_argument", self.imports.import_file, make_csv([["Code"]]), "x", "delete"
        )

    def test_option_refuse(self):
        """Issue 13 §10: an article with the same code is updated, or refused on option."""
        self.env["product.template"].create({"name": "Old", "default_code": "ZX1"})
        _one, report = self.check([["Code", "Libellé"], ["zx1", "New"]], existing="refuse")
        self.assertEqual([fault["code"] for fault in report["faults"]], ["code_exists"])

    def test_codes_of_others(self):
        """Issue 13 §10: the code of an article of another company of the group, or of two."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        articles = self.env["product.template"]
        articles.create({"name": "Theirs", "default_code": "ZX1", "company_id": branch.id})
        stranger = self.env["res.company"].create({"name": "Elsewhere"})
        articles.create({"name": "Far", "default_code": "ZX2", "company_id": stranger.id})
        _one, report = self.check([["Code", "Libellé"], ["ZX1", "A"], ["ZX3", "B"]])
        self.assertEqual([fault["code"] for fault in report["faults"]], ["code_elsewhere"])

    def test_levels(self):
        """Issue 13 §10: a family without its group is found if there is one of its name alone."""
        other = self.group.create({"name": "Autre Zx"})
        self.group.create({"name": "Double Zx", "parent_id": other.id})
        self.group.create({"name": "Double Zx", "parent_id": self.group.id})
        one, report = self.run_import(
            [
                ["Code", "Libellé", "Groupe", "Famille"],
                ["ZX1", "A", "", "Fours Zx"],
                ["ZX2", "B", "", "Double Zx"],
                ["ZX3", "C", "Autre Zx", "Double Zx"],
                ["ZX4", "D", "Autre Zx", "Fours Zx"],
            ]
        )
        self.assertEqual(
            [(fault["row"], fault["code"]) for fault in report["faults"]],
            [(3, "several_names"), (5, "unknown_name")],
        )
        self.assertEqual(self.find("ZX1").categ_id, self.family)
        self.assertEqual(self.find("ZX3").categ_id.parent_id, other)
        self.assertEqual(one.state, "done")

    def test_own_data(self):
        """Issue 13 §10: own data are columns, read as their kind, for categories that have them."""
        rows = [
            ["Code", "Libellé", "Catégorie", "Puissance Zx", "Énergie Zx"],
            ["ZX1", "A", "Cuisson Zx", "12,5", "electrique"],
            ["ZX2", "B", "Cuisson Zx", "fort", "Bois"],
            ["ZX3", "C", "", "3", ""],
        ]
        _one, report = self.run_import(rows)
        self.assertEqual(
            [(fault["row"], fault["code"]) for fault in report["faults"]],
            [(3, "wrong_data"), (3, "wrong_data"), (4, "no_such_data")],
        )
        article = self.find("ZX1").product_tmpl_id
        self.assertEqual(
            article._list_data(), [("Puissance Zx", "12,5 kW"), ("Énergie Zx", "Électrique")]
        )
        self.run_import([["Code", "Puissance Zx"], ["ZX1", "15"]])
        self.assertEqual(
            article._list_data(), [("Puissance Zx", "15 kW"), ("Énergie Zx", "Électrique")]
        )
