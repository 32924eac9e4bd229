"""Row 3-21: credit notes by the host's own wizard, and what it still sends and says."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestCreditNotes(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()

    def reverse(self, method, user=None):
        wizard = Form(
            self.env["account.move.reversal"]
            .with_user(user or self.billing_user)
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
        )
        wizard.reason = "Wrong price"
        wizard.journal_id = self.invoice.journal_id
        getattr(wizard.save(), method)()
        self.env.flush_all()
        return self.invoice.reversal_move_ids

    def test_refund(self):
        """Row 3-21: the host's wizard prepares a draft credit note, which settles once posted."""
        credit_note = self.reverse("refund_moves")
        self.assertEqual(credit_note.state, "draft")
        credit_note.with_user(self.billing_user).action_post()
        self.assertEqual(credit_note.amount_total, self.invoice.amount_total)
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_modify(self):
        """Row 3-21: or the credit note and a new draft at once."""
        with self.unchanged(self.invoice, ignored=(
            "payment_state", "status_in_payment", "amount_residual", "amount_residual_signed",
            "amount_residual_currency", "reconciled", "full_reconcile_id", "matching_number",
            "write_uid", "write_date", "is_manually_modified",
        )):  # fmt: skip
            self.reverse("modify_moves")
        credit_note = self.invoice.reversal_move_ids
        self.assertEqual(credit_note.state, "posted")
        self.assertEqual(self.invoice.payment_state, "reversed")
        draft = self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "draft")]
        )
        self.assertEqual(draft.amount_total, 294.0)

    def test_partial_refund(self):
        """Row 3-21: a draft credit note is edited down before it is validated."""
        credit_note = self.reverse("refund_moves")
        line = self.get_product_lines(credit_note)[0]
        credit_note.write({"invoice_line_ids": [Command.update(line.id, {"quantity": 1})]})
        credit_note.with_user(self.billing_user).action_post()
        self.assertEqual(credit_note.amount_total, 174.0)
        self.assertEqual(self.invoice.amount_residual, 120.0)

    def test_credit_note_of_paid_invoice(self):
        """Row 3-21: a paid invoice is credited; the payment stays to be used again."""
        self.pay(self.invoice)
        credit_note = self.reverse("refund_moves")
        credit_note.with_user(self.billing_user).action_post()
        self.assertEqual(credit_note.state, "posted")
        self.assertEqual(credit_note.amount_residual, 294.0)


@tagged("post_install", "-at_install")
class TestCommunication(InvoiceCase):
    """Talking about a validated document is not altering it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()

    def test_send(self):
        """A validated invoice is sent by e-mail, and marked as sent."""
        wizard = (
            self.env["account.move.send.wizard"]
            .with_user(self.billing_user)
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"sending_methods": ["email"]})
        )
        wizard.action_send_and_print(allow_fallback_pdf=True)
        self.env.flush_all()
        self.assertTrue(self.invoice.is_move_sent)
        self.assertTrue(self.invoice.message_ids.filtered("attachment_ids"))

    def test_print(self):
        """A validated invoice is printed, with its texts."""
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.billing_user)
            ._render_qweb_html("account.account_invoices", self.invoice.ids)
        )
        text = html.decode()
        for expected in ("Head", "Foot", "Comment", self.invoice.name):
            self.assertIn(expected, text)

    def test_chatter(self):
        """Messages, notes, followers, activities and files are free."""
        invoice = self.invoice.with_user(self.billing_user)
        with self.unchanged_content():
            invoice.message_post(body="Called the customer")
            invoice.message_post(
                body="See the file", attachments=[("order.pdf", b"%PDF-1.4 order")]
            )
            invoice.message_subscribe(self.contact.ids)
            invoice.message_unsubscribe(self.contact.ids)
            activity = invoice.activity_schedule(
                "mail.mail_activity_data_todo", summary="Call", user_id=self.billing_user.id
            )
            activity.action_feedback(feedback="Done")
            self.env["ir.attachment"].with_user(self.billing_user).create(
                {
                    "name": "scan.txt",
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "raw": b"scan",
                }
            ).unlink()
        self.assertIn("Called the customer", "".join(self.invoice.message_ids.mapped("body")))

    def test_main_attachment(self):
        """The file shown beside the invoice follows the last one added."""
        attachment = self.env["ir.attachment"].create(
            {"name": "a.pdf", "res_model": "account.move", "res_id": self.invoice.id,
             "raw": b"%PDF-1.4", "mimetype": "application/pdf"}
        )  # fmt: skip
        self.rpc(self.billing_user, attachment, "register_as_main_attachment")
        self.assertTrue(self.invoice.message_main_attachment_id)

    def unchanged_content(self):
        marks = ("message_main_attachment_id", "write_uid", "write_date", "access_token",
                 "is_manually_modified")  # fmt: skip
        return self.unchanged(self.invoice, ignored=marks)

    def test_portal_link(self):
        """The customer's link is made on demand."""
        self.rpc(self.billing_user, self.invoice, "preview_invoice")
        self.assertTrue(self.invoice.access_token)
