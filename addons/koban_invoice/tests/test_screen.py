"""Rows 3-14 to 3-19 on the screen: what is refused is also shown as read-only."""

from lxml import etree
from odoo.tests import Form, tagged

from .common import InvoiceCase
from .test_matrix import INVOICE_TECHNICAL, INVOICE_WHITELIST, LINE_TECHNICAL


@tagged("post_install", "-at_install")
class TestInvoiceScreen(InvoiceCase):
    def open(self, move, user=None):
        return Form(move.with_user(user or self.billing_user))

    def test_editable(self):
        """Rows 3-18, 3-19: the form edits texts, contact and “no automatic reminder”."""
        invoice = self.make_invoice()
        with self.open(invoice) as form:
            form.header = "<p>New head</p>"
            form.footer = "<p>New foot</p>"
            form.comment = "<p>New comment</p>"
            form.contact_id = self.other_contact
            form.no_followup = True
        self.assertIn("New head", invoice.header)
        self.assertIn("New foot", invoice.footer)
        self.assertIn("New comment", invoice.comment)
        self.assertEqual(invoice.contact_id, self.other_contact)
        self.assertTrue(invoice.no_followup)

    def test_read_only(self):
        """Rows 3-14 to 3-16: the form lets nothing else be typed."""
        form = self.open(self.make_invoice())
        for name in ("partner_id", "invoice_date", "process_id", "ref", "invoice_user_id"):
            with self.subTest(field=name), self.assertRaises(AssertionError):
                setattr(form, name, False)
        with self.assertRaises(AssertionError), form.invoice_line_ids.edit(1) as line:
            line.price_unit = 1.0
        with self.assertRaises(AssertionError):
            form.invoice_line_ids.new()
        with self.assertRaises(AssertionError):
            form.invoice_line_ids.remove(0)

    def test_draft(self):
        """Before validation the form is the host's."""
        draft = self.make_invoice(post=False)
        with self.open(draft) as form:
            form.ref = "PO 7"
            with self.assertRaises(AssertionError):
                form.amount_residual = 1.0
            with form.invoice_line_ids.edit(1) as line:
                line.price_unit = 120.0
            with form.invoice_line_ids.new() as line:
                line.name = "More"
                line.price_unit = 10.0
        self.assertEqual(draft.ref, "PO 7")
        self.assertEqual(len(self.get_product_lines(draft)), 3)

    def test_every_field_of_the_view(self):
        """Row 3-16: each field of the view, those of other addons included, is read-only."""
        arch = etree.fromstring(self.env["account.move"].get_view(view_type="form")["arch"])
        checked = 0
        fields = self.env["account.move"]._fields
        for node in arch.xpath("//field[not(ancestor::field)]"):
            name = node.get("name")
            if name not in fields or not (fields[name].store or fields[name].inverse):
                continue
            if name in INVOICE_WHITELIST | INVOICE_TECHNICAL or name.startswith(
                ("message_", "activity_", "website_message")
            ):
                continue
            with self.subTest(field=name):
                # What the model keeps read-only must not become editable on drafts.
                readonly = node.get("readonly", "1" if fields[name].readonly else "")
                self.assertTrue(
                    readonly in ("1", "True", "true") or "is_protected" in readonly, readonly
                )
                self.assertFalse(fields[name].readonly and readonly == "is_protected")
            checked += 1
        self.assertGreater(checked, 20)
        self.assertTrue(LINE_TECHNICAL)

    def test_banner_and_buttons(self):
        """Row 3-21: the buttons back to draft are hidden once the invoice is validated."""
        invoice = self.make_invoice()
        self.assertTrue(invoice.is_protected)
        self.assertFalse(invoice.show_reset_to_draft_button)
        draft = self.make_invoice(post=False)
        self.assertFalse(draft.is_protected)
        self.assertTrue(draft.document_guard)

    def test_french_label(self):
        """Row 3-19: lists, filters and refusals name the field in the seed's words."""
        french = self.env["account.move"].with_context(lang="fr_FR").fields_get(["no_followup"])
        self.assertEqual(french["no_followup"]["string"], "Ne pas relancer automatiquement")

    def test_label_in_a_language_installed_later(self):
        """Row 3-19: so do they in a language installed after the addon, then in one's own words."""
        label = self.env["ir.model.fields"]._get("account.move", "no_followup")
        label = label.with_context(lang="fr_BE")
        self.install_language("fr_BE")
        self.assertEqual(label.field_description, "Ne pas relancer automatiquement")
        label.field_description = "Pas de rappel"
        both = ["account", "koban_invoice"]
        self.env["ir.module.module"]._load_module_terms(both, ["fr_BE"])
        self.assertEqual(label.field_description, "Pas de rappel")
