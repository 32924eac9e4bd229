"""What the host must still do on validated invoices: payments."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestPayments(InvoiceCase):
    """Pay, settle, undo, block: as the person who invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()

    def test_full_payment(self):
        """An invoice is paid in full."""
        payment = self.pay(self.invoice)
        self.assertEqual(payment.amount, 294.0)
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_partial_payment(self):
        """An invoice is paid in two times, and its due lines get the mark of the matching."""
        self.pay(self.invoice, amount=100.0)
        self.assertEqual(self.invoice.payment_state, "partial")
        self.assertEqual(self.invoice.amount_residual, 194.0)
        self.assertTrue(any(self.get_receivable_lines(self.invoice).mapped("matching_number")))
        self.pay(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_payment_with_write_off(self):
        """A small difference is written off."""
        invoice = self.make_invoice(invoice_payment_term_id=False)
        account = self.get_product_lines(invoice)[0].account_id
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.billing_user)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": 293.5,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": account.id,
                }
            )
        )
        wizard._create_payments()
        self.env.flush_all()
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_unreconcile(self):
        """A payment is taken off an invoice, and put back."""
        self.pay(self.invoice)
        receivable = self.get_receivable_lines(self.invoice)
        partials = receivable.matched_credit_ids
        credit_line = partials.credit_move_id
        self.assertTrue(partials)
        for partial in partials:
            self.rpc(self.billing_user, self.invoice, "js_remove_outstanding_partial", partial.id)
        self.assertEqual(self.invoice.amount_residual, 294.0)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.rpc(self.billing_user, self.invoice, "js_assign_outstanding_line", credit_line.id)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_payment_reset_and_deleted(self):
        """A payment typed by mistake is reset to draft and deleted."""
        payment = self.pay(self.invoice)
        self.rpc(self.billing_user, payment, "action_draft")
        self.rpc(self.billing_user, payment, "unlink")
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertEqual(self.invoice.amount_residual, 294.0)

    def test_payment_of_several_invoices(self):
        """One payment settles two invoices."""
        other = self.make_invoice()
        payment = self.pay(self.invoice | other, group_payment=True)
        self.assertEqual(payment.amount, 588.0)
        self.assertEqual((self.invoice | other).mapped("amount_residual"), [0.0, 0.0])

    def test_bank_statement(self):
        """A bank entry is matched with the invoice."""
        statement_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank_journal.id,
                "date": "2026-03-20",
                "payment_ref": self.invoice.name,
                "partner_id": self.customer.id,
                "amount": 294.0,
            }
        )
        _liquidity, suspense, _other = statement_line._seek_for_lines()
        receivable = self.get_receivable_lines(self.invoice)
        suspense.account_id = receivable.account_id
        (suspense | receivable).reconcile()
        self.env.flush_all()
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_block_payment(self):
        """A payment is blocked, and unblocked."""
        self.rpc(self.billing_user, self.invoice, "action_toggle_block_payment")
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.rpc(self.billing_user, self.invoice, "action_toggle_block_payment")
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_outstanding_credit(self):
        """A credit note of another sale settles the invoice in part."""
        credit_note = self.make_invoice(
            move_type="out_refund",
            invoice_payment_term_id=False,
            lines=[self.make_line(quantity=1, price_unit=100.0)],
        )
        credit_line = self.get_receivable_lines(credit_note)
        self.rpc(self.billing_user, self.invoice, "js_assign_outstanding_line", credit_line.id)
        self.assertEqual(self.invoice.amount_residual, 174.0)
        self.assertEqual(credit_note.amount_residual, 0.0)

    def test_early_payment_discount(self):
        """A discount for early payment is granted."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100,
                                             "nb_days": 30})],
            }
        )  # fmt: skip
        account = self.get_product_lines(self.invoice)[0].account_id
        self.company.account_journal_early_pay_discount_loss_account_id = account
        invoice = self.make_invoice(invoice_payment_term_id=terms.id)
        payment = self.pay(invoice, payment_date="2026-03-12")
        self.assertEqual(payment.amount, 288.12)  # 294 less 2 %
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_other_currency(self):
        """An invoice in dollars is posted, paid in euros, and its exchange entry is made."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"name": "2026-03-01", "rate": 2.0, "currency_id": dollar.id,
                 "company_id": self.company.id},
                {"name": "2026-04-01", "rate": 4.0, "currency_id": dollar.id,
                 "company_id": self.company.id},
            ]
        )  # fmt: skip
        invoice = self.make_invoice(currency_id=dollar.id, invoice_payment_term_id=False)
        self.assertEqual(invoice.amount_total_signed, 147.0)
        with self.unchanged_content(invoice):
            self.pay(invoice, payment_date="2026-04-10", currency_id=dollar)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertTrue(invoice.line_ids.matched_credit_ids.exchange_move_id)

    def unchanged_content(self, invoice):
        # What a payment may write on the invoice and on its due lines.
        marks = (
            "payment_state", "status_in_payment", "amount_residual", "amount_residual_signed",
            "amount_residual_currency", "reconciled", "full_reconcile_id", "matching_number",
            "write_uid", "write_date", "is_manually_modified", "matched_payment_ids",
        )  # fmt: skip
        return self.unchanged(invoice, ignored=marks)

    def test_payment_changes_no_content(self):
        """Rows 3-14 to 3-16: paying touches nothing but the follow-up of the payment."""
        with self.unchanged_content(self.invoice):
            self.pay(self.invoice, amount=100.0)

    def test_cash_rounding(self):
        """A cash rounding adds its line at validation, and nothing later."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "5 c",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.get_product_lines(self.invoice)[0].account_id.id,
                "loss_account_id": self.get_product_lines(self.invoice)[0].account_id.id,
            }
        )
        invoice = self.make_invoice(
            lines=[self.make_line(quantity=1, price_unit=10.01, tax_ids=False)],
            invoice_cash_rounding_id=rounding.id,
        )
        self.assertEqual(invoice.amount_total, 10.0)
        with self.unchanged(invoice):
            self.refusal(
                "document_validated",
                self.rpc, self.manager, invoice, "write", {"invoice_cash_rounding_id": False},
            )  # fmt: skip
        self.pay(invoice)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_cash_basis_tax(self):
        """A tax due on payment makes its entry when the invoice is paid."""
        self.company.tax_exigibility = True
        transition = self.env["account.account"].create(
            {"name": "VAT waiting", "code": "445799", "account_type": "liability_current",
             "reconcile": True}
        )  # fmt: skip
        tax = self.tax.copy(
            {"name": "On payment", "tax_exigibility": "on_payment",
             "cash_basis_transition_account_id": transition.id}
        )  # fmt: skip
        invoice = self.make_invoice(lines=[self.make_line(tax_ids=[Command.set(tax.ids)])])
        self.pay(invoice)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertTrue(
            self.env["account.move"].search([("tax_cash_basis_origin_move_id", "=", invoice.id)])
        )

    def test_reviewed(self):
        """The accountant marks an invoice as reviewed."""
        accountant = self.make_user(
            "koban_accountant", "account.group_account_manager,account.group_account_user"
        )
        self.rpc(accountant, self.invoice, "set_moves_checked", True)
        self.assertTrue(self.invoice.checked)
        self.rpc(accountant, self.invoice, "set_moves_checked", False)
        self.assertFalse(self.invoice.checked)

    def test_hash(self):
        """The host's own chain seals validated invoices."""
        self.make_invoice()
        self.rpc(None, self.invoice, "button_hash")
        self.assertTrue(self.invoice.inalterable_hash)
        self.refusal(
            "document_validated",
            self.rpc, None, self.invoice, "write", {"inalterable_hash": False},
        )  # fmt: skip
        accountant = self.make_user("koban_auditor", "account.group_account_user")
        result = self.company.with_user(accountant)._check_hash_integrity()["results"]
        self.assertNotIn("corrupted", [line["status"] for line in result])

    def test_bills_are_free(self):
        """Supplier bills keep the host's own rules: reset to draft, cancelled, deleted."""
        bill = self.make_invoice(move_type="in_invoice", invoice_payment_term_id=False, ref="SUP 1")
        self.rpc(self.billing_user, bill, "button_draft")
        self.assertEqual(bill.state, "draft")
        self.rpc(self.billing_user, bill, "write", {"ref": "SUP 2"})
        self.rpc(self.billing_user, bill, "button_cancel")
        self.assertEqual(bill.state, "cancel")

    def test_entries_are_free(self):
        """So do accounting entries."""
        account = self.get_product_lines(self.invoice)[0].account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": 10.0}),
                    Command.create({"account_id": account.id, "credit": 10.0}),
                ],
            }
        )
        entry.action_post()
        self.rpc(self.billing_user, entry, "button_draft")
        self.assertEqual(entry.state, "draft")
        with self.assertRaises(UserError):
            self.rpc(self.billing_user, self.invoice, "button_draft")
