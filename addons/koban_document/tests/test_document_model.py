"""Rows 1-13, 2-32, 2-51: document models, their default, versions, rights and bad input."""

import base64
import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from PIL import Image

from odoo.addons.koban_guard.tests.common import DocumentCase

from ..tools import colors, pictures, qr
from .paper import make_logo, make_pdf


@tagged("post_install", "-at_install")
class TestDocumentModel(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._create_ready_models()
        cls.Model = cls.env["koban.document.model"]
        cls.models = cls.Model.search(
            [("company_id", "=", cls.company.id), ("kind", "=", "invoice")]
        )
        cls.manager = cls.make_user("model_manager", "koban_guard.group_manager")
        cls.clerk = cls.make_user("model_clerk", "account.group_account_invoice")

    def make_model(self, **values):
        return self.Model.create({"name": "Mine", "kind": "invoice", **values})

    def test_ready_models(self):
        """Row 2-32: five models of invoices, each of another layout, one of them the default."""
        company = self.make_company("New French company")
        models = self.Model.search([("company_id", "=", company.id), ("kind", "=", "invoice")])
        self.assertEqual(len(models), 5)
        self.assertEqual(len(set(models.mapped("layout"))), 5)
        self.assertEqual(models.mapped("is_default"), [True, False, False, False, False])

    def test_ready_models_in_french(self):
        """Row 2-32: a French user reads French names, whatever the company was created in."""
        self.env["res.lang"]._activate_lang("fr_FR")
        company = self.make_company("Created in English")
        models = self.Model.search([("company_id", "=", company.id), ("kind", "=", "invoice")])
        self.assertEqual(models[0].with_context(lang="en_US").name, "Invoice – Classic")
        self.assertEqual(models[0].with_context(lang="fr_FR").name, "Facture – Classique")
        self.assertEqual(set(models.mapped("version")), {1})

    def test_language_installed_later(self):
        """Row 2-32: the ready models speak a language installed after them, in its words."""
        # Else a text in another language is taken for the English one too.
        self.env["res.lang"]._activate_lang("en_US")
        renamed, titled, dropped = self.models[:3]
        renamed.with_context(lang="en_US").name = "Ours"
        dropped.active = False
        versions = self.models.mapped("version")
        self.install_language("fr_BE")
        names = [model.with_context(lang="fr_BE").name for model in self.models[:3]]
        self.assertEqual(names, ["Ours", "Facture – Épuré", "Facture – Bandeau"])
        self.assertEqual(self.models.mapped("version"), versions)
        # What a person wrote in it stays, unless the installer says otherwise.
        titled.with_context(lang="fr_BE").name = "La nôtre"
        Module = self.env["ir.module.module"]
        Module._load_module_terms(["koban_document"], ["fr_BE"])
        self.assertEqual(titled.with_context(lang="fr_BE").name, "La nôtre")
        Module._load_module_terms(["koban_document"], ["fr_BE"], overwrite=True)
        self.assertEqual(titled.with_context(lang="fr_BE").name, "Facture – Épuré")

    def test_no_model_abroad(self):
        """Row 2-32: a company that is not French keeps the host's layouts until it wants ours."""
        company = self.make_company("Belgian company", "base.be")
        self.assertFalse(self.Model.search([("company_id", "=", company.id)]))
        company.country_id = self.france
        company.account_fiscal_country_id = self.france
        self.assertTrue(self.Model.search([("company_id", "=", company.id)]))

    def test_ready_models_once(self):
        """Row 2-32: they are created once, and not again after the company changed them."""
        count = self.Model.with_context(active_test=False).search_count([])
        self.company._create_ready_models()
        self.assertEqual(self.Model.with_context(active_test=False).search_count([]), count)

    def test_one_default(self):
        """Row 1-13: choosing a default releases the other."""
        first, second = self.models[0], self.models[1]
        self.assertTrue(first.is_default)
        self.rpc(self.manager, second, "action_set_default")
        self.assertEqual((first.is_default, second.is_default), (False, True))
        third = self.make_model(is_default=True)
        self.assertFalse(second.is_default)
        self.assertEqual(self.Model._get_default(self.company, "invoice"), third)

    def test_default_archived(self):
        """Row 1-13: an archived model is not the default any more; the first one takes over."""
        self.models[0].active = False
        self.assertFalse(self.models[0].is_default)
        self.assertEqual(self.Model._get_default(self.company, "invoice"), self.models[1])

    def test_default_of_branch(self):
        """Row 1-13: a branch prints by its parent's model, until it has its own."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "country_id": self.france.id}
        )
        self.assertEqual(self.Model._get_default(branch, "invoice"), self.models[0])
        own = self.make_model(company_id=branch.id)
        self.assertEqual(self.Model._get_default(branch, "invoice"), own)

    def test_version(self):
        """Row 1-13: the version grows with what shows on paper, and with nothing else."""
        model = self.models[0]
        self.assertEqual(model.version, 1)
        model.write({"name": "Other name", "sequence": 99, "is_default": True})
        self.assertEqual(model.version, 1)
        model.layout = model.layout
        self.assertEqual(model.version, 1)
        model.write({"layout": "boxed", "title": "Facture"})
        self.assertEqual(model.version, 2)
        model.logo = make_logo()
        self.assertEqual(model.version, 3)

    def test_version_of_translation(self):
        """Row 1-13: a translated wording is printed: the version grows."""
        self.env["res.lang"]._activate_lang("fr_FR")
        model = self.models[0]
        model.title = "Invoice"
        version = model.version
        model.update_field_translations("title", {"fr_FR": "Facture de travaux"})
        self.assertEqual(model.version, version + 1)

    def test_form(self):
        """Row 1-13: the administrator makes a model in the form."""
        with Form(self.Model.with_user(self.manager)) as form:
            form.name = "Chantiers"
            form.layout = "side"
            form.accent_color = "#224466"
        self.assertEqual(form.record.company_id, self.company)

    def test_rights(self):
        """Row 1-13: everybody reads the models, the administrator alone changes them."""
        model = self.models[0]
        self.assertTrue(model.with_user(self.clerk).name)
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, model, "write", {"layout": "boxed"})
        with self.assertRaises(AccessError):
            self.rpc(self.clerk, model, "action_set_default")

    def test_other_company(self):
        """Row 1-13: the models of another company are neither seen nor chosen."""
        company = self.make_company("Company B")
        other = self.Model.search([("company_id", "=", company.id)], limit=1)
        with self.assertRaises(AccessError):
            other.with_user(self.manager).read(["name"])
        if not self.env["account.journal"].search([("type", "=", "sale")], limit=1):
            self.env["account.journal"].create({"name": "S", "code": "MDL", "type": "sale"})
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        with self.assertRaises(UserError):
            invoice.document_model_id = other

    def test_default_of_invoice(self):
        """Rows 1-13, 3-08: an invoice takes the default of its kind; entries take none."""
        if not self.env["account.journal"].search([("type", "=", "sale")], limit=1):
            self.env["account.journal"].create({"name": "S", "code": "MDL", "type": "sale"})
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})
        self.assertEqual(invoice.document_model_id, self.models[0])
        refund = self.env["account.move"].create({"move_type": "out_refund"})
        self.assertEqual(refund.document_model_id.kind, "credit_note")
        invoice.document_model_id = self.models[2]
        invoice.ref = "x"
        self.assertEqual(invoice.document_model_id, self.models[2])

    def test_wrong_color(self):
        """Row 1-13: a colour that is none is refused, so that it cannot break the style sheet."""
        with self.assert_refused("model_color"):
            self.models[0].accent_color = "red;} body{display:none"

    def test_wrong_conditions(self):
        """Row 2-39: conditions that are no PDF are refused when they are chosen."""
        with mute_logger("pypdf._reader"), self.assert_refused("model_conditions"):
            self.models[0].conditions_file = base64.b64encode(b"not a PDF")
        self.models[0].conditions_file = make_pdf(2)
        self.assertEqual(len(self.models[0]._get_conditions_reader().pages), 2)

    def test_wrong_picture(self):
        """Row 1-13: a file that is no picture is refused as logo."""
        with self.assertRaises(UserError):
            self.models[0].logo = base64.b64encode(b"not a picture")

    def test_prints_kept(self):
        """Row 1-13: what was printed is recorded for good."""
        record = self.env["koban.document.print"].create(
            {"res_model": "account.move", "res_id": 1, "company_id": self.company.id}
        )
        self.refusal("print_record", record.write, {"model_version": 9})
        self.refusal("print_record", record.unlink)
        with self.assertRaises(UserError):
            record.with_user(self.manager).write({"model_version": 9})
        with self.assertRaises(AccessError):
            record.with_user(self.manager).copy()


@tagged("post_install", "-at_install")
class TestPaperTools(DocumentCase):
    def test_palette(self):
        """A light accent is darkened for texts, and texts upon it are dark."""
        palette = colors.palette("#FFEE00")
        self.assertEqual(palette["accent"], "#ffee00")
        self.assertEqual(palette["on-accent"], "#1a1a1a")
        text = colors.parse(palette["accent-text"])
        self.assertGreaterEqual(colors.contrast(text, colors.WHITE), colors.READABLE_CONTRAST)
        self.assertEqual(colors.palette("#003366")["on-accent"], "#ffffff")

    def test_wrong_color(self):
        """Whatever a colour says, the palette has only colours."""
        for color in (None, "", "red", "#12", "#12345G", "url(x)"):
            self.assertRegex(colors.palette(color)["accent"], "^#[0-9a-f]{6}$")

    def test_broken_picture(self):
        """A picture that cannot be read is left out."""
        for picture in (None, b"", base64.b64encode(b"GIF89a broken"), b"%%%"):
            self.assertEqual(pictures.printable(picture, 100, 100), "")

    def test_huge_picture(self):
        """A large picture is scaled down to what paper needs."""
        source = pictures.printable(make_logo(3000, 1500), 700, 350)
        content = base64.b64decode(source.partition(",")[2])
        self.assertLessEqual(Image.open(io.BytesIO(content)).width, 700)

    def test_qr_code(self):
        """The code has the three corners that a reader looks for."""
        rows = qr.modules("BCD\n002\n1\nSCT\n\nDupont\nFR7630006000011234567890189\nEUR12.5")
        corner = [all(rows[0][:7]), all(rows[0][-7:]), all(rows[-1][:7])]
        self.assertEqual(corner, [True, True, True])
        self.assertTrue(qr.svg("x").startswith("data:image/svg+xml;base64,"))
