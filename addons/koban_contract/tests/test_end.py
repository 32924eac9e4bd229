from datetime import timedelta
from itertools import pairwise

from odoo import fields
from odoo.tests import Form, tagged

from .common import ContractCase


@tagged("post_install", "-at_install", "koban_alone")
class TestEnd(ContractCase):
    """The end of a contract, with its reason, and back (issue 5 §3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.start = cls.today.replace(day=1) - timedelta(days=60)
        cls.contract = cls.make_contract(date_start=cls.start)

    def day(self, days):
        return fields.Date.to_string(self.today + timedelta(days=days))

    def test_coming(self):
        """Issue 5 §3: a contract that ends later runs until then, and is closed the day after."""
        self.contract.action_close(self.day(40), "Moved")
        self.assertEqual(self.contract.state, "running")
        self.assertFalse(self.contract.next_renewal_date)
        self.contract.amend(
            self.day(10), {"lines": [{"id": self.contract.line_ids.id, "quantity": 3}]}
        )
        self.env["koban.contract"]._do_renewals(self.today + timedelta(days=40))
        self.assertEqual(self.contract.state, "running")
        self.env["koban.contract"]._do_renewals(self.today + timedelta(days=41))
        self.assertEqual(self.contract.state, "closed")
        self.assertEqual(fields.Date.to_string(self.contract.close_date), self.day(40))

    def test_past(self):
        """Issue 5 §3: a contract that ended before today is closed at once."""
        self.contract.action_close(self.day(-1), "Moved")
        self.assertEqual(self.contract.state, "closed")

    def test_undo(self):
        """Issue 5 §3: an end is undone, and what was missed is billed, nothing twice."""
        self.contract.action_close(fields.Date.to_string(self.start + timedelta(days=10)))
        self.contract.action_bill()
        [billed] = self.contract.period_ids
        self.assertEqual(billed.date_to, self.start + timedelta(days=10))
        self.assertFalse(self.contract.next_invoice_date)
        self.contract.action_undo_end()
        self.assertEqual(self.contract.state, "running")
        self.assertFalse(self.contract.close_reason)
        self.contract.action_bill()
        rows = self.contract.period_ids.sorted("date_from")
        for row, following in pairwise(rows):
            self.assertEqual(following.date_from, row.date_to + timedelta(days=1))
        self.assertGreater(len(rows), 1)
        self.refusal("contract_state", self.contract.action_undo_end)

    def test_cancelled(self):
        """Issue 5 §3: a cancelled contract does not run again: its order bills by itself."""
        contract = self.make_contract(date_start=self.start)
        contract.action_close(self.day(40), "Moved")
        contract.action_cancel()
        self.refusal("contract_state", contract.action_undo_end)
        self.assertEqual(contract.state, "cancel")

    def test_before_start(self):
        """Issue 5, bad input: a contract does not end before it starts."""
        early = fields.Date.to_string(self.start - timedelta(days=1))
        self.refusal("contract_end_early", self.contract.action_close, early)

    def test_revenue(self):
        """Issue 5 §5: the recurring revenue follows an end that is moved, then undone."""

        def get_revenue(day):
            moves = self.contract.movement_ids.filtered(lambda move: move.date <= day)
            return sum(moves.mapped("amount"))

        first, second = self.today + timedelta(days=20), self.today + timedelta(days=50)
        self.contract.action_close(fields.Date.to_string(first))
        self.assertEqual(get_revenue(first), 200.0)
        self.assertEqual(get_revenue(first + timedelta(days=1)), 0.0)
        self.contract.action_close(fields.Date.to_string(second))
        self.assertEqual(get_revenue(second), 200.0)
        self.assertEqual(get_revenue(second + timedelta(days=1)), 0.0)
        self.contract.action_undo_end()
        self.assertEqual(get_revenue(second + timedelta(days=1)), 200.0)

    def test_screen(self):
        """Issue 5 §3: ended from the window, with a reason of the list."""
        self.contract.user_id = self.manager
        reason = self.env.ref("koban_contract.stop_reason_moved")
        action = self.contract.with_user(self.manager).action_open_end()
        Wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = Form(Wizard.with_context(**action["context"]))
        wizard.date = self.day(30)
        wizard.stop_reason_id = reason
        wizard.save().action_end()
        self.assertEqual(self.contract.stop_reason_id, reason)
        self.assertEqual(self.contract.close_reason, reason.name)

    def test_notice_deadline(self):
        """Row 2-66: the last day to denounce leaves the whole notice, month ends included."""
        contract = self.make_contract(validate=False, date_start="2025-01-01")
        vectors = {
            ("2026-06-30", 3): "2026-03-31",
            ("2027-02-28", 1): "2027-01-31",
            ("2026-12-31", 3): "2026-09-30",
            ("2026-12-30", 1): "2026-11-30",
        }
        for (end, months), deadline in vectors.items():
            contract.write({"date_end": end, "notice_months": months})
            self.assertEqual(str(contract.notice_deadline), deadline)
