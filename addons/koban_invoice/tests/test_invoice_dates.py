"""The dates of invoices follow their numbers (issue 12, line 7)."""

import json
from datetime import date

from odoo.tests import freeze_time, tagged

from ..tools.invoice_dates import ANTEDATED, POSTDATED, find_fault, split_by_zone
from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceDates(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2027-03-20 10:00:00"))
        cls.journal = cls.sale_journal.copy({"name": "Sales of the tests", "code": "VT"})
        cls.last = cls.invoice("2027-03-10")

    @classmethod
    def invoice(cls, day, post=True, **values):
        values = {"journal_id": cls.journal.id, "invoice_payment_term_id": False, **values}
        return cls.make_invoice(post=post, invoice_date=day, **values)

    def set_check(self, value):
        self.company.invoice_date_check = value

    def get_warnings(self, moves):
        events = self.get_events("warning", records=moves)
        return {event.res_id: json.loads(event.content) for event in events}

    def test_rule(self):
        """Issue 12, line 7: what is before the last number, or after today, and what is right."""
        ten, twenty = date(2027, 3, 10), date(2027, 3, 20)
        last = ("VT/1", ten)
        self.assertIsNone(find_fault(ten, twenty, last))
        self.assertIsNone(find_fault(twenty, twenty, last))
        self.assertIsNone(find_fault(date(2020, 1, 1), twenty, None))
        fault = find_fault(date(2027, 3, 9), twenty, last)
        self.assertEqual((fault.code, fault.right), (ANTEDATED, ten))
        fault = find_fault(date(2027, 3, 21), twenty, last)
        self.assertEqual((fault.code, fault.right), (POSTDATED, twenty))
        # After a number that was postdated, its date is right.
        later = ("VT/1", date(2027, 4, 1))
        self.assertIsNone(find_fault(date(2027, 4, 1), twenty, later))
        self.assertEqual(find_fault(twenty, twenty, later).right, date(2027, 4, 1))

    def test_warned_by_default(self):
        """Issue 12, line 7: by default the draft says so, with the first right date to take."""
        self.assertEqual(self.company.invoice_date_check, "warn")
        early, late = self.invoice("2027-03-09", post=False), self.invoice("2027-03-21", post=False)
        right = self.invoice("2027-03-10", post=False)
        self.assertEqual(
            [(draft.date_fault, str(draft.right_date or "")) for draft in (early, late, right)],
            [(ANTEDATED, "2027-03-10"), (POSTDATED, "2027-03-20"), (False, "")],
        )
        self.assertEqual(early.last_number, self.last.name)
        self.rpc(self.billing_user, early | late, "action_use_right_date")
        self.assertEqual([str(d.invoice_date) for d in (early, late)], ["2027-03-10", "2027-03-20"])
        self.assertFalse(early.date_fault or late.date_fault)

    def test_warning_is_told(self):
        """Issue 12, line 7: by RPC a warning does not stop it, and the journal tells it."""
        early, late = self.invoice("2027-03-09", post=False), self.invoice("2027-03-21", post=False)
        self.rpc(self.billing_user, early, "action_post")
        self.rpc(self.billing_user, late, "action_post")
        told = self.get_warnings(early | late | self.last)
        self.assertEqual({id_: told[id_]["code"] for id_ in told},
                         {early.id: ANTEDATED, late.id: POSTDATED})  # fmt: skip
        self.assertEqual(told[early.id]["last_number"], self.last.name)
        self.assertEqual(told[early.id]["right_date"], "2027-03-10")

    def test_batch(self):
        """A batch is numbered in the order of its dates: nothing to tell."""
        drafts = self.env["account.move"]
        for day in ("2027-03-19", "2027-03-11", "2027-03-15"):
            drafts |= self.invoice(day, post=False)
        drafts.action_post()
        self.assertEqual(self.get_warnings(drafts), {})
        self.assertFalse(any(drafts.mapped("date_fault")))

    def test_refused(self):
        """Issue 12, line 7: a company may have them refused, with the first right date."""
        self.set_check("block")
        for day, code, right in (
            ("2027-03-09", ANTEDATED, "2027-03-10"), ("2027-03-21", POSTDATED, "2027-03-20"),
        ):  # fmt: skip
            draft = self.invoice(day, post=False)
            for user in (self.billing_user, None):
                with self.undone():
                    error = self.refusal(code, self.rpc, user, draft, "action_post")
                self.assertEqual(error.context["right_date"], right)
            self.assertEqual((draft.state, draft.name or "/"), ("draft", "/"))
            draft.action_use_right_date()
            draft.action_post()
        self.assertEqual(self.last.sequence_number + 2, draft.sequence_number)

    def test_allowed(self):
        """Or let them be."""
        self.set_check("allow")
        early = self.invoice("2027-03-09", post=False)
        self.assertFalse(early.date_fault)
        early.action_post()
        self.assertEqual(self.get_warnings(early), {})

    def test_series_apart(self):
        """Each series has an order of its own: credit notes, another year, another journal."""
        note = self.invoice("2027-03-09", post=False, move_type="out_refund")
        other_year = self.invoice("2026-12-31", post=False)
        other_journal = self.invoice("2027-03-01", post=False, journal_id=self.sale_journal.id)
        last = self.env["account.move"].search_count(
            [("journal_id", "=", self.sale_journal.id), ("date", ">", "2027-03-01"),
             ("state", "=", "posted")]
        )  # fmt: skip
        self.assertEqual(last, 0)
        drafts = note | other_year | other_journal
        self.assertFalse(any(drafts.mapped("date_fault")))
        drafts.action_post()
        self.assertEqual(self.get_warnings(drafts), {})

    def test_undated(self):
        """Issue 12, line 7: without a date it takes the day of its validation."""
        draft = self.invoice(False, post=False)
        self.assertFalse(draft.date_fault)
        with freeze_time("2027-03-25 10:00:00"):
            draft.action_post()
        self.assertEqual(str(draft.invoice_date), "2027-03-25")
        self.assertEqual(self.get_warnings(draft), {})

    def test_time_zone(self):
        """The day is that of the user, of the company where he has no time zone."""
        self.company.partner_id.tz = "Europe/Paris"
        for zone, day in (("America/New_York", "2027-03-25"), (False, "2027-03-26")):
            with self.subTest(zone=zone), freeze_time("2027-03-25 23:30:00"):
                self.billing_user.tz = zone
                draft = self.invoice(False, post=False)
                self.rpc(self.billing_user, draft, "action_post")
                self.assertEqual(str(draft.invoice_date), day)
        with freeze_time("2027-03-26 23:30:00"):  # the 27th in Paris
            self.set_check("block")
            draft = self.invoice("2027-03-27", post=False)
            self.rpc(self.billing_user, draft, "action_post")

    def make_rates(self):
        """Let the dollar have a rate of today, and one of the day that begins in Paris."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.filtered(lambda rate: rate.company_id in (False, self.company)).unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                    "name": day,
                    "company_rate": rate,
                }
                for day, rate in (("2020-01-01", 1.1), ("2027-03-26", 1.5))
            ]
        )
        return dollar

    def test_typed_rate(self):
        """Issue 12, line 7: dating an invoice leaves a rate that was typed as it is."""
        self.company.partner_id.tz = "Europe/Paris"
        self.billing_user.tz = False
        dollar = self.make_rates()
        for typed, rate in ((1.3, 1.3), (None, 1.5)):
            with self.subTest(typed=typed), freeze_time("2027-03-25 23:30:00"):
                draft = self.invoice(False, post=False, currency_id=dollar.id)
                if typed:
                    draft.invoice_currency_rate = typed
                self.rpc(self.billing_user, draft, "action_post")
                self.assertEqual(str(draft.invoice_date), "2027-03-26")
                self.assertAlmostEqual(draft.invoice_currency_rate, rate)
                debit = sum(self.get_receivable_lines(draft).mapped("balance"))
                self.assertAlmostEqual(draft.amount_total / debit, rate, places=2)

    def test_confirmed_entries(self):
        """Issue 12, line 7: “Confirm Entries” validates an undated invoice on the company's day."""
        self.company.partner_id.tz = "Europe/Paris"
        self.billing_user.tz = False
        with freeze_time("2027-03-25 23:30:00"):
            drafts = [self.invoice(day, post=False) for day in (False, "2027-03-26")]
            for draft in drafts:
                wizards = self.env["validate.account.move"].with_user(self.billing_user)
                wizard = wizards.create({"move_ids": draft.ids})
                self.rpc(self.billing_user, wizard, "validate_move")
        for draft in drafts:
            self.assertEqual((draft.state, str(draft.date)), ("posted", "2027-03-26"))
            self.assertEqual(draft.auto_post, "no")

    def test_zones_of_companies(self):
        """Issue 12, line 7: documents of several companies each take the day it is there."""
        far, off = self.make_company("Nouméa"), self.make_company("Off")
        self.company.partner_id.tz = "Europe/Paris"
        far.partner_id.tz = "Pacific/Noumea"
        self.set_guard(False, off)
        moves = self.env["account.move"].with_user(self.billing_user)
        self.billing_user.tz = False
        drafts = moves.concat(
            *(
                moves.new({"move_type": "out_invoice", "company_id": company.id})
                for company in (self.company, far, off, far)
            )
        )
        parts = split_by_zone(drafts)
        self.assertEqual(
            [(part.env.context.get("tz"), len(part)) for part in parts],
            [("Europe/Paris", 1), ("Pacific/Noumea", 2), (None, 1)],
        )
        self.billing_user.tz = "Europe/Paris"
        self.assertEqual(split_by_zone(drafts), [drafts])
        self.assertEqual(split_by_zone(moves), [moves])

    def test_setting_is_told(self):
        """The choice of the company is in its journal."""
        self.set_check("allow")
        (event,) = self.get_events("parameter")[-1:]
        self.assertIn("invoice_date_check", event.content)

    def test_unguarded(self):
        """Where the guard is off, and for what is no customer's document, nothing is said."""
        self.set_check("block")
        bill = self.make_invoice(
            move_type="in_invoice",
            invoice_date="2028-01-01",
            invoice_payment_term_id=False,
            ref="S",
        )
        self.assertEqual(bill.state, "posted")
        self.set_guard(False)
        self.assertEqual(self.invoice("2027-03-01").state, "posted")

    def test_queries(self):
        """The check of a batch costs the same queries whatever its size."""

        def make(count):
            return self.env["account.move"].concat(
                *(self.invoice("2027-03-12", post=False) for _i in range(count))
            )

        few, many = make(2), make(6)
        costs = [
            self.count_queries(drafts._find_date_faults, {}) - self.count_queries(len, drafts)
            for drafts in (few, many)
        ]
        self.assertEqual(costs[0], costs[1])
