"""Customers' payments under the guard (DESIGN §2; rows 2-62b and 3-14)."""

from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix

from .common import InvoiceCase

# What the host writes on valid payments, and no content of theirs.
TECHNICAL = {"check_number", "is_sent"}


@tagged("post_install", "-at_install", "koban_alone")
class TestPaymentGuard(GuardMatrix, InvoiceCase):
    """A valid receipt is altered by nothing but its own methods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payment = cls.receive(memo="CHQ 441")

    @classmethod
    def receive(cls, post=True, **values):
        """Record a payment of the customer, of 120 €."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": cls.customer.id,
                "amount": 120.0,
                "date": "2026-03-12",
                "journal_id": cls.bank_journal.id,
                **values,
            }
        )
        if post:
            payment.action_post()
        return payment

    def test_matrix(self):
        """Every field but follow-up is refused, as the profile that invoices and as superuser."""
        allowed = TECHNICAL | COMMUNICATION
        for user in (self.billing_user, None):
            self.check_refused(user, self.payment, allowed)

    def test_typed_at_creation(self):
        """A receipt takes its number and its state from its validation; other payments may not."""
        for values in ({"name": "PBNK1/2026/00099"}, {"state": "paid"}):
            with self.undone(), self.assertRaises(DocumentError):
                self.receive(post=False, **values)
            supplier = {"payment_type": "outbound", "partner_type": "supplier", **values}
            paid = self.receive(post=False, **supplier)
            self.assertEqual({name: paid[name] for name in values}, values)

    def test_answers(self):
        """XML-RPC carries no None: each button answers with something, and does its work."""
        self.keep_entries(self.bank_journal)
        draft = self.receive(post=False)
        steps = (("action_post", "in_process"), ("action_validate", "paid"),
                 ("action_draft", "draft"), ("action_post", "in_process"),
                 ("action_reject", "rejected"), ("action_draft", "draft"),
                 ("action_cancel", "canceled"))  # fmt: skip
        for method, state in steps:
            with self.subTest(method):
                self.assertIs(self.rpc(self.billing_user, draft, method), True)
                self.assertEqual(draft.state, state)

    def test_same_values(self):
        """A client may send all the stored values back."""
        self.check_same_values(self.billing_user, self.payment)

    def test_state_beside(self):
        """The payment's own state in the same write opens nothing."""
        state = self.payment.state
        for name, value in (
            ("amount", 1.0),
            ("date", "2026-03-13"),
            ("partner_id", self.other_customer.id),
            ("name", "PBNK1/2026/00099"),
            ("memo", "other"),
        ):
            for user in (self.billing_user, None):
                with self.subTest(field=name), self.unchanged(self.payment):
                    self.refusal(
                        "document_validated",
                        self.rpc, user, self.payment, "write", {"state": state, name: value},
                    )  # fmt: skip

    def test_states_are_not_typed(self):
        """Validated, rejected, cancelled or taken back by its methods, not by a write."""
        for state in ("draft", "canceled", "rejected", "paid"):
            with self.subTest(state=state), self.unchanged(self.payment):
                self.refusal(
                    "document_validated",
                    self.rpc, self.billing_user, self.payment, "write", {"state": state},
                )  # fmt: skip
        draft = self.receive(post=False)
        for state in ("in_process", "paid"):
            with self.subTest(state=state), self.unchanged(draft):
                self.refusal(
                    "document_state",
                    self.rpc, self.billing_user, draft, "write", {"state": state},
                )  # fmt: skip
            with self.subTest(created=state):
                self.refusal("document_state", self.receive, post=False, state=state)
        self.refusal(
            "document_number", self.rpc, self.billing_user, draft, "write", {"name": "PBNK/7"}
        )

    def test_taken_back(self):
        """Taken back it is corrected; each time, and the new validation, leave a link."""
        for amount in (110.0, 115.0):
            self.env.cr.flush()  # as at the end of each request, here and below
            self.rpc(self.billing_user, self.payment, "action_draft")
            self.env.cr.flush()
            self.rpc(self.billing_user, self.payment, "write", {"amount": amount})
            self.rpc(self.billing_user, self.payment, "action_post")
        events = self.get_events("validation", "cancellation", records=self.payment)
        kinds = events.mapped("kind")
        self.assertEqual(kinds, ["validation"] + ["cancellation", "validation"] * 2)
        self.assertEqual(self.payment.amount, 115.0)
        self.refusal(
            "document_validated",
            self.rpc, self.billing_user, self.payment, "write", {"amount": 120.0},
        )  # fmt: skip

    def test_cancelled_stays_guarded(self):
        """Cancelled or rejected, what was validated stays as it was, and is not deleted."""
        rejected = self.receive(memo="CHQ 442")
        self.rpc(self.billing_user, rejected, "action_reject")
        self.rpc(self.billing_user, self.payment, "action_cancel")
        self.env.cr.flush()
        for payment in (self.payment, rejected):
            with self.subTest(state=payment.state), self.unchanged(payment):
                self.refusal(
                    "document_validated",
                    self.rpc, self.billing_user, payment, "write", {"amount": 1.0},
                )  # fmt: skip
                self.refusal("document_delete", self.rpc, self.billing_user, payment, "unlink")
        dropped = self.receive(post=False)
        self.rpc(self.billing_user, dropped, "action_cancel")
        self.rpc(self.billing_user, dropped, "write", {"amount": 1.0})
        self.rpc(self.billing_user, dropped, "unlink")

    def test_entry(self):
        """Nor do number, date and journal of its entry change by themselves."""
        self.keep_entries(self.bank_journal)
        payment = self.receive()
        entry = payment.move_id
        self.assertEqual(entry.state, "posted")
        for values in ({"name": "PBNK1/2026/00099"}, {"date": "2026-03-20"}):
            with self.subTest(values=values), self.unchanged(payment):
                self.refusal(
                    "document_validated", self.rpc, self.billing_user, entry, "write", values
                )

    def test_matched_with_the_bank(self):
        """A payment that waited is paid once the bank's line is matched with it, and back."""
        self.keep_entries(self.bank_journal)
        payment = self.receive()
        self.assertEqual(payment.state, "in_process")
        waiting = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.outstanding_account_id
        )
        bank_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank_journal.id,
                "date": "2026-03-20",
                "payment_ref": "CHQ",
                "partner_id": self.customer.id,
                "amount": 120.0,
            }
        )
        _liquidity, suspense, _other = bank_line._seek_for_lines()
        suspense.account_id = waiting.account_id
        (suspense | waiting).reconcile()
        self.env.flush_all()
        self.assertTrue(payment.is_matched)
        self.assertEqual(payment.state, "paid")
        waiting.remove_move_reconcile()
        self.env.flush_all()
        self.assertFalse(payment.is_matched)

    def test_as_the_host(self):
        """Corrected and validated in one call, a payment is stored as by the plain host."""
        account = self.customer.property_account_receivable_id
        self.other_customer.property_account_receivable_id = account.copy({"code": "411999"})
        for entries in (False, True):
            if entries:
                self.keep_entries(self.bank_journal)
            with self.subTest(entries=entries):
                ours = self.correct()
                self.set_guard(False)
                plain = self.correct()
                self.set_guard(True)
                self.assertEqual(ours, plain)

    def correct(self):
        """Change the customer of a draft, validate it, and return what is stored, but keys."""
        payment = self.receive(post=False)
        payment.partner_id = self.other_customer
        payment.action_post()
        keys = {"id", "name", "move_id", "create_date", "write_date", "frozen_names"}
        row = {key: value for key, value in self.row(payment)[0].items() if key not in keys}
        self.assertEqual(payment.destination_account_id.code, "411999")
        return row

    def test_suppliers_are_free(self):
        """Payments to suppliers keep the host's own rules."""
        payment = self.receive(partner_type="supplier", payment_type="outbound")
        self.rpc(self.billing_user, payment, "write", {"memo": "other", "state": payment.state})
        self.rpc(self.billing_user, payment, "action_draft")
        self.rpc(self.billing_user, payment, "unlink")

    def test_no_supplier_becomes_a_customer(self):
        """A valid payment that escaped the guard does not come under it by a write."""
        payment = self.receive(partner_type="supplier", payment_type="outbound")
        self.refusal(
            "document_state",
            self.rpc, self.billing_user, payment, "write", {"partner_type": "customer"},
        )  # fmt: skip
