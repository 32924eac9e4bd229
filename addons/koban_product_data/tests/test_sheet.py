"""« Fiche article »: PDF by a document model, with picture and data (row 4-40)."""

import base64
import io

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from pypdf import PdfReader

from odoo.addons.koban_document.tests.paper import make_logo

from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestSheet(DataCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["koban_document", "koban_product", "koban_product_data"], ["fr_FR"], overwrite=True
        )
        cls.manager.lang = "fr_FR"
        france = cls.env.ref("base.fr")
        cls.company = cls.env["res.company"].create(
            {"name": "Fournil SAS", "country_id": france.id, "account_fiscal_country_id": france.id}
        )
        cls.manager.write({"company_ids": [(4, cls.company.id)], "company_id": cls.company.id})
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "20% G",
                "amount": 20.0,
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "country_id": france.id,
                "tax_group_id": cls.env["account.tax.group"]
                .create({"name": "TVA", "company_id": cls.company.id, "country_id": france.id})
                .id,
            }
        )
        group = cls.env["product.category"].create({"name": "Informatique"})
        family = group.create({"name": "Ordinateurs", "parent_id": group.id})
        brand = cls.env["koban.product.brand"].create({"name": "Dell"})
        # The host prints no PDF in a test that does not ask for it.
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        cls.article = cls.make(
            "PC Dell élégant",
            data={cls.cpu: "i7-1425BST", cls.memory: 16, cls.wifi: True},
            categ_id=family.id,
            koban_brand_id=brand.id,
            default_code="PC-0001",
            barcode="3760000000017",
            list_price=1250.5,
            taxes_id=[(6, 0, cls.tax.ids)],
            company_id=cls.company.id,
            description="<p>Never printed beside own data</p>",
            image_1920=make_logo(),
        )

    def open_pdf(self, content):
        reader = PdfReader(io.BytesIO(content))
        text = "\n".join(page.extract_text() for page in reader.pages)
        return reader, text.replace("\u202f", " ").replace("\xa0", " ")

    def test_sheet(self):
        """Row 4-40: in French: code, barcode, name, classification, prices, data, picture."""
        content = base64.b64decode(self.article.with_user(self.manager).get_sheet())
        reader, text = self.open_pdf(content)
        for part in (
            "Fiche article", "PC-0001", "3760000000017", "PC Dell élégant", "Informatique",
            "Ordinateurs", "Dell", "Prix HT", "1 250,50", "20% G", "Prix TTC", "1 500,60",
            "Processeur", "i7-1425BST", "16 Go", "Wifi", "Oui", "Fournil SAS",
        ):  # fmt: skip
            with self.subTest(part=part):
                self.assertIn(part, text)
        self.assertNotIn("Never printed", text)
        self.assertEqual(len(reader.pages), 1)
        self.assertTrue([image for page in reader.pages for image in page.images])

    def test_by_model(self):
        """Row 4-40: the document model decides: title, colours, prices or none."""
        models = self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "article")]
        )
        self.assertEqual(models.mapped("is_default"), [True])
        models.write({"title": "Fiche technique", "show_price": False, "layout": "boxed"})
        models.footer = "<p>Photo non contractuelle</p>"
        _reader, text = self.open_pdf(
            base64.b64decode(self.article.with_user(self.manager).get_sheet())
        )
        self.assertIn("Fiche technique", text)
        self.assertIn("Photo non contractuelle", text)
        self.assertNotIn("Prix HT", text)
        self.assertTrue(models.with_user(self.manager)._render_preview().startswith(b"%PDF"))

    def test_plain_characteristics(self):
        """Row 4-39: an article without own data prints its characteristics."""
        plain = self.make("Papier", self.printers, description="<p>Ramette de 500 feuilles</p>")
        _reader, text = self.open_pdf(base64.b64decode(plain.with_user(self.manager).get_sheet()))
        self.assertIn("Ramette de 500 feuilles", text)

    def test_variant_and_several(self):
        """Row 4-40: a variant has its own; several articles come in one file."""
        report = self.env["ir.actions.report"].with_user(self.manager)
        content, kind = report._render_qweb_pdf(
            "koban_product_data.action_report_variant_sheet", self.article.product_variant_id.ids
        )
        self.assertEqual(kind, "pdf")
        self.assertIn("PC-0001", self.open_pdf(content)[1])
        both = self.article + self.make("Second")
        reader, text = self.open_pdf(base64.b64decode(both.with_user(self.manager).get_sheet()))
        self.assertEqual(len(reader.pages), 2)
        self.assertIn("Second", text)

    def test_without_models(self):
        """Row 4-40: a company without document models prints the sheet too."""
        abroad = self.env["res.company"].create(
            {"name": "Bruxelles", "country_id": self.env.ref("base.be").id}
        )
        self.article.company_id = False
        sheet = self.article.with_company(abroad)
        self.assertIn("PC-0001", self.open_pdf(base64.b64decode(sheet.get_sheet()))[1])

    def test_rights(self):
        """Row 4-40: who may not read articles prints none; the button prints by the report."""
        nobody = new_test_user(self.env, "sheet_nobody", "base.group_portal")
        with self.assertRaises(AccessError):
            self.article.with_user(nobody).get_sheet()
        # The form of the article is that of a variant, with its buttons.
        variant = self.article.product_variant_id.with_user(self.manager)
        self.assertEqual(variant.action_print_sheet()["report_type"], "qweb-pdf")
        action = self.article.with_user(self.manager).action_print_sheet()
        self.assertEqual(action["type"], "ir.actions.report")
