"""Rows 2-46, 3-05, 3-09, 3-10: texts, contact and process of documents."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.common import DocumentCase


@tagged("post_install", "-at_install", "koban_alone")
class TestTexts(DocumentCase):
    """On draft invoices: the guard of validated ones is tested in the addons above."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.customer = partners.create({"name": "Customer", "is_company": True})
        cls.contact = partners.create({"name": "Claire", "parent_id": cls.customer.id})
        cls.other = partners.create({"name": "Other customer", "is_company": True})
        if not cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", cls.company.id)], limit=1
        ):
            cls.env["account.journal"].create(
                {"name": "Sales", "code": "TXT", "type": "sale", "company_id": cls.company.id}
            )
        cls.texts = {
            "header": "<p>Head</p>",
            "footer": "<p>Foot</p>",
            "comment": "<p>Comment</p>",
        }

    def make_invoice(self, **values):
        return self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id, **values}
        )

    def test_contact(self):
        """Row 3-10: an invoice to a person of the customer is addressed to that person."""
        self.assertFalse(self.make_invoice().contact_id)
        invoice = self.make_invoice(partner_id=self.contact.id)
        self.assertEqual(invoice.contact_id, self.contact)

    def test_contact_typed(self):
        """Row 3-10: the contact chosen stays, as long as the customer is the same."""
        invoice = self.make_invoice(contact_id=self.contact.id)
        self.assertEqual(invoice.contact_id, self.contact)
        invoice.ref = "x"
        self.assertEqual(invoice.contact_id, self.contact)
        invoice.partner_id = self.other
        self.assertFalse(invoice.contact_id)

    def test_copied(self):
        """Rows 3-05, 3-09: a copy keeps texts, contact and process."""
        process = self.env["koban.process"].create({"name": "Shop"})
        invoice = self.make_invoice(contact_id=self.contact.id, process_id=process.id, **self.texts)
        copy = invoice.copy()
        self.assertEqual((copy.contact_id, copy.process_id), (self.contact, process))
        for name, text in self.texts.items():
            self.assertEqual(copy[name], text)

    def test_prepared(self):
        """Rows 3-05, 3-09: what another document of the same sale takes over."""
        process = self.env["koban.process"].create({"name": "Shop"})
        invoice = self.make_invoice(contact_id=self.contact.id, process_id=process.id, **self.texts)
        values = invoice._prepare_document_texts()
        self.assertEqual(values["contact_id"], self.contact.id)
        self.assertEqual(values["process_id"], process.id)
        self.assertEqual(self.make_invoice(**values).header, invoice.header)

    def test_sanitized(self):
        """Rows 2-46, 3-09: a script typed in a text is not kept."""
        invoice = self.make_invoice(header="<p>Hello</p><script>alert(1)</script>")
        self.assertIn("Hello", invoice.header)
        self.assertNotIn("script", invoice.header)

    def test_process_of_other_company(self):
        """Row 3-05: a process of another company is refused."""
        company = self.make_company("Company B")
        process = self.env["koban.process"].create({"name": "B", "company_id": company.id})
        with self.assertRaises(UserError):
            self.make_invoice(process_id=process.id)

    def test_process_in_use(self):
        """Row 3-05: a process in use is not deleted."""
        process = self.env["koban.process"].create({"name": "Shop"})
        self.make_invoice(process_id=process.id)
        self.check_undeletable(process)
