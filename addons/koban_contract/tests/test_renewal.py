"""Renewal of contracts and their end (rows 1-15, 2-05, 2-06, 2-66, 2-67, issue 5 §3)."""

from unittest.mock import patch

from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from .common import ContractCase


def day(text):
    return Date.to_date(text)


@tagged("post_install", "-at_install")
class TestRenewal(ContractCase):
    """One contract at a time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-01-10 10:00:00"))
        cls.Contract = cls.env["koban.contract"]

    def make_term(self, date_end="2026-12-31", **values):
        return self.make_contract(date_end=date_end, **values)

    def assert_refused(self, code, method, *args):
        with self.assertRaises(DocumentError) as caught:
            method(*args)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    # ------------------------------------------------------------------
    # The next term
    # ------------------------------------------------------------------
    def test_next_renewal_date(self):
        """Row 2-06: a stored date, of running contracts that are renewed alone."""
        contract = self.make_term(validate=False)
        self.assertFalse(contract.next_renewal_date)
        contract.action_validate()
        self.assertEqual(contract.next_renewal_date, day("2027-01-01"))
        self.assertFalse(self.make_term(renewal="none").next_renewal_date)
        self.assertFalse(self.make_contract().next_renewal_date)
        contract.action_close("2026-06-30", "Moved")
        self.assertFalse(contract.next_renewal_date)

    def test_status(self):
        """Row 2-66: late and soon due, on the screen and in searches."""
        ends = {"2026-01-09": "late", "2026-03-10": "to_renew", "2026-03-11": "coming"}
        contracts = {
            status: self.make_term(end, date_start="2025-01-01", renewal="express")
            for end, status in ends.items()
        }
        contracts["none"] = self.make_term(renewal="none")
        mine = [("id", "in", [contract.id for contract in contracts.values()])]
        for status, contract in contracts.items():
            with self.subTest(status=status):
                self.assertEqual(contract.renewal_status, status)
                found = self.Contract.search([*mine, ("renewal_status", "=", status)])
                self.assertEqual(found, contract)
        found = self.Contract.search([*mine, ("renewal_status", "!=", "none")])
        self.assertEqual(len(found), 3)

    def test_renew(self):
        """Row 2-67: the button recomputes the period, keeps its history and offers the invoice."""
        contract = self.make_term(interval_count=12)
        action = contract.action_renew()
        self.assertEqual(contract.date_end, day("2027-12-31"))
        self.assertEqual(contract.notice_deadline, day("2027-09-30"))
        renewal = contract.renewal_ids
        self.assertEqual(renewal.old_end, day("2026-12-31"))
        self.assertEqual(renewal.date_from, day("2027-01-01"))
        self.assertEqual(renewal.new_end, day("2027-12-31"))
        self.assertEqual(renewal.state, "done")
        shown = format_date(contract._get_reader_env(), renewal.new_end)
        self.assertIn(shown, contract.message_ids[0].body)
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.renewal_id, renewal)
        self.assertEqual(wizard.bill_date, day("2027-01-01"))
        invoice = self.env["account.move"].browse(wizard.action_bill()["res_id"])
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(
            contract.period_ids.mapped("date_from"), [day("2027-01-01"), day("2026-01-01")]
        )

    def test_chosen_end(self):
        """Row 2-67: the end of the new term may be chosen, after the old one."""
        contract = self.make_term()
        for end in ("2026-12-31", "2026-06-30"):
            self.assert_refused("contract_renewal_end", contract.action_renew, end)
        contract.action_renew("2027-03-14")
        self.assertEqual(contract.date_end, day("2027-03-14"))
        contract.action_renew()
        self.assertEqual(contract.date_end, day("2028-03-14"))

    def test_month_ends(self):
        """Row 2-67: 31 January, 28 February, 31 March, whatever the months between."""
        contract = self.make_term("2026-02-27", date_start="2026-01-31", renewal_months=1)
        ends = []
        for _number in range(3):
            contract.action_renew()
            ends.append(str(contract.date_end))
        self.assertEqual(ends, ["2026-03-30", "2026-04-29", "2026-05-30"])
        # Its end is no number of months from its start: the day of the first renewal is kept.
        contract = self.make_term("2026-01-30", date_start="2026-01-15", renewal_months=1)
        ends = []
        for _number in range(3):
            contract.action_renew()
            ends.append(str(contract.date_end))
        self.assertEqual(ends, ["2026-02-27", "2026-03-30", "2026-04-29"])

    def test_not_renewable(self):
        """Row 2-67: what has no next term says so."""
        cases = [
            self.make_term(validate=False),
            self.make_term(renewal="none"),
            self.make_contract(),
        ]
        no_duration = self.make_term(validate=False)
        no_duration.renewal_months = 0
        no_duration.action_validate()
        for contract in [*cases, no_duration]:
            self.assert_refused("contract_not_renewable", contract.action_renew)
        self.assertFalse(no_duration.renewal_ids)

    def test_guard(self):
        """DESIGN §2: the end is renewed by its method alone; its marks cannot be typed."""
        contract = self.make_term()
        with self.assertRaises(DocumentError):
            contract.date_end = "2027-12-31"
        for name, value in [
            ("renewal_anchor", "2026-01-01"),
            ("renewal_error", "No"),
            ("alarm_end", "2026-01-01"),
            ("early_alarm_end", "2026-01-01"),
            ("terminable_any_time", True),
            ("stop_reason_id", self.env.ref("koban_contract.stop_reason_us").id),
        ]:
            with self.subTest(name=name), self.assertRaises(DocumentError):
                contract.write({name: value})
            with self.subTest(name=name, draft=True), self.assertRaises(DocumentError):
                self.make_term(validate=False).write({name: value})

    def test_history_is_kept(self):
        """Issue 5 §3: nobody writes or deletes the history."""
        contract = self.make_term()
        contract.action_renew()
        renewal = contract.renewal_ids
        self.assert_refused("contract_renewal", renewal.unlink)
        for model in ("koban.contract.renewal", "koban.contract.notice"):
            for operation in ("create", "write", "unlink"):
                records = self.env[model].with_user(self.manager)
                self.assertFalse(records.has_access(operation))

    # ------------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------------
    def test_undo(self):
        """Issue 5 §3: undone while nothing is billed of it, once, the latest first."""
        contract = self.make_term("2026-01-30", date_start="2026-01-15", renewal_months=1)
        self.assert_refused("contract_renewal_none", contract.action_undo_renewal)
        contract.action_renew()
        contract.action_renew()
        contract.action_undo_renewal()
        self.assertEqual(contract.date_end, day("2026-02-27"))
        self.assertEqual(contract.renewal_anchor, day("2026-01-31"))
        contract.action_undo_renewal()
        self.assertEqual(contract.date_end, day("2026-01-30"))
        self.assertFalse(contract.renewal_anchor)
        self.assertFalse(contract.can_undo_renewal)
        self.assert_refused("contract_renewal_none", contract.action_undo_renewal)
        self.assertEqual(set(contract.renewal_ids.mapped("state")), {"undone"})
        contract.action_renew()
        self.assertEqual(contract.date_end, day("2026-02-27"))

    def test_undo_billed(self):
        """Issue 5 §3: refused once billed; a draft that is deleted is not billed twice after."""
        contract = self.make_term("2026-01-31", renewal_months=1)
        contract.action_bill("2026-01-10")
        contract.action_renew()
        invoice = self.env["account.move"].browse(contract.action_bill("2026-02-01")["res_id"])
        error = self.assert_refused("contract_renewal_billed", contract.action_undo_renewal)
        self.assertIn(format_date(speaking(self.env), day("2026-01-31")), str(error))
        self.assertEqual(contract.date_end, day("2026-02-28"))
        invoice.unlink()
        contract.action_undo_renewal()
        self.assertEqual(contract.date_end, day("2026-01-31"))
        # February is no more of the contract: it is not due, though its row is kept.
        self.assertFalse(contract.next_invoice_date)
        self.assert_refused("contract_nothing_due", contract.action_bill, "2026-06-30")
        contract.action_renew()
        self.assertEqual(contract.next_invoice_date, day("2026-02-01"))
        contract.action_bill("2026-06-30")
        self.assertEqual(
            contract.period_ids.mapped("date_from"), [day("2026-02-01"), day("2026-01-01")]
        )
        self.assertEqual(set(contract.period_ids.mapped("state")), {"billed"})

    def test_undone_is_held(self):
        """Issue 5 §3: a tacit renewal that someone undid is not done again by the night."""
        contract = self.make_term("2026-01-31", renewal_months=1)
        self.Contract._do_renewals(day("2026-02-01"))
        self.assertEqual(contract.date_end, day("2026-02-28"))
        contract.action_undo_renewal()
        self.Contract._do_renewals(day("2026-02-02"))
        self.assertEqual(contract.date_end, day("2026-01-31"))

    def test_undone_is_told(self):
        """Row 2-06: past its end, what is held back is told, to someone who is still there."""
        salesman = self.make_user("renewal_gone", "sales_team.group_sale_salesman")
        contract = self.make_term("2026-01-31", renewal_months=1, user_id=salesman.id)
        contract.action_renew()
        contract.action_undo_renewal()
        salesman.active = False
        self.Contract._do_renewals(day("2026-01-31"))
        self.assertFalse(contract.activity_ids)
        self.Contract._do_renewals(day("2026-02-01"))
        self.Contract._do_renewals(day("2026-02-02"))
        self.assertEqual(len(contract.activity_ids), 1)
        self.assertEqual(contract.activity_ids.user_id, contract._get_follower())
        self.assertNotEqual(contract.activity_ids.user_id, salesman)

    # ------------------------------------------------------------------
    # Each night
    # ------------------------------------------------------------------
    def test_tacit(self):
        """Issue 5 §3: renewed on the day after the end, missed terms included, never before."""
        contract = self.make_term("2026-01-31", renewal_months=1)
        self.Contract._do_renewals(day("2026-01-31"))
        self.assertFalse(contract.renewal_ids)
        self.Contract._do_renewals(day("2026-04-30"))
        self.assertEqual(contract.date_end, day("2026-04-30"))
        ends = contract.renewal_ids.mapped("new_end")
        self.assertEqual(ends, [day("2026-04-30"), day("2026-03-31"), day("2026-02-28")])
        self.Contract._do_renewals(day("2026-04-30"))
        self.assertEqual(len(contract.renewal_ids), 3)

    def test_before_billing(self):
        """Issue 5 §3: the night that renews bills the new term, whose job comes after."""
        renewal = self.env.ref("koban_contract.ir_cron_renewal")
        billing = self.env.ref("koban_contract.ir_cron_billing")
        self.assertLess(renewal.nextcall.time(), billing.nextcall.time())
        self.assertLess(renewal.priority, billing.priority)
        contract = self.make_term("2026-01-31", renewal_months=1)
        self.Contract._do_renewals(day("2026-02-01"))
        contract.action_bill("2026-02-01")
        self.assertEqual(
            contract.period_ids.mapped("date_from"), [day("2026-02-01"), day("2026-01-01")]
        )

    def test_express(self):
        """Issue 5 §3: never by itself; late, and someone is told once."""
        contract = self.make_term("2026-01-31", renewal="express")
        with freeze_time("2026-02-05 10:00:00"):
            for text in ("2026-01-31", "2026-02-05", "2026-02-06"):
                self.Contract._do_renewals(day(text))
            self.assertEqual(contract.renewal_status, "late")
        self.assertEqual(contract.date_end, day("2026-01-31"))
        self.assertEqual(contract.state, "running")
        activity = contract.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.activity_type_id, self.env.ref("koban_contract.activity_renewal"))
        self.assertEqual(activity.user_id, contract.user_id)
        contract.action_renew()
        self.assertFalse(contract.activity_ids)

    def test_express_in_time(self):
        """Issue 5 §5: reminded before the end, once; after it in its place; tacit ones never."""
        type_ = self.env.ref("koban_contract.type_maintenance")
        type_.alarm_days = 10
        contract = self.make_term("2026-06-30", renewal="express", type_id=type_.id)
        tacit = self.make_term("2026-06-30", type_id=type_.id, renewal="tacit")
        self.Contract._do_renewals(day("2026-06-19"))
        self.assertFalse(contract.activity_ids)
        for text in ("2026-06-20", "2026-06-21"):
            self.Contract._do_renewals(day(text))
        self.assertEqual(len(contract.activity_ids), 1)
        self.assertEqual(contract.activity_ids.date_deadline, day("2026-06-30"))
        early = contract.activity_ids
        self.Contract._do_renewals(day("2026-07-01"))
        self.assertEqual(len(contract.activity_ids), 1)
        self.assertNotEqual(contract.activity_ids, early)
        self.assertFalse(tacit.activity_ids)

    def test_none(self):
        """Issue 5 §3: a contract without renewal closes by itself after its end."""
        contract = self.make_term("2026-01-31", renewal="none")
        self.Contract._do_renewals(day("2026-01-31"))
        self.assertEqual(contract.state, "running")
        self.Contract._do_renewals(day("2026-03-12"))
        self.assertEqual(contract.state, "closed")
        self.assertEqual(contract.close_date, day("2026-01-31"))
        self.assertEqual(contract.stop_reason_id, self.env.ref("koban_contract.stop_reason_term"))
        self.assertTrue(contract.close_reason)
        # What was not billed yet still is.
        self.assertEqual(contract.next_invoice_date, day("2026-01-01"))

    def test_failure_is_isolated(self):
        """Issue 5 §3: one that cannot be renewed says why, and stops no other."""
        contracts = self.Contract.union(
            *(self.make_term("2026-01-31", renewal_months=1) for _number in range(3))
        )
        broken = contracts[1]
        original = type(contracts)._apply_revision

        def fail(records, *args, **kwargs):
            if broken in records:
                raise DocumentError("The index has no value.", "contract_index")
            return original(records, *args, **kwargs)

        with patch.object(type(contracts), "_apply_revision", fail):
            self.Contract._do_renewals(day("2026-02-01"))
            self.Contract._do_renewals(day("2026-02-02"))
        good = contracts - broken
        self.assertEqual(set(good.mapped("date_end")), {day("2026-02-28")})
        self.assertEqual(broken.date_end, day("2026-01-31"))
        self.assertIn("The index has no value.", broken.renewal_error)
        self.assertEqual(len(broken.activity_ids), 1)
        self.Contract._do_renewals(day("2026-02-03"))
        self.assertEqual(broken.date_end, day("2026-02-28"))
        self.assertFalse(broken.renewal_error)
        self.assertFalse(broken.activity_ids)

    def test_supplier_alarm(self):
        """Row 2-05, “à dénoncer avant”: reminded in time, once per term, a missed night or not."""
        type_ = self.env.ref("koban_contract.type_supplier")
        type_.alarm_days = 10
        contract = self.make_term(type_id=type_.id, kind="purchase")
        self.assertEqual(contract.notice_deadline, day("2026-09-30"))
        self.Contract._do_renewals(day("2026-09-19"))
        self.assertFalse(contract.activity_ids)
        self.Contract._do_renewals(day("2026-09-25"))
        self.Contract._do_renewals(day("2026-09-26"))
        activity = contract.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.date_deadline, day("2026-09-30"))
        self.assertEqual(
            activity.activity_type_id, self.env.ref("koban_contract.activity_denounce")
        )
        activity.action_feedback()
        self.Contract._do_renewals(day("2026-09-27"))
        self.assertFalse(contract.activity_ids)
        self.Contract._do_renewals(day("2027-09-20"))
        self.assertEqual(contract.date_end, day("2027-12-31"))
        self.assertEqual(contract.activity_ids.date_deadline, day("2027-09-30"))

    # ------------------------------------------------------------------
    # The end
    # ------------------------------------------------------------------
    def test_end(self):
        """Issue 5 §3: a contract ends on a day, for a reason that can be counted."""
        contract = self.make_term()
        reason = self.env.ref("koban_contract.stop_reason_unpaid")
        action = contract.action_open_end()
        with Form(self.env[action["res_model"]].with_context(**action["context"])) as form:
            self.assertEqual(form.date, day("2026-12-31"))
            form.date = "2026-03-31"
            form.stop_reason_id = reason
            form.comment = "Three invoices"
        form.record.action_end()
        self.assertEqual(contract.close_date, day("2026-03-31"))
        self.assertEqual(contract.stop_reason_id, reason)
        self.assertEqual(contract.close_reason, "Unpaid – Three invoices")

    def test_end_keeps_its_call(self):
        """DESIGN §6: the reason alone, in words, as before."""
        contract = self.make_term()
        contract.action_close("2026-03-31", "Moved")
        self.assertEqual(contract.close_reason, "Moved")
        self.assertFalse(contract.stop_reason_id)

    # ------------------------------------------------------------------
    # The wizard
    # ------------------------------------------------------------------
    def test_wizard(self):
        """Row 2-67: old and new period first; the invoice on request; not twice."""
        contract = self.make_term("2026-01-31", renewal_months=1)
        early = self.env["koban.contract.renew"].browse(contract.action_open_renewal()["res_id"])
        # The new term has not begun.
        self.assertFalse(early.make_invoice)
        begun = freeze_time("2026-02-01 10:00:00")
        begun.start()
        self.addCleanup(begun.stop)
        first, second = (
            self.env["koban.contract.renew"].browse(contract.action_open_renewal()["res_id"])
            for _number in range(2)
        )
        self.assertEqual(first.date_from, day("2026-02-01"))
        self.assertEqual(first.date_end, day("2026-02-28"))
        self.assertEqual(first.price_ids.mapped("old_price"), [100.0])
        self.assertEqual(first.old_yearly, 2400.0)
        self.assertTrue(first.make_invoice)
        action = first.action_renew()
        self.assertEqual(action["res_model"], "account.move")
        self.assertEqual(contract.date_end, day("2026-02-28"))
        self.assertEqual(len(contract.period_ids), 2)
        self.assert_refused("contract_renewal_stale", second.action_renew)
        self.assertEqual(len(contract.renewal_ids), 1)

    def test_salesman(self):
        """DESIGN §7: who sells renews his contracts, without the rights to invoice."""
        salesman = self.make_user("contract_salesman", "sales_team.group_sale_salesman")
        contract = self.make_term("2026-01-31", renewal_months=1, user_id=salesman.id)
        own = contract.with_user(salesman)
        wizard = self.env["koban.contract.renew"].with_user(salesman)
        wizard = wizard.browse(own.action_open_renewal()["res_id"])
        self.assertFalse(wizard.make_invoice)
        wizard.action_renew()
        self.assertEqual(contract.date_end, day("2026-02-28"))
        own.action_undo_renewal()
        self.assertEqual(contract.date_end, day("2026-01-31"))
        reader = self.make_user("contract_reader", "account.group_account_readonly")
        for method in ("action_renew", "action_undo_renewal", "action_send_notice"):
            with self.subTest(method=method), self.assertRaises(Exception) as caught:
                getattr(contract.with_user(reader), method)()
            self.assertEqual(type(caught.exception).__name__, "AccessError")

    def test_yearly_amount(self):
        """Issue 5 §3: what a year brings, of the lines of each period that are not over."""
        quarterly = self.make_contract(
            interval_count=3,
            lines=[
                self.make_line(),
                self.make_line(charge="once"),
                self.make_line(name="Over", date_end="2026-01-09"),
            ],
        )
        self.assertEqual(quarterly.yearly_amount, 800.0)
        weekly = self.make_contract(interval_unit="week", lines=[self.make_line(price_unit=7.0)])
        # 365 / 7 weeks of 14.00
        self.assertEqual(weekly.yearly_amount, 730.0)
