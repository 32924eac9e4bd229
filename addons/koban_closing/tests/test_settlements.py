"""Closings count all that customers paid, by whatever route, and each euro once (issue 12)."""

from odoo.fields import Command
from odoo.tests import tagged

from .closings import ClosingCase


@tagged("post_install", "-at_install")
class TestClosingSettlements(ClosingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash_journal = cls.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": cls.company.id}
        )
        cls.other_journal = cls.find_journal("general")
        cls.expense = cls.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", cls.company.ids)], limit=1
        )

    @classmethod
    def find_journal(cls, kind):
        return cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", kind)], limit=1
        )

    def settle(self, invoice, date, amount=120.0, journal=None, account=None):
        """Settle an invoice by a plain entry; return its line."""
        journal = journal or self.bank_journal
        receivable = self.get_receivable_lines(invoice)
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": date,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": (account or journal.default_account_id).id,
                            "balance": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.customer.id,
                            "balance": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        line = entry.line_ids.filtered(lambda line: line.account_id == receivable.account_id)
        (receivable | line).reconcile()
        return line

    def get_payments(self, closing):
        return {(line.journal, line.count): line.amount for line in closing.payment_ids}

    def test_all_routes(self):
        """Issue 12, line 6: plain entries count with the receipts; each euro once."""
        first, second, third, fourth = (self.invoice("2025-01-05") for _i in range(4))
        self.settle(first, "2025-01-10")
        self.settle(second, "2025-01-11", journal=self.cash_journal)
        self.settle(third, "2025-01-12", journal=self.other_journal, account=self.expense)
        self.pay(fourth, payment_date="2025-01-13")
        closing = self.close()
        self.assertEqual(closing.payment_total, 360.0)
        self.assertEqual(closing.settled_total, 120.0)
        self.assertEqual(sum(closing.payment_ids.mapped("amount")), 360.0)
        self.assertEqual(sum(closing.payment_ids.mapped("count")), 3)
        totals = self.Closing.get_period_totals("2025-01-01", "2025-01-31")
        self.assertEqual((totals["payment_total"], totals["settled_total"]), (360.0, 120.0))

    def test_write_off_of_a_payment(self):
        """Issue 12, line 6: what a payment writes off is settled without payment."""
        invoice = self.invoice("2025-01-05")
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": 119.5,
                    "payment_date": "2025-01-10",
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.expense.id,
                }
            )
        )
        wizard._create_payments()
        self.assertEqual(invoice.amount_residual, 0.0)
        closing = self.close()
        self.assertEqual((closing.payment_total, closing.settled_total), (119.5, 0.5))

    def test_undone_in_time(self):
        """Undone before the month closes, nothing is counted."""
        self.settle(self.invoice("2025-01-05"), "2025-01-10").remove_move_reconcile()
        closing = self.close()
        self.assertEqual(closing.payment_total, 0.0)
        self.assertFalse(closing.payment_ids)

    def test_undone_later(self):
        """Undone afterwards, it is taken off in the month that is open; matched anew, added."""
        invoice = self.invoice("2025-01-05")
        line = self.settle(invoice, "2025-01-10")
        january = self.close()
        line.remove_move_reconcile()
        self.invoice("2025-02-05")
        february = self.close()
        (self.get_receivable_lines(invoice) | line).reconcile()
        march = self.close_until("2025-03-01")
        self.assertEqual(
            [closing.payment_total for closing in (january, february, march)],
            [120.0, -120.0, 120.0],
        )

    def settle_before_there_were_any(self):
        """Settle an invoice as before settlements were kept; return its line."""
        invoice = self.invoice("2025-01-05")
        self.set_guard(False)
        line = self.settle(invoice, "2025-01-10")
        self.set_guard(True)
        return line

    def take_over(self):
        """Write down what was settled before, as an upgrade does."""
        self.set_guard(False)
        self.company.document_guard = True
        self.env.cr.flush()

    def test_taken_over_and_undone(self):
        """Issue 12, line 6: what no closing counted is taken off in none when it is undone."""
        line = self.settle_before_there_were_any()
        january = self.close()
        self.take_over()
        line.remove_move_reconcile()
        self.invoice("2025-02-05")
        february = self.close()
        self.assertEqual((january.payment_total, february.payment_total), (0.0, 0.0))
        undone = self.env["koban.settlement"].search([("entry_line_id", "=", line.id)])
        self.assertEqual({str(row.date) for row in undone}, {"2025-01-10"})
        self.assertEqual(sum(undone.mapped("amount")), 0.0)

    def test_taken_over_in_an_open_month(self):
        """Issue 12, line 6: taken over before its month closed, it is counted and taken off."""
        line = self.settle_before_there_were_any()
        self.take_over()
        january = self.close()
        line.remove_move_reconcile()
        self.invoice("2025-02-05")
        february = self.close()
        self.assertEqual((january.payment_total, february.payment_total), (120.0, -120.0))

    def test_entry_in_a_closed_month(self):
        """Matched after its month closed, an entry counts in the first open one, once."""
        invoice = self.invoice("2025-01-05")
        january = self.close()
        self.settle(invoice, "2025-01-10")
        february, march = self.close_until("2025-03-01")
        self.assertEqual(
            [closing.payment_total for closing in (january, february, march)], [0.0, 120.0, 0.0]
        )

    def test_refund(self):
        """What is paid back to a customer is subtracted."""
        self.settle(self.credit("2025-01-05"), "2025-01-10", -120.0)
        self.assertEqual(self.close().payment_total, -120.0)

    def test_first_month(self):
        """A payment in advance before the first invoice is in a closing too."""
        self.settle(self.invoice("2025-02-05"), "2025-01-20")
        january = self.close()
        self.assertEqual(str(january.date_from), "2025-01-01")
        self.assertEqual(january.payment_total, 120.0)

    def test_year(self):
        """The year adds up its months."""
        invoice = self.invoice("2025-01-05")
        self.settle(invoice, "2025-01-10", 100.0)
        self.settle(invoice, "2025-02-10", 20.0, self.other_journal, self.expense)
        self.close_until("2025-12-01")
        (year,) = self.get_years()[-1:]
        self.assertEqual((year.payment_total, year.settled_total), (100.0, 20.0))

    def test_gaps_are_told(self):
        """Before a month closes, numbers of receipts that were taken back are told."""
        invoice = self.invoice("2025-01-05")
        line = self.settle(invoice, "2025-01-10")
        number = line.move_id.name
        line.move_id.button_draft()
        line.move_id.unlink()
        findings = self.Closing.get_findings("2025-01-31")
        (found,) = [item for item in findings if item["code"] == "receipt_numbers"]
        self.assertIn(number, found["message"])
