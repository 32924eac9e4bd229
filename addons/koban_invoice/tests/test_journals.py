"""Rows 3-16 and 3-21: what numbers a sales journal stays as it is once it was used."""

from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestJournals(InvoiceCase):
    """The numbering of journals, as the profile that may change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_user("koban_accountant", "account.group_account_manager")
        values = {"name": "Shop", "code": "SHOP", "type": "sale", "company_id": cls.company.id}
        cls.journal = cls.env["account.journal"].create(values)

    def change(self, journal, **values):
        return self.rpc(self.accountant, journal, "write", values)

    def test_used(self):
        """Once a document was numbered in it, the series of a sales journal does not move."""
        self.make_invoice(journal_id=self.journal.id)
        changes = {
            "refund_sequence": not self.journal.refund_sequence,
            "sequence_override_regex": r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$",
            "type": "general",
        }
        for name, value in changes.items():
            with self.subTest(name):
                before = self.journal[name]
                error = self.refusal("document_number", self.change, self.journal, **{name: value})
                self.assertIn("Shop", str(error))
                self.assertEqual(self.journal[name], before)
        self.change(self.journal, name="The shop", refund_sequence=self.journal.refund_sequence)
        self.assertEqual(self.journal.name, "The shop")

    def test_unused(self):
        """Before its first number it is set as one likes, and so are journals of purchases."""
        self.make_invoice(post=False, journal_id=self.journal.id)
        asked = not self.journal.refund_sequence
        self.change(self.journal, refund_sequence=asked)
        self.assertEqual(self.journal.refund_sequence, asked)
        bill = self.make_invoice(move_type="in_invoice", date="2026-03-10")
        asked = not bill.journal_id.refund_sequence
        self.change(bill.journal_id, refund_sequence=asked)
        self.assertEqual(bill.journal_id.refund_sequence, asked)

    def test_guard_off(self):
        """DESIGN §2: where the guard is off, the host lets it be changed."""
        self.make_invoice(journal_id=self.journal.id)
        self.set_guard(False)
        asked = not self.journal.refund_sequence
        self.change(self.journal, refund_sequence=asked)
        self.assertEqual(self.journal.refund_sequence, asked)

    def test_taken_back(self):
        """A supplier's bill goes back to draft, and XML-RPC gets an answer that it can carry."""
        bill = self.make_invoice(move_type="in_invoice", date="2026-03-10")
        self.assertIs(self.rpc(self.accountant, bill, "button_draft"), True)
        self.assertEqual(bill.state, "draft")
        self.assertIs(self.rpc(self.accountant, bill, "button_cancel"), True)
        self.assertEqual(bill.state, "cancel")
