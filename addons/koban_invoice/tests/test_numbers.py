"""Rows 2-58, 3-15: numbers of invoices, given by the validation alone."""

import psycopg2
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceNumbers(InvoiceCase):
    """A number is never used twice, left out or typed by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.sale_journal.copy({"name": "Sales of the tests", "code": "VT"})

    def make_invoice(self, **values):
        return super().make_invoice(journal_id=self.journal.id, **values)

    def test_draft_has_none(self):
        """Row 3-15: a draft invoice has no number, whatever is done to it."""
        draft = self.make_invoice(post=False)
        self.assertIn(draft.name, (False, "", "/"))
        draft.invoice_date = "2026-04-01"
        draft.write({"invoice_line_ids": [self.make_line()]})
        self.assertIn(draft.name, (False, "", "/"))
        draft.action_post()
        self.assertEqual(draft.sequence_number, 1)

    def test_typed(self):
        """Row 3-15: no number is typed, not even the first of a journal."""
        draft = self.make_invoice(post=False)
        moves = self.env["account.move"]
        for user in (self.billing_user, self.manager, None):
            for name in ("VT/2026/00001", "VT/2026/00500", "X"):
                with self.unchanged(draft):
                    self.refusal("document_number", self.rpc, user, draft, "write", {"name": name})
                    self.refusal(
                        "document_number",
                        self.rpc, user, draft, "web_save", {"name": name, "ref": "x"}, {"id": {}},
                    )  # fmt: skip
                self.refusal(
                    "document_number", self.rpc, user, moves, "create",
                    {"move_type": "out_invoice", "journal_id": self.journal.id, "name": name},
                )  # fmt: skip
        # The host's own values of “no number yet” are no number.
        self.rpc(self.billing_user, draft, "write", {"name": "/"})
        self.rpc(self.billing_user, draft, "write", {"name": False})

    def test_entry_in_sale_journal(self):
        """Row 3-15: nor does another kind of entry of the journal move the series."""
        account = self.company.account_sale_tax_id.invoice_repartition_line_ids.account_id[:1]
        values = {
            "move_type": "entry",
            "journal_id": self.journal.id,
            "name": "VT/2026/00900",
            "line_ids": [
                Command.create({"account_id": account.id, "debit": 1.0}),
                Command.create({"account_id": account.id, "credit": 1.0}),
            ],
        }
        first = self.make_invoice()
        with self.assertRaises(UserError):
            self.rpc(self.manager, self.env["account.move"], "create", values)
        self.assertEqual(self.make_invoice().sequence_number, first.sequence_number + 1)

    def test_type_switch_with_number(self):
        """Row 3-15: a draft entry or bill with a typed number does not become an invoice."""
        bill = super().make_invoice(
            post=False,
            move_type="in_invoice",
            invoice_payment_term_id=False,
            name="BILL/2026/00050",
        )
        self.assertTrue(bill.name)
        try:
            self.rpc(self.manager, bill, "write", {
                "move_type": "out_invoice", "journal_id": self.journal.id})  # fmt: skip
        except UserError:
            self.env.invalidate_all()
        self.assertFalse(bill.move_type == "out_invoice" and bill.name == "BILL/2026/00050")

    def test_consecutive(self):
        """Row 3-15: numbers follow each other, credit notes in their own series."""
        numbers = [self.make_invoice().sequence_number for _i in range(4)]
        self.assertEqual(numbers, [1, 2, 3, 4])

    def test_batch(self):
        """Row 3-15: validated together, in the order of their dates."""
        drafts = self.env["account.move"]
        for day in ("2026-03-12", "2026-03-10", "2026-03-11"):
            drafts |= self.make_invoice(post=False, invoice_date=day)
        drafts.action_post()
        numbers = drafts.sorted("invoice_date").mapped("sequence_number")
        self.assertEqual(numbers, [1, 2, 3])

    def test_failed_validations(self):
        """Row 3-15: a refused validation takes no number."""
        self.make_invoice()
        empty = self.make_invoice(post=False, partner_id=False, contact_id=False)
        for _attempt in range(3):
            with self.assertRaises(UserError):
                self.rpc(self.billing_user, empty, "action_post")
            self.assertIn(empty.name, (False, "", "/"))
            self.assertEqual(empty.state, "draft")
        savepoint = self.env.cr.savepoint()
        self.make_invoice()
        savepoint.rollback()
        self.assertEqual(self.make_invoice().sequence_number, 2)

    def test_cancelled_keep_their_number(self):
        """Row 2-58: a cancelled invoice keeps its number, which is never given again."""
        invoice = self.make_invoice()
        number = invoice.name
        invoice.action_cancel_document(new_draft=True)
        self.assertEqual(invoice.name, number)
        self.assertEqual(self.make_invoice().sequence_number, 2)

    def test_deleted_draft(self):
        """Row 2-58: a deleted draft leaves no gap."""
        self.make_invoice()
        self.make_invoice(post=False).unlink()
        self.assertEqual(self.make_invoice().sequence_number, 2)

    def test_year(self):
        """Row 3-15: the series starts anew each year."""
        with freeze_time("2026-12-31"):
            old = self.make_invoice(invoice_date="2026-12-31")
        with freeze_time("2027-01-02"):
            new = self.make_invoice(invoice_date="2027-01-02")
        self.assertEqual(old.name, "VT/2026/00001")
        self.assertEqual(new.name, "VT/2027/00001")

    def test_resequence_wizard(self):
        """Row 3-15: the host's renumbering wizard is refused."""
        invoices = self.make_invoice() | self.make_invoice()
        wizard = (
            self.env["account.resequence.wizard"]
            .with_user(self.manager)
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"ordering": "keep", "first_name": "VT/2026/00041"})
        )
        with self.unchanged(invoices[0], invoices[1]), self.assert_refused():
            wizard.resequence()

    def test_journal_change(self):
        """Row 3-15: a validated invoice does not change of journal."""
        invoice = self.make_invoice()
        with self.unchanged(invoice):
            self.refusal(
                "document_validated",
                self.rpc, self.manager, invoice, "write",
                {"journal_id": self.sale_journal.id, "name": "/"},
            )  # fmt: skip

    def test_same_number_by_sql(self):
        """Row 3-15: the database itself refuses a number twice."""
        first, second = self.make_invoice(), self.make_invoice()
        self.env.flush_all()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE account_move SET name = %s WHERE id = %s", [first.name, second.id]
            )
