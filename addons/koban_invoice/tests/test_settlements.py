"""All customer money: whatever settles an invoice is told and sealed (issue 12, line 6)."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.models import koban_signing_key
from odoo.addons.koban_seal.tools import declaration, journal, takeover
from odoo.addons.koban_seal.tools.signing import get_signer
from odoo.addons.koban_seal.tools.takeover import seal_existing

from ..tools.settlements import EXCHANGE, MONEY, OFFSET, OTHER, RECEIPT
from .chain import ChainCase


class SettlementCase(ChainCase):
    """An invoice of 120 €, and what settles it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(
            invoice_payment_term_id=False, lines=[cls.make_line(quantity=1, price_unit=100.0)]
        )
        cls.receivable = cls.get_receivable_lines(cls.invoice)
        cls.cash_journal = cls.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": cls.company.id}
        )
        cls.other_journal = cls.find_journal("general")
        cls.env.cr.flush()

    @classmethod
    def find_journal(cls, kind):
        return cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", kind)], limit=1
        )

    @classmethod
    def find_account(cls, kind):
        return cls.env["account.account"].search(
            [("account_type", "=", kind), ("company_ids", "in", cls.company.ids)], limit=1
        )

    def enter(self, journal, amount=120.0, account=None, date="2026-03-20", post=True):
        """Enter that a customer's receivable goes down; return its line."""
        account = account or journal.default_account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": date,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount}),
                    Command.create(
                        {
                            "account_id": self.receivable.account_id.id,
                            "partner_id": self.customer.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        if post:
            entry.action_post()
        return entry.line_ids.filtered(lambda line: line.account_id == self.receivable.account_id)

    def match(self, *lines):
        """Match lines; return the rows of settlements that it made."""
        before = self.get_rows()
        self.env["account.move.line"].browse([line.id for line in lines]).reconcile()
        self.env.cr.flush()
        return self.get_rows() - before

    def get_rows(self):
        return self.env["koban.settlement"].search([("company_id", "=", self.company.id)])

    def check_undone(self, row, undo):
        """Undo a settlement: one row of the opposite amount, with its link; all holds."""
        before = self.get_rows()
        undo()
        self.env.cr.flush()
        undone = self.get_rows() - before
        self.assertEqual(undone.mapped("undone_id"), row.ids)
        self.assertEqual(undone.amount, -row.amount)
        self.assertEqual(undone.kind, row.kind)
        (event,) = self.get_events("settlement_undone", records=undone)
        self.assertIn(row.document_name, event.res_name)
        self.assertEqual(self.find(), [])


OTHER_JOURNAL = "(SELECT max(id) FROM account_journal WHERE id <> journal_id)"


@tagged("post_install", "-at_install")
class TestSettlements(SettlementCase):
    # ------------------------------------------------------------------
    # Every route
    # ------------------------------------------------------------------
    def test_bank_entry(self):
        """Issue 12, line 6: a plain bank entry that settles an invoice is sealed as money."""
        line = self.enter(self.bank_journal)
        row = self.match(self.receivable, line)
        self.assertEqual((row.kind, row.amount), (MONEY, 120.0))
        self.assertEqual((row.entry_id, row.document_id), (line.move_id.id, self.invoice.id))
        self.assertEqual(row.journal_id, self.bank_journal)
        self.assertEqual(str(row.date), "2026-03-20")
        (event,) = self.get_events("settlement", records=row)
        self.assertIn(line.move_id.name, event.res_name)
        self.assertEqual(row.seal_id, event)
        self.assertEqual(self.find(), [])
        self.check_undone(row, line.remove_move_reconcile)

    def test_cash_entry(self):
        """Issue 12, line 6: so is a plain cash entry, in two parts."""
        first = self.match(self.receivable, self.enter(self.cash_journal, 50.0))
        second = self.match(self.receivable, self.enter(self.cash_journal, 100.0))
        self.assertEqual(first.kind, MONEY)
        self.assertEqual((first.amount, second.amount), (50.0, 70.0))
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_queries_of_notes(self):
        """Issue 12, speed: what the seals of settlements note costs no query for each of them."""
        for _rank in range(3):
            self.pay(self.make_invoice())
        self.env.cr.flush()
        rows = self.get_rows()
        self.assertEqual(len(set(rows.mapped("document_id"))), 3)
        counts = []
        for some in (rows[:1], rows):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            notes = some._collect_seal_notes()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(set(notes), set(rows.ids))
        self.assertEqual(counts[0], counts[1])

    def test_statement(self):
        """Issue 12, line 6: so is a matching by the bank statement."""
        bank_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank_journal.id,
                "date": "2026-03-20",
                "payment_ref": self.invoice.name,
                "partner_id": self.customer.id,
                "amount": 120.0,
            }
        )
        _liquidity, suspense, _other = bank_line._seek_for_lines()
        suspense.account_id = self.receivable.account_id
        row = self.match(self.receivable, suspense)
        self.assertEqual((row.kind, row.amount), (MONEY, 120.0))
        self.check_undone(row, bank_line.action_undo_reconciliation)

    def test_supplier_payment(self):
        """Issue 12, line 6: so is a payment of type supplier on the receivable."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "supplier",
                "partner_id": self.customer.id,
                "amount": 120.0,
                "date": "2026-03-20",
                "journal_id": self.bank_journal.id,
                "destination_account_id": self.receivable.account_id.id,
            }
        )
        payment.action_post()
        line = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable.account_id
        )
        row = self.match(self.receivable, line)
        self.assertEqual((row.kind, row.amount), (MONEY, 120.0))
        self.assertEqual(row.method, payment.payment_method_line_id.name)
        self.check_undone(row, payment.action_draft)
        before = self.get_rows()
        payment.action_post()
        self.env.cr.flush()
        self.assertEqual((self.get_rows() - before).mapped("amount"), [120.0])
        self.assertEqual(self.find(), [])

    def test_write_off(self):
        """Issue 12, line 6: what is written off is told as settled without payment."""
        line = self.enter(self.other_journal, 120.0, self.find_account("expense"))
        row = self.match(self.receivable, line)
        self.assertEqual((row.kind, row.amount), (OTHER, 120.0))
        self.check_undone(row, line.move_id.button_draft)

    def test_receipt(self):
        """Issue 12, line 6: a receipt's matching is told too, and is no money twice."""
        before = self.get_rows()
        payment = self.pay(self.invoice)
        self.env.cr.flush()
        row = self.get_rows() - before
        self.assertEqual((row.kind, row.amount), (RECEIPT, 120.0))
        self.assertEqual(row.entry_id, payment.move_id.id)
        self.check_undone(row, payment.action_draft)

    def test_refund(self):
        """Issue 12, line 6: what is paid back to a customer has a negative amount."""
        credit_note = self.make_invoice(
            move_type="out_refund",
            invoice_payment_term_id=False,
            lines=[self.make_line(quantity=1, price_unit=100.0)],
        )
        line = self.enter(self.bank_journal, -120.0)
        row = self.match(self.get_receivable_lines(credit_note), line)
        self.assertEqual((row.kind, row.amount), (MONEY, -120.0))
        self.assertEqual(self.find(), [])

    def test_credit_note(self):
        """A credit note that is deducted is told, and is no money."""
        before = self.get_rows()
        self.invoice.action_cancel_document("Mistake")
        self.env.cr.flush()
        row = self.get_rows() - before
        self.assertEqual((row.kind, row.amount), (OFFSET, 120.0))
        self.assertEqual(row.document_id, self.invoice.id)
        self.assertEqual(self.find(), [])

    def test_exchange(self):
        """The exchange difference of an invoice in dollars is told, and is no money."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"name": day, "rate": rate, "currency_id": dollar.id, "company_id": self.company.id}
                for day, rate in (("2026-03-01", 2.0), ("2026-04-01", 4.0))
            ]
        )
        invoice = self.make_invoice(currency_id=dollar.id, invoice_payment_term_id=False)
        before = self.get_rows()
        self.pay(invoice, payment_date="2026-04-10", currency_id=dollar)
        self.env.cr.flush()
        rows = self.get_rows() - before
        self.assertEqual(sorted(rows.mapped("kind")), sorted([RECEIPT, EXCHANGE]))
        self.assertEqual(self.find(), [])

    def test_draft_of_the_entry(self):
        """Issue 12, line 6: reset to draft, cancelled or deleted, an entry leaves a link."""
        line = self.enter(self.bank_journal)
        entry = line.move_id
        row = self.match(self.receivable, line)
        self.check_undone(row, entry.button_draft)
        before = self.get_rows()
        entry.action_post()
        self.env.cr.flush()
        again = self.get_rows() - before
        self.assertEqual(again.amount, 120.0)
        self.check_undone(again, entry.button_draft)
        entry.unlink()
        self.env.cr.flush()
        self.assertEqual(self.find(), [])
        self.assertEqual(sum(self.get_rows().mapped("amount")), 0.0)

    def test_in_one_transaction(self):
        """Matched and undone before anything is written: both are told."""
        line = self.enter(self.bank_journal)
        before = self.get_rows()
        (self.receivable | line).reconcile()
        line.remove_move_reconcile()
        self.env.cr.flush()
        self.assertEqual((self.get_rows() - before).mapped("amount"), [-120.0, 120.0])
        self.assertEqual(self.find(), [])

    def test_guard_off(self):
        """Where the guard is off nothing is told."""
        self.set_guard(False)
        before = self.get_rows()
        (self.receivable | self.enter(self.bank_journal)).reconcile()
        self.env.cr.flush()
        self.assertEqual(self.get_rows(), before)

    def test_others_are_free(self):
        """Matchings of suppliers' bills are none."""
        bill = self.make_invoice(move_type="in_invoice", invoice_payment_term_id=False, ref="S1")
        before = self.get_rows()
        self.pay(bill)
        self.env.cr.flush()
        self.assertEqual(self.get_rows(), before)

    def test_taken_over(self):
        """What was matched before is written down and sealed as it is found."""
        self.set_guard(False)
        line = self.enter(self.bank_journal)
        (self.receivable | line).reconcile()
        self.set_guard(True)
        self.assertEqual(self.find_codes(), ["document_unsealed"])
        before = self.get_rows()
        seal_existing(self.company)
        row = self.get_rows() - before
        self.assertEqual((row.kind, row.amount, row.seal_id.kind), (MONEY, 120.0, "takeover"))
        self.assertEqual(self.find(), [])
        seal_existing(self.company)
        self.assertEqual(self.get_rows() - before, row)

    def upgrade_without_key(self):
        """Upgrade where the key is not; return the matching that has no row then."""
        self.set_guard(False)
        (self.receivable | self.enter(self.bank_journal)).reconcile()
        self.set_guard(True)
        before = self.get_rows()
        for code in ("signing_key", "database_copied"):
            error = DocumentError("No key", code)
            with (
                patch.object(takeover, "get_signer", side_effect=error),
                patch.object(journal, "get_signer", side_effect=error),
            ):
                self.run_migration("koban_invoice", "19.0.2.1.0/post-settlements", "19.0.2.0.0")
                takeover.resume_takeovers(self.env)
        self.assertEqual(self.get_rows(), before)
        return before

    def check_resumed(self, before):
        row = self.get_rows() - before
        self.assertEqual((row.amount, row.seal_id.kind), (120.0, "takeover"))
        self.assertEqual(self.find_codes(), [])
        # Once: what has no seal afterwards stays an alarm.
        self.assertFalse(self.env["ir.config_parameter"].get_param(takeover.WAITING))

    def test_upgrade_without_key(self):
        """Issue 12, faults: an upgrade without the key goes on, and seals once one is declared."""
        before = self.upgrade_without_key()
        signer = get_signer(self.env)
        with patch.object(koban_signing_key, "declare_new", return_value=signer):
            self.env["koban.signing.key"].with_user(self.manager).declare_new_key("Lost")
        self.check_resumed(before)

    def test_upgrade_of_a_copy(self):
        """Issue 12, faults: so does one that is tried on a copy, once it is declared."""
        before = self.upgrade_without_key()
        signer = get_signer(self.env)
        with patch.object(declaration, "declare_new", return_value=signer):
            declaration.declare_database(self.env, "moved", "Trial")
        self.check_resumed(before)

    # ------------------------------------------------------------------
    # Attacks
    # ------------------------------------------------------------------
    def test_by_rpc(self):
        """Issue 12, line 6: matchings are undone by RPC with a link, and never altered."""
        row = self.match(self.receivable, self.enter(self.bank_journal))
        partial = self.env["account.partial.reconcile"].browse(row.partial_id)
        other = self.enter(self.bank_journal)
        for values in (
            {"amount": 1.0},
            {"debit_amount_currency": 1.0},
            {"credit_move_id": other.id},
            {"debit_move_id": other.id},
        ):
            for user in (self.billing_user, None):
                with self.subTest(values=values, user=user):
                    before = self.row(partial)
                    self.refusal("document_validated", self.rpc, user, partial, "write", values)
                    self.assertEqual(self.row(partial), before)
        self.check_undone(row, lambda: self.rpc(self.billing_user, partial, "unlink"))

    def test_entry_kept(self):
        """The number, date and journal of an entry that settles do not change meanwhile."""
        line = self.enter(self.bank_journal)
        entry = line.move_id
        row = self.match(self.receivable, line)
        for values in ({"name": "BNK9/2026/00001"}, {"date": "2026-03-21"}):
            with self.subTest(values=values), self.unchanged(entry):
                self.refusal("document_validated", self.rpc, None, entry, "write", values)
        self.check_undone(row, line.remove_move_reconcile)
        self.rpc(None, entry, "write", {"name": "BNK9/2026/00001"})

    def test_append_only(self):
        """Nobody adds, changes or deletes a row, by the ORM or by SQL."""
        row = self.match(self.receivable, self.enter(self.bank_journal))
        self.refusal("append_only", row.write, {"amount": 1.0})
        self.refusal("append_only", row.unlink)
        self.refusal("append_only", row.create, {"amount": 1.0})

    def test_sql(self):
        """Issue 12, lines 6 and 8: what SQL changes of a settlement is found, and named."""
        row = self.match(self.receivable, self.enter(self.bank_journal))
        partial, line = row.partial_id, row.entry_line_id
        for query, code, field in (
            ("DELETE FROM account_partial_reconcile WHERE id = %s", "document_deleted", ""),
            ("UPDATE account_partial_reconcile SET amount = 1 WHERE id = %s",
             "document_altered", "amount"),
            ("UPDATE account_partial_reconcile SET debit_amount_currency = 1 WHERE id = %s",
             "document_altered", "document_amount"),
            ("UPDATE account_partial_reconcile SET credit_amount_currency = 1 WHERE id = %s",
             "document_altered", "entry_amount"),
        ):  # fmt: skip
            with self.subTest(query), self.attack():
                self.sql(query, partial)
                self.assertEqual(
                    [(found.code, found.field) for found in self.find()], [(code, field)]
                )
        for query, fields in (
            ("UPDATE account_move_line SET date = '2026-01-01' WHERE id = %s", {"entry_date"}),
            ("UPDATE account_move SET state = 'draft' WHERE id = "
             "(SELECT move_id FROM account_move_line WHERE id = %s)", {"entry_id"}),
            (f"UPDATE account_move_line SET journal_id = {OTHER_JOURNAL} WHERE id = %s",
             {"journal_id"}),
        ):  # fmt: skip
            with self.subTest(query), self.attack():
                self.sql(query, line)
                self.assertEqual({found.field for found in self.find()}, fields)

    def test_sql_on_rows(self):
        """Issue 12, line 8: so is what it changes of the rows themselves, or adds."""
        line = self.enter(self.bank_journal)
        row = self.match(self.receivable, line)
        self.env.cr.execute("ALTER TABLE koban_settlement DISABLE TRIGGER USER")
        for query, code in (
            ("DELETE FROM koban_settlement WHERE id = %s", "document_deleted"),
            ("UPDATE koban_settlement SET date = '2026-01-01' WHERE id = %s", "document_altered"),
            ("UPDATE koban_settlement SET kind = 'offset' WHERE id = %s", "document_altered"),
            ("UPDATE koban_settlement SET amount = 1 WHERE id = %s", "document_altered"),
        ):
            with self.subTest(query), self.attack():
                self.sql(query, row.id)
                self.assertIn(code, self.find_codes())
        with self.attack():
            line.remove_move_reconcile()
            self.sql(
                "INSERT INTO account_partial_reconcile (debit_move_id, credit_move_id, amount, "
                "company_id, max_date) VALUES (%s, %s, 120, %s, '2026-03-20')",
                self.receivable.id, line.id, self.company.id,
            )  # fmt: skip
            # The trigger is off since above.
            self.assertEqual(self.find_codes(), ["document_unsealed", "trigger_off"])

    def test_entry_of_a_receipt(self):
        """Issue 12, line 8: the entry of a receipt is covered: account, partner, amounts, date."""
        payment = self.pay(self.invoice)
        self.assertEqual(self.find(), [])
        line = payment.move_id.line_ids[0]
        for column, value in (
            ("account_id", "account_id + 1"), ("partner_id", "NULL"), ("debit", "debit + 1"),
            ("credit", "credit + 1"), ("balance", "balance + 1"), ("date", "date + 1"),
            ("journal_id", OTHER_JOURNAL), ("amount_currency", "amount_currency + 1"),
            ("parent_state", "'draft'"),
        ):  # fmt: skip
            with self.subTest(column), self.attack():
                query = f"UPDATE account_move_line SET {column} = {value} WHERE id = %s"
                self.sql(query, line.id)
                self.assertIn((column, line.id), [(f.field, f.res_id) for f in self.find()])
        with self.attack():
            self.sql("DELETE FROM account_partial_reconcile")
            self.sql("DELETE FROM account_move_line WHERE id = %s", line.id)
            self.assertIn("line_missing", self.find_codes())

    def test_lines_of_a_receipt(self):
        """Nor do people change, add or delete lines of the entry of a valid receipt."""
        payment = self.pay(self.invoice)
        line = payment.move_id.line_ids[0]
        other = self.find_account("expense")
        for values in ({"account_id": other.id}, {"partner_id": self.other_customer.id}):
            with self.subTest(values=values), self.unchanged(payment):
                self.refusal("document_validated", self.rpc, None, line, "write", values)
        self.refusal(
            "document_validated",
            self.rpc, None, line, "create",
            [
                {"move_id": payment.move_id.id, "account_id": other.id, "balance": amount}
                for amount in (1.0, -1.0)
            ],
        )  # fmt: skip


