"""Rows 2-59 and 3-21: “Cancel the Document”."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Date
from odoo.tests import Form, freeze_time, tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestCancelDocument(InvoiceCase):
    """The credit note that cancels an invoice, and the draft that replaces it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()

    def cancel(self, moves=None, user=None, **values):
        result = self.rpc(
            user or self.billing_user, moves or self.invoice, "action_cancel_document", **values
        )
        self.assertEqual(set(result), {"credit_note_ids", "draft_ids"})
        browse = self.env["account.move"].browse
        return browse(result["credit_note_ids"]), browse(result["draft_ids"])

    def test_every_combination(self):
        """Rows 2-59, 3-21: validated or not, with a new draft or not, reason, date."""
        options = (
            (True, False, "", None),
            (True, True, "Wrong price", "2026-04-30"),
            (False, False, "Wrong price", None),
            (False, True, "", "2026-04-30"),
        )
        for validate, new_draft, reason, date in options:
            with self.subTest(validate=validate, new_draft=new_draft, reason=reason, date=date):
                invoice = self.make_invoice()
                credit_note, draft = self.cancel(
                    invoice, validate=validate, new_draft=new_draft, reason=reason, date=date
                )
                self.assertEqual(credit_note.move_type, "out_refund")
                self.assertEqual(credit_note.reversed_entry_id, invoice)
                self.assertEqual(credit_note.state, "posted" if validate else "draft")
                self.assertEqual(credit_note.amount_total, 294.0)
                self.assertIn(invoice.name, credit_note.ref)
                self.assertIn(reason, credit_note.ref)
                if date:
                    self.assertEqual(credit_note.invoice_date, Date.to_date(date))
                self.assertEqual(invoice.payment_state, "reversed" if validate else "not_paid")
                self.assertEqual(invoice.amount_residual, 0.0 if validate else 294.0)
                self.assertEqual(invoice.state, "posted")
                self.assertEqual(len(draft), int(new_draft))
                if new_draft:
                    self.assertEqual(draft.state, "draft")
                    self.assertEqual(draft.move_type, "out_invoice")
                    self.assertEqual(draft.amount_total, 294.0)
                    self.assertFalse(draft.reversed_entry_id)

    @freeze_time("2026-05-20")
    def test_default_date(self):
        """Row 3-21: the credit note is of today, even for an old invoice."""
        credit_note, _draft = self.cancel()
        self.assertEqual(credit_note.invoice_date, Date.to_date("2026-05-20"))
        self.assertEqual(credit_note.date, Date.to_date("2026-05-20"))

    def test_citation(self):
        """Row 3-21: number and date of the invoice, as article 289-I-5 of the tax code asks."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        credit_note, _draft = self.cancel()
        self.assertIn(self.invoice.name, credit_note.ref)
        self.assertIn("10/03/2026", credit_note.ref)
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "account.account_invoices", credit_note.ids
        )
        text = html.decode()
        self.assertIn(self.invoice.name, text)
        self.assertIn("10/03/2026", text)

    def test_invoice_is_not_altered(self):
        """Row 3-21: the cancelled invoice itself keeps everything but its payment."""
        marks = (
            "payment_state", "status_in_payment", "amount_residual", "amount_residual_signed",
            "amount_residual_currency", "reconciled", "full_reconcile_id", "matching_number",
            "write_uid", "write_date", "is_manually_modified",
        )  # fmt: skip
        with self.unchanged(self.invoice, ignored=marks):
            self.cancel(new_draft=True, reason="Wrong price")
        self.assertIn("Wrong price", self.invoice.reversal_move_ids.ref)

    def test_same_content(self):
        """Row 3-21: the credit note mirrors the lines, texts and process of the invoice."""
        credit_note, draft = self.cancel(new_draft=True)
        for move in (credit_note, draft):
            for line, origin in zip(
                move.invoice_line_ids, self.invoice.invoice_line_ids, strict=True
            ):
                for name in ("name", "quantity", "price_unit", "discount", "tax_ids", "account_id",
                             "display_type", "product_id"):  # fmt: skip
                    self.assertEqual(line[name], origin[name], name)
            self.assertEqual(move.process_id, self.process)
            self.assertEqual(move.invoice_user_id, self.invoice.invoice_user_id)
        self.assertEqual(draft.contact_id, self.contact)
        self.assertIn("Head", draft.header)
        self.assertEqual(draft.invoice_payment_term_id, self.terms)

    def test_batch(self):
        """Row 2-59: several invoices at once, each with its own credit note and draft."""
        second = self.make_invoice(
            partner_id=self.other_customer.id, contact_id=False,
            lines=[self.make_line(quantity=1, price_unit=10.0)],
        )  # fmt: skip
        credit_notes, drafts = self.cancel(self.invoice | second, new_draft=True)
        self.assertEqual(credit_notes.reversed_entry_id, self.invoice | second)
        self.assertEqual(credit_notes.mapped("amount_total"), [294.0, 12.0])
        self.assertEqual(drafts.mapped("partner_id"), self.customer | self.other_customer)
        for credit_note in credit_notes:
            self.assertIn(credit_note.reversed_entry_id.name, credit_note.ref)
            self.assertEqual(credit_note.partner_id, credit_note.reversed_entry_id.partner_id)

    def test_refused_twice(self):
        """Row 3-21: an invoice is cancelled once, by a draft or a validated credit note."""
        self.cancel(validate=False)
        count = self.env["account.move"].search_count([])
        self.refusal("document_already_cancelled", self.cancel)
        self.assertEqual(self.env["account.move"].search_count([]), count)
        draft = self.invoice.reversal_move_ids
        draft.button_cancel()
        credit_note, _draft = self.cancel()
        self.assertEqual(credit_note.state, "posted")
        error = self.refusal("document_already_cancelled", self.cancel)
        self.assertIn(credit_note.name, str(error))

    def test_refused_kinds(self):
        """Row 3-21: drafts, credit notes, bills, entries and empty selections are refused."""
        draft = self.make_invoice(post=False)
        credit_note = self.make_invoice(move_type="out_refund", invoice_payment_term_id=False)
        bill = self.make_invoice(move_type="in_invoice", invoice_payment_term_id=False)
        account = self.get_product_lines(self.invoice)[0].account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": 1.0}),
                    Command.create({"account_id": account.id, "credit": 1.0}),
                ],
            }
        )
        entry.action_post()
        for move in (draft, credit_note, bill, entry, self.invoice | draft):
            for method in ("action_cancel_document", "action_open_cancel_document"):
                label = move.mapped("display_name")
                with self.subTest(move=label, method=method), self.unchanged(move):
                    self.refusal("document_not_cancellable", self.rpc, self.manager, move, method)
        with self.assertRaises(UserError):
            self.rpc(self.manager, self.env["account.move"], "action_cancel_document")

    def test_receipt(self):
        """Row 2-59: a sales receipt is cancelled like an invoice."""
        receipt = self.make_invoice(move_type="out_receipt")
        credit_note, _draft = self.cancel(receipt)
        self.assertEqual(credit_note.amount_total, 294.0)
        self.assertEqual(receipt.amount_residual, 0.0)

    def test_paid_invoice(self):
        """Row 3-21: the payment of a cancelled invoice stays, to be given back or used again."""
        payment = self.pay(self.invoice)
        credit_note, _draft = self.cancel()
        self.assertEqual(credit_note.state, "posted")
        self.assertIn(payment.state, ("in_process", "paid"))
        # The invoice is settled by its credit note, and the payment is free again.
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertIn(self.invoice, credit_note._get_reconciled_invoices()
                      | credit_note.reversed_entry_id)  # fmt: skip
        residual = (self.get_receivable_lines(self.invoice)
                    | self.get_receivable_lines(credit_note)).mapped("amount_residual")  # fmt: skip
        self.assertEqual(sum(residual), 0.0)

    def test_numbers(self):
        """Row 3-15: the credit note takes the next number of its own series."""
        first, _draft = self.cancel()
        second, _draft = self.cancel(self.make_invoice())
        self.assertEqual(second.sequence_prefix, first.sequence_prefix)
        self.assertEqual(second.sequence_number, first.sequence_number + 1)
        self.assertNotEqual(first.sequence_prefix, self.invoice.sequence_prefix)

    def test_traced(self):
        """Row 2-59: the chatter of the invoice says what cancelled it and what replaces it."""
        credit_note, _draft = self.cancel(new_draft=True)
        bodies = "".join(self.invoice.message_ids.mapped("body"))
        self.assertIn(credit_note.name, bodies)

    def test_wizard(self):
        """Row 2-59: by the screen, from the button to the documents created."""
        action = self.rpc(self.billing_user, self.invoice, "action_open_cancel_document")
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.billing_user)
            .with_context(**action["context"])
        )
        self.assertEqual(form.move_ids[:], self.invoice)
        self.assertTrue(form.validate)
        form.new_draft = True
        form.reason = "Wrong customer"
        form.date = "2026-06-01"
        result = form.save().action_cancel()
        self.assertEqual(result["res_model"], "account.move")
        draft = self.env["account.move"].browse(result["res_id"])
        self.assertEqual(draft.state, "draft")
        credit_note = self.invoice.reversal_move_ids
        self.assertEqual(credit_note.state, "posted")
        self.assertEqual(credit_note.invoice_date, Date.to_date("2026-06-01"))
        self.assertIn("Wrong customer", credit_note.ref)

    def test_wizard_draft_credit_note(self):
        """Row 2-59: the credit note can be reviewed before it is validated."""
        wizard = self.env["koban.document.cancel"].with_user(self.billing_user).create(
            {"move_ids": [Command.set(self.invoice.ids)], "validate": False}
        )  # fmt: skip
        result = wizard.action_cancel()
        credit_note = self.env["account.move"].browse(result["res_id"])
        self.assertEqual((credit_note.state, credit_note.move_type), ("draft", "out_refund"))
        credit_note.with_user(self.billing_user).action_post()
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_wizard_batch(self):
        """Row 2-59: the list opens the credit notes of several invoices."""
        second = self.make_invoice()
        wizard = self.env["koban.document.cancel"].with_user(self.billing_user).create(
            {"move_ids": [Command.set((self.invoice | second).ids)]}
        )  # fmt: skip
        result = wizard.action_cancel()
        found = self.env["account.move"].search(result["domain"])
        self.assertEqual(found, (self.invoice | second).reversal_move_ids)

    def test_rights(self):
        """Row 2-59: only who may write invoices cancels them."""
        reader = self.make_user("koban_reader", "account.group_account_readonly")
        plain = self.make_user("koban_plain", "")
        for user in (reader, plain):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.invoice, "action_cancel_document")
        self.assertFalse(self.invoice.reversal_move_ids)
