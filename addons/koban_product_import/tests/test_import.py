"""The good rows of a file, on request (issue 13 §10)."""

import base64
import io

import openpyxl
from odoo.tests import Form, tagged

from ..tools import files
from .common import ImportCase, make_csv


@tagged("post_install", "-at_install", "koban_alone")
class TestImport(ImportCase):
    ROWS = [
        ["Code", "Libellé", "EAN", "Type", "Groupe", "Famille", "Catégorie", "Marque", "Gamme",
         "Prix HT", "Prix d'achat", "TVA", "En vente", "Poids", "Caractéristiques"],
        ["ZX-A", "Four à sole", "376ZXA", "Bien", "Matériel Zx", "Fours Zx", "Cuisson Zx",
         "Bongard Zx", "Soleo", "1 250,50", "820,5", "20", "oui", "12,5", "Quatre étages"],
        ["ZX-B", "Pose", "", "Prestation", "", "", "", "", "", "55", "",
         "TVA 5,5 Zx", "non", "", ""],
        ["ZX-C", "Cher", "", "", "", "", "", "", "", "cher", "", "", "", "", ""],
    ]  # fmt: skip

    def test_good_rows(self):
        """Issue 13 §10: the good rows are imported, whole; the refused one is not."""
        one, report = self.run_import(self.ROWS)
        self.assertEqual((report["done"], report["refused"], report["state"]), (2, 1, "done"))
        oven, fitting = self.find("ZX-A"), self.find("ZX-B")
        self.assertFalse(self.find("ZX-C"))
        self.assertEqual(oven.categ_id, self.family)
        self.assertEqual(oven.koban_category_id, self.category)
        self.assertEqual((oven.koban_brand_id, oven.koban_range_id), (self.brand, self.range))
        self.assertEqual((oven.list_price, oven.standard_price), (1250.5, 820.5))
        self.assertEqual((oven.weight, oven.barcode), (12.5, "376ZXA"))
        own = oven.taxes_id.filtered(lambda tax: tax.company_id == self.env.company)
        self.assertEqual(own.mapped("amount"), [20.0])
        self.assertIn("Quatre étages", oven.description)
        self.assertEqual((fitting.type, fitting.sale_ok), ("service", False))
        self.assertIn(self.reduced, fitting.taxes_id)
        self.assertEqual(one.row_ids.product_id, oven + fitting)
        self.assertIn(
            oven.product_tmpl_id.id,
            self.env["product.template"].search([("koban_keywords", "ilike", "soleo four")]).ids,
        )

    def test_updated(self):
        """Issue 13 §10: the same code updates; an empty cell changes nothing; no second article."""
        self.run_import(self.ROWS)
        oven = self.find("ZX-A")
        _one, report = self.run_import(
            [["Code", "Libellé", "Prix HT", "TVA"], ["zx-a", "", "1300", "tva 5,5 zx"]]
        )
        self.assertEqual(report["done"], 1)
        self.assertEqual(self.find("ZX-A"), oven)
        self.assertEqual((oven.name, oven.list_price, oven.weight), ("Four à sole", 1300, 12.5))
        own = oven.taxes_id.filtered(lambda tax: tax.company_id == self.env.company)
        self.assertEqual(own, self.reduced)

    def test_code_drawn(self):
        """Row 4-21: a row without a code has the next one of its family's pattern."""
        self.run_import([["Libellé", "Groupe"], ["A", "Matériel Zx"], ["B", "Matériel Zx"]])
        found = self.env["product.product"].search([("categ_id", "=", self.group.id)])
        self.assertEqual(len(set(found.mapped("default_code"))), 2)
        for code in found.mapped("default_code"):
            self.assertRegex(code, r"ZX-\d{4}")

    def test_code_drawn_in_made_family(self):
        """Row 4-21: families that the import makes below a group have codes by its pattern."""
        rows = [
            ["Libellé", "Groupe", "Famille", "Sous-famille"],
            ["A", "Matériel Zx", "Neuve Zx", ""],
            ["B", "Matériel Zx", "Neuve Zx", "Plus neuve Zx"],
            ["C", "Groupe neuf Zx", "Neuve Zx", ""],
        ]
        one, report = self.check(rows, makes_names=True)
        self.assertEqual([(fault["row"], fault["code"]) for fault in report["faults"]],
                         [(4, "no_code")])  # fmt: skip
        self.assertEqual(one.import_rows()["done"], 2)
        found = self.env["product.product"].search([("categ_id", "child_of", self.group.id)])
        self.assertEqual(len(found), 2)
        for code in found.mapped("default_code"):
            self.assertRegex(code, r"ZX-\d{4}")

    def test_names_made(self):
        """Issue 13 §10: unknown names are refused, or made on option; units and VAT never."""
        rows = [
            ["Code", "Libellé", "Groupe", "Famille", "Catégorie", "Marque", "Gamme"],
            ["ZX1", "A", "Neuf Zx", "Famille Zx", "Classe Zx", "Marque Zx", "Gamme Zx"],
            ["ZX2", "B", "neuf zx", "famille zx", "classe zx", "marque zx", "gamme zx"],
        ]
        _one, report = self.check(rows)
        self.assertEqual(report["refused"], 2)
        one, report = self.check(rows, makes_names=True)
        self.assertEqual((report["new"], report["refused"]), (2, 0))
        brands = self.env["koban.product.brand"]
        self.assertFalse(brands.search([("name", "=ilike", "marque zx")]))
        one.import_rows()
        first, second = self.find("ZX1"), self.find("ZX2")
        self.assertEqual(first.categ_id.complete_name, "Neuf Zx / Famille Zx")
        self.assertEqual(first.koban_range_id.display_name, "Marque Zx Gamme Zx")
        for name in ("categ_id", "koban_category_id", "koban_brand_id", "koban_range_id"):
            self.assertEqual(first[name], second[name])
        rows = [["Code", "Libellé", "Unité", "TVA"], ["ZX3", "C", "Palette Zx", "Zx"]]
        _one, report = self.check(rows, makes_names=True)
        self.assertEqual([fault["code"] for fault in report["faults"]], ["unknown_name"] * 2)

    def test_refused_file(self):
        """Issue 13 §10: refused rows are downloaded, corrected and imported by the same way."""
        one, _report = self.run_import(self.ROWS)
        content = base64.b64decode(one.with_context(bin_size=False).refused_file)
        rows = [cells for _number, cells in files.read_rows(content)]
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][:3], ["4", "ZX-C", "Cher"])
        self.assertIn("cher", rows[1][-1])
        rows[1][rows[0].index("Prix HT")] = "99"
        _one, report = self.run_import(rows)
        self.assertEqual((report["done"], report["refused"]), (1, 0))
        self.assertEqual(self.find("ZX-C").list_price, 99)

    def test_template(self):
        """Issue 13 §10: the template has every column in French, and is a file of this import."""
        content = base64.b64decode(self.imports.get_template())
        book = openpyxl.load_workbook(io.BytesIO(content))
        heads = [cell.value for cell in book.worksheets[0][1]]
        for head in ("Code", "Libellé", "Famille", "Marque", "TVA", "Prix HT", "Puissance Zx"):
            self.assertIn(head, heads)
        self.assertEqual(book.worksheets[1]["A1"].value, "Colonne")
        row = ["ZX9" if head == "Code" else "Four" if head == "Libellé" else "" for head in heads]
        _one, report = self.check([heads, row])
        self.assertEqual((report["new"], report["refused"]), (1, 0))

    def test_template_of_namesakes(self):
        """Row 4-38: own data named as a column, or nearly as another data, are told apart."""
        names = ("Poids", "Type", "Description", "Ligne", "Wi-Fi", "wi fi", "WI_FI")
        self.set.data_ids = [(0, 0, {"name": name}) for name in names]
        content = base64.b64decode(self.imports.get_template())
        [(_number, heads)] = files.read_rows(content)
        apart = [f"{name} (donnée complémentaire)" for name in (*names[:4], "wi fi")]
        own = dict(
            zip(
                [*apart[:4], "Wi-Fi", apart[4], "WI_FI (donnée complémentaire 2)"],
                names,
                strict=True,
            )
        )
        given = {"Code": "ZX1", "Libellé": "Four", "Catégorie": "Cuisson Zx", "Poids": "12"}
        given |= {head: f"own {name}" for head, name in own.items()}
        _one, report = self.run_import([heads, [given.get(head, "") for head in heads]])
        self.assertEqual((report["done"], report["faults"]), (1, []))
        article = self.find("ZX1")
        self.assertEqual(article.weight, 12)
        told = dict(article.product_tmpl_id._list_data())
        self.assertEqual(told, {name: f"own {name}" for name in names})

    def test_excel(self):
        """Issue 13 §10: an Excel file, whose numbers are numbers."""
        content = files.make_workbook({"A": [["Code", "Libellé", "Prix"], ["0012", "Sac", "3.5"]]})
        report = self.imports.import_file(base64.b64encode(content).decode(), "articles.xlsx")
        self.imports.browse(report["id"]).import_rows()
        self.assertEqual(self.find("0012").list_price, 3.5)

    def test_form(self):
        """Issue 13 §10: as the manager on the form: file, check, import."""
        with Form(self.imports) as form:
            form.file = make_csv(self.ROWS, encoding="cp1252").decode()
        one = form.record
        one.filename = "articles.csv"
        one.action_check()
        self.assertIn("Windows-1252", one.format)
        self.assertEqual((one.good_count, one.refused_count), (2, 1))
        one.makes_names = True  # another option: it is checked again
        self.assertEqual((one.state, one.row_count), ("draft", 0))
        one.action_check()
        one.action_start()
        self.assertEqual(one.state, "running")
        self.run_job()
        self.assertEqual((one.state, one.done_count, one.progress), ("done", 2, 100))
        articles = self.env["product.template"].search(one.action_open_articles()["domain"])
        self.assertEqual(len(articles), 2)
