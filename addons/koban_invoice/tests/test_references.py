"""Rows 3-15, 3-16: what a validated invoice quotes cannot be deleted under it."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.sql_db import Cursor
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix

from .common import InvoiceCase
from .test_matrix import INVOICE_TECHNICAL, INVOICE_WHITELIST, LINE_TECHNICAL

# Links that lead from the document to what came after it: not content.
INVOICE_FOLLOW_UP = {
    "create_uid",  # who wrote the row
    "write_uid",
    "company_id",  # a company with journals cannot be deleted
    "origin_payment_id",  # payments and their matching come and go
    "statement_line_id",
    "tax_cash_basis_rec_id",
    "transaction_ids",
    "full_reconcile_id",
    "reconcile_model_id",
}


@tagged("post_install", "-at_install")
class TestReferences(GuardMatrix, InvoiceCase):
    """PostgreSQL empties a field when what it points to goes: no write is seen."""

    def test_every_reference(self):
        """Rows 3-15, 3-16: no frozen link can be emptied by a deletion."""
        invoice = self.make_invoice()
        allowed = INVOICE_WHITELIST | INVOICE_TECHNICAL | COMMUNICATION | INVOICE_FOLLOW_UP
        self.assertGreater(self.check_references(invoice, allowed), 5)
        line = self.get_product_lines(invoice)[0]
        self.check_references(line, LINE_TECHNICAL | INVOICE_FOLLOW_UP)

    def check_kept(self, record):
        with self.subTest(record=record), self.unchanged(self.invoice):
            self.check_undeletable(record)

    def test_deletions(self):
        """Rows 3-14 to 3-16: terms, taxes, fiscal position, payment method, salesperson…"""
        bank = self.bank_journal.copy()
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        incoterm = self.env["account.incoterms"].create({"name": "Mill", "code": "MIL"})
        rounding = self.env["account.cash.rounding"].create(
            {"name": "5 c", "rounding": 0.05, "strategy": "biggest_tax"}
        )
        terms = self.terms.copy()
        tax = self.tax.copy({"name": "Tax of this test"})
        delivery = self.other_contact.copy({"type": "delivery"})
        seller = self.make_user("koban_leaver", "account.group_account_invoice")
        self.invoice = self.make_invoice(
            lines=[self.make_line(tax_ids=[Command.set(tax.ids)])],
            invoice_payment_term_id=terms.id,
            fiscal_position_id=position.id,
            invoice_incoterm_id=incoterm.id,
            invoice_cash_rounding_id=rounding.id,
            partner_shipping_id=delivery.id,
            invoice_user_id=seller.id,
            preferred_payment_method_line_id=bank.inbound_payment_method_line_ids[0].id,
        )
        self.assertEqual(self.invoice.fiscal_position_id, position)
        for record in (terms, position, incoterm, rounding, delivery, seller, tax,
                       bank.inbound_payment_method_line_ids[0]):  # fmt: skip
            self.check_kept(record)

    def test_unused_are_free(self):
        """What only drafts quote can be deleted, as in the host."""
        incoterm = self.env["account.incoterms"].create({"name": "Mill", "code": "MIL"})
        draft = self.make_invoice(post=False, invoice_incoterm_id=incoterm.id)
        incoterm.unlink()
        draft.invalidate_recordset()
        self.assertFalse(draft.invoice_incoterm_id)

    def test_process(self):
        """Row 3-05: a process in use is archived, not deleted."""
        self.make_invoice(process_id=self.process.id)
        self.check_undeletable(self.process)
        self.process.action_archive()
        self.assertFalse(self.process.active)

    def test_merge_after_a_deletion(self):
        """Row 3-15: what a deletion asked first leaves the merge of accounts as strict."""
        used = self.get_product_lines(self.make_invoice())[0].account_id
        unused = used.copy({"code": "706997"})
        other = used.copy({"code": "706998"})
        self.env.registry.clear_cache()
        unused.unlink()
        with self.assert_refused("document_reference"):
            self.env["account.merge.wizard"]._action_merge(other | used)

    def test_deletion_after_a_merge(self):
        """Row 3-15: nor does a merge asked first have a deletion refused, or let through."""
        accounts = self.get_product_lines(self.make_invoice())[0].account_id.copy(
            {"code": "706997"}
        )
        incoterm = self.env["account.incoterms"].create({"name": "Mill", "code": "MIL"})
        self.make_invoice(invoice_incoterm_id=incoterm.id)
        self.env.registry.clear_cache()
        for records in (accounts, incoterm):
            records._find_using_document(emptied=False)
        accounts.unlink()
        self.check_kept_by(incoterm)

    def check_kept_by(self, record):
        with self.assert_refused("document_reference"):
            record.unlink()

    def test_check_reads_one_document(self):
        """Refusing a deletion reads as much for one document that uses the record as for many."""
        incoterm = self.env["account.incoterms"].create({"name": "Mill", "code": "MIL"})
        invoices = self.make_invoice(invoice_incoterm_id=incoterm.id)
        few = self.measure(incoterm)
        copies = self.env["account.move"].union(*(invoices.copy() for _ in range(5)))
        copies.invoice_date = invoices.invoice_date
        copies.action_post()
        self.assertEqual(set(copies.mapped("invoice_incoterm_id")), {incoterm})
        self.assertEqual(self.measure(incoterm), few)

    def measure(self, record):
        """Return how many queries the refusal to delete a record takes, and rows they give."""
        self.check_kept_by(record)  # what is read once for all
        rows, execute = [], Cursor.execute

        def counting(cr, *args, **kwargs):
            execute(cr, *args, **kwargs)
            rows.append(max(cr.rowcount, 0))

        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(Cursor, "execute", counting):
            self.check_kept_by(record)
        return len(rows), sum(rows)
