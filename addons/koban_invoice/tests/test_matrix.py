"""Rows 3-14 to 3-19: the matrix of invoices and credit notes."""

from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix

from .common import InvoiceCase

# DESIGN §2, table, column “invoice”.
INVOICE_WHITELIST = {
    "header", "footer", "comment", "contact_id", "document_model_id", "no_followup"
}  # fmt: skip

# Written by the host on posted invoices without a person, and no content of the
# document (shared/spec/host-audit.md §3).
INVOICE_TECHNICAL = {
    "is_manually_modified",  # whether a hand or an import typed the draft
    "is_move_sent",  # marked by sending
    "made_sequence_gap",  # mark of a gap in the numbers, recomputed
    "matched_payment_ids",  # payments registered on the invoice
    "needed_terms_dirty",  # mark of the recomputation of due dates
    "peppol_message_uuid",  # sending by Peppol
    "peppol_move_state",
    "sending_data",  # sending in the background
}
LINE_TECHNICAL = {
    "discount_allocation_dirty",  # marks of recomputations
    "epd_dirty",
    "no_followup",  # follows the header's, on the due lines
    "parent_id",  # section of the line, found anew at each change of order
}


@tagged("post_install", "-at_install")
class TestInvoiceMatrix(GuardMatrix, InvoiceCase):
    """Every stored field, as each profile of accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allowed = INVOICE_WHITELIST | INVOICE_TECHNICAL | COMMUNICATION
        cls.invoice = cls.make_invoice()
        cls.line = cls.get_product_lines(cls.invoice)[0]
        cls.company._create_ready_models()
        cls.other_model = cls.env["koban.document.model"].search(
            [("company_id", "=", cls.company.id), ("kind", "=", "invoice")]
        )[-1]
        cls.other_draft = cls.make_invoice(post=False)

    def test_header_billing(self):
        """Rows 3-15, 3-16, 2-58: the person who invoices alters no field of the header."""
        self.check_refused(self.billing_user, self.invoice, self.allowed)

    def test_header_manager(self):
        """Rows 3-15, 3-16: nor does the administrator of commercial management."""
        self.check_refused(self.manager, self.invoice, self.allowed)

    def test_header_superuser(self):
        """Rows 3-15, 3-16: nor does the superuser."""
        self.check_refused(None, self.invoice, self.allowed)

    def test_line_billing(self):
        """Row 3-14: the person who invoices alters no field of a line."""
        self.check_refused(self.billing_user, self.line, LINE_TECHNICAL)

    def test_line_manager(self):
        """Row 3-14: nor does the administrator of commercial management."""
        self.check_refused(self.manager, self.line, LINE_TECHNICAL)

    def test_line_superuser(self):
        """Row 3-14: nor does the superuser."""
        self.check_refused(None, self.line, LINE_TECHNICAL)

    def test_tax_and_due_lines(self):
        """Row 3-14: tax lines, due lines, sections and notes are frozen like the others."""
        kinds = {line.display_type: line for line in self.invoice.line_ids - self.line}
        self.assertEqual(
            set(kinds), {"line_section", "line_note", "product", "tax", "payment_term"}
        )
        for line in kinds.values():
            self.check_refused(self.manager, line, LINE_TECHNICAL)

    def test_credit_note(self):
        """Rows 3-14, 3-15: a validated credit note is as frozen as an invoice."""
        credit_note = self.make_invoice(move_type="out_refund", invoice_payment_term_id=False)
        self.check_refused(self.manager, credit_note, self.allowed)
        self.check_refused(None, self.get_product_lines(credit_note)[0], LINE_TECHNICAL)

    def test_receipt(self):
        """Row 3-14: so is a sales receipt."""
        receipt = self.make_invoice(move_type="out_receipt")
        self.check_refused(self.manager, receipt, self.allowed)

    def test_whitelist(self):
        """Rows 3-18, 3-19: texts, contact and “no automatic reminder” stay editable."""
        values = {
            "header": "<p>New head</p>",
            "footer": "<p>New foot</p>",
            "comment": "<p>New comment</p>",
            "contact_id": self.other_contact.id,
            "document_model_id": self.other_model.id,
            "no_followup": True,
        }
        self.assertEqual(set(values), INVOICE_WHITELIST)
        for user in (self.billing_user, self.manager, None):
            self.check_written(user, self.invoice, values)

    def test_technical(self):
        """What the host writes by itself is let through."""
        self.check_let_through(None, self.invoice, INVOICE_TECHNICAL)
        self.check_let_through(None, self.line, LINE_TECHNICAL)

    def test_same_values(self):
        """A value equal to the stored one is no change, whatever the field."""
        self.check_same_values(self.manager, self.invoice)
        self.check_same_values(self.manager, self.line)

    def test_draft_is_free(self):
        """Before validation the same fields can be written."""
        draft = self.make_invoice(post=False)
        self.rpc(
            self.billing_user, draft, "write",
            {"partner_id": self.other_customer.id, "ref": "PO 12", "process_id": False},
        )  # fmt: skip
        line = self.get_product_lines(draft)[0]
        self.rpc(self.billing_user, line, "write", {"price_unit": 55.0, "name": "Other"})
        self.assertEqual((draft.partner_id, draft.ref), (self.other_customer, "PO 12"))
        self.assertEqual((line.price_unit, line.name), (55.0, "Other"))