@tagged("post_install", "-at_install")
class TestReceiptNumbers(SettlementCase):
    """No number of a receipt is used twice (issue 12, line 6)."""

    def test_cancelled_payment(self):
        """Taken back and cancelled, a payment's number is not given again."""
        payment = self.pay(self.invoice)
        number = payment.name
        self.env.cr.flush()
        payment.action_draft()
        payment.action_cancel()
        self.assertFalse(payment.move_id)
        payment.move_id._get_sequence_cache().clear()  # as in another transaction, here and below
        again = self.pay(self.invoice)
        self.assertNotEqual(again.name, number)
        self.assertEqual(again.move_id.sequence_number, int(number.rpartition("/")[2]) + 1)
        taken = self.env["koban.taken.number"].search([("name", "=", number)])
        self.assertEqual(len(taken), 1)
        self.refusal("append_only", taken.unlink)

    def test_other_journal(self):
        """Nor is it when the corrected payment changes its journal."""
        payment = self.pay(self.invoice)
        number = payment.name
        self.env.cr.flush()
        payment.action_draft()
        other = self.bank_journal.copy({"code": "BNK7"})
        self.keep_entries(other)
        payment.journal_id = other
        payment.action_post()
        self.invoice._get_sequence_cache().clear()
        self.assertNotEqual(payment.name, number)
        self.assertNotEqual(self.pay(self.make_invoice()).name, number)

    def test_deleted_entry(self):
        """Nor that of a plain entry that settled an invoice, once it is deleted."""
        line = self.enter(self.bank_journal)
        number = line.move_id.name
        self.match(self.receivable, line)
        line.move_id.button_draft()
        line.move_id.unlink()
        self.invoice._get_sequence_cache().clear()
        again = self.enter(self.bank_journal).move_id
        self.assertNotEqual(again.name, number)
        draft = self.enter(self.bank_journal, post=False).move_id
        # The host's own key changes nothing: a client may send it.
        for context in ({}, {"clear_sequence_mixin_cache": False}):
            with self.subTest(context=context):
                self.refusal(
                    "document_number",
                    self.rpc, None, draft, "write", {"name": number}, context=context,
                )  # fmt: skip

    def test_never_settled(self):
        """An entry that settled nothing leaves its number, as in the host."""
        entry = self.enter(self.bank_journal).move_id
        number = entry.name
        entry.button_draft()
        entry.unlink()
        entry._get_sequence_cache().clear()  # as in another transaction
        self.assertEqual(self.enter(self.bank_journal).move_id.name, number)
