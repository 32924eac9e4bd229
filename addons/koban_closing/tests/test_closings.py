"""Closing months and years, and what is then refused (rows 2-59 to 2-61, 3-22 and 3-23)."""

import json
from contextlib import suppress
from unittest.mock import patch

import psycopg2
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.koban_invoice.tools.invoice_dates import ANTEDATED, get_today
from odoo.addons.koban_seal.tests.attacker import Attacker

from ..models import koban_closing
from ..tools.writer import close
from .closings import ClosingCase


@tagged("post_install", "-at_install")
class TestRefusal(ClosingCase):
    """A closed month takes no document any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.invoice("2025-01-10", 100.0)
        cls.closing = cls.close()

    def test_antedated_invoice(self):
        """“Bad input”, row 3-23: refused with document, date, month and the first open date."""
        draft = self.invoice("2025-01-31", post=False)
        refusal = self.refusal("period_closed", self.rpc, self.billing_user, draft, "action_post")
        self.assertIn(draft.display_name, str(refusal))
        self.assertIn("01/31/2025", str(refusal))
        self.assertIn("January 2025", str(refusal))
        self.assertIn("02/01/2025", str(refusal))
        self.assertEqual(refusal.context["first_open_date"], "2025-02-01")

    def test_first_open_date_is_offered(self):
        """Row 3-23: the draft stays editable and takes the first open date by its button."""
        draft = self.invoice("2025-01-31", post=False)
        draft = draft.with_user(self.billing_user)
        with Form(draft) as form:
            self.assertTrue(form.is_period_closed)
            self.assertEqual(str(form.first_open_date), "2025-02-01")
            form.invoice_date = "2025-01-15"
            self.assertTrue(form.is_period_closed)
        self.assertEqual(str(draft.date), "2025-01-15", "the host moves the accounting date")
        self.assertFalse(draft.tax_lock_date_message)
        self.rpc(self.billing_user, draft, "action_use_first_open_date")
        self.assertFalse(draft.is_period_closed)
        draft.action_post()
        self.assertEqual((draft.state, str(draft.invoice_date)), ("posted", "2025-02-01"))
        self.assertEqual(str(draft.date), "2025-02-01")

    def test_right_date_is_open(self):
        """Issue 12, line 7: the first right date is none that the closing refuses."""
        draft = self.invoice("2025-01-05", post=False)
        self.assertEqual(draft.date_fault, ANTEDATED)
        self.assertEqual(str(draft.right_date), "2025-02-01")
        self.company.invoice_date_check = "block"
        error = self.refusal(ANTEDATED, self.rpc, self.billing_user, draft, "action_post")
        self.assertEqual(error.context["right_date"], "2025-02-01")
        self.assertIn("02/01/2025", str(error))
        self.rpc(self.billing_user, draft, "action_use_right_date")
        self.rpc(self.billing_user, draft, "action_post")
        self.assertEqual((draft.state, str(draft.invoice_date)), ("posted", "2025-02-01"))

    def test_right_date_of_an_exception(self):
        """Issue 12, line 7: who may validate in the closed month is offered its date."""
        self.except_until("2025-01-01")
        draft = self.invoice("2025-01-05", post=False)
        self.assertEqual(str(draft.right_date), "2025-01-10")

    def test_open_month(self):
        """Row 2-60: the next month stays open; an invoice without date takes today's."""
        self.assertEqual(self.invoice("2025-02-01").state, "posted")
        undated = self.invoice(False)
        self.assertEqual(undated.invoice_date, get_today(undated, self.company))

    def test_credit_note_of_a_closed_invoice(self):
        """Row 2-59: it takes today's date; one dated in the closed month is refused."""
        for validate in (True, False):
            refusal = self.refusal(
                "period_closed",
                self.rpc,
                self.billing_user,
                self.old,
                "action_cancel_document",
                validate=validate,
                date="2025-01-20",
            )
            self.assertIn("January 2025", str(refusal))
        result = self.rpc(self.billing_user, self.old, "action_cancel_document")
        credit_note = self.env["account.move"].browse(result["credit_note_ids"])
        self.assertEqual(credit_note.invoice_date, get_today(credit_note, self.company))
        self.assertEqual(self.old.payment_state, "reversed")

    def test_host_reversal_is_refused(self):
        """Row 2-59: the host's own wizard cannot date a credit note in the closed month."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.old.ids)
            .create({"journal_id": self.old.journal_id.id, "date": "2025-01-20"})
        )
        self.refusal("period_closed", wizard.modify_moves)

    def test_payment(self):
        """Row 2-62b: a payment dated in the closed month is refused; at today's date it is not."""
        with self.assert_refused("period_closed") as caught:
            self.receive("2025-01-31")
        self.assertIn(f"payment of {self.customer.name}", str(caught.exception))
        nobody = self.refusal("period_closed", self.receive, "2025-01-31", partner_id=False)
        self.assertIn("The payment of", str(nobody))
        self.assertNotIn("payment of False", str(nobody))
        payment = self.receive("2025-02-01")
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_busy(self):
        """Row 2-60: a closing waits for validations under way, and tells where they do not end."""
        Gate = type(self.env["koban.closing.gate"])
        timeout = "odoo.addons.koban_closing.models.koban_closing_gate.LOCK_TIMEOUT"
        month, lock, tries = self.Closing._get_next_month(self.company), Gate._lock, []

        def count(gate):
            tries.append(gate)
            return lock(gate)

        # This test's own validation, which does not end, is the one under way.
        with patch(timeout, "20ms"), patch.object(Gate, "_lock", count):
            error = self.refusal("closing_busy", self.Closing._close_apart, self.company, month)
        self.assertIn(self.company.name, str(error))
        self.assertEqual(len(tries), 5)
        self.assertEqual(self.Closing._get_next_month(self.company), month)

    def test_payment_wizard(self):
        """Row 2-62b: neither through the wizard of the invoice."""
        with self.assert_refused("period_closed"):
            self.pay(self.old, payment_date="2025-01-31")
        self.pay(self.old, payment_date="2025-02-01")
        self.assertIn(self.old.payment_state, ("paid", "in_payment"))

    def test_supplier_payment_and_bill(self):
        """Row 2-60: supplier bills and payments stay open, unless the company says otherwise."""
        bill = self.make_invoice(
            move_type="in_invoice",
            invoice_date="2025-01-20",
            date="2025-01-20",
            lines=[self.make_line(tax_ids=[])],
        )
        self.assertEqual((bill.state, str(bill.date)), ("posted", "2025-01-20"))
        self.receive("2025-01-20", payment_type="outbound", partner_type="supplier")
        self.assertFalse(self.company.purchase_lock_date)

    def test_closed_payment_is_kept(self):
        """Row 2-62b: a payment that a closing counted is neither changed nor cancelled."""
        self.keep_entries(self.bank_journal)
        payment = self.receive("2025-02-10", 40.0)
        self.close()
        for function, arguments in (
            (payment.action_draft, ()),
            (payment.move_id.button_draft, ()),
            (payment.move_id.button_cancel, ()),
            (payment.action_cancel, ()),
            (payment.write, ({"date": "2025-03-01"},)),
            (payment.write, ({"amount": 41.0},)),
            (payment.unlink, ()),
        ):
            with self.undone():
                self.refusal("period_closed", function, *arguments)
        other = self.receive("2025-03-10", 40.0)
        with self.undone():
            self.refusal("period_closed", other.write, {"date": "2025-02-01"})

    def test_host_lock_date_follows(self):
        """Row 2-60: the host's lock date is that of the closing, and cannot go back."""
        self.assertEqual(str(self.company.sale_lock_date), "2025-01-31")
        for value in (False, "2025-01-30"):
            self.refusal(
                "closing_lock",
                self.rpc,
                self.manager,
                self.company,
                "write",
                {"sale_lock_date": value},
            )
        self.company.sale_lock_date = "2025-02-10"
        self.company.write({"purchase_lock_date": "2025-02-10"})
        self.company.write({"purchase_lock_date": False, "fiscalyear_lock_date": False})
        self.close()
        self.assertEqual(str(self.company.sale_lock_date), "2025-02-28")

    def test_later_lock_date_is_kept(self):
        """Row 2-60: a closing does not bring back a later lock date of the accountant."""
        self.company.sale_lock_date = "2025-06-30"
        self.close()
        self.assertEqual(str(self.company.sale_lock_date), "2025-06-30")

    def test_purchases_close_too(self):
        """Row 2-60: supplier bills close with the month when the company says so."""
        self.company.closing_locks_purchases = True
        closing = self.close()
        self.assertTrue(closing.locks_purchases)
        self.assertEqual(str(self.company.purchase_lock_date), "2025-02-28")
        self.company.closing_locks_purchases = False
        self.refusal("closing_lock", self.company.write, {"purchase_lock_date": "2025-01-01"})
        self.close()
        self.assertEqual(str(self.company.purchase_lock_date), "2025-02-28")

    def test_year_closes_entries_too(self):
        """Row 2-61: the fiscal year's entries close when the company says so."""
        self.company.closing_locks_year = True
        self.close_until("2025-12-01")
        self.assertTrue(self.get_years().locks_entries)
        self.assertEqual(str(self.company.fiscalyear_lock_date), "2025-12-31")
        self.refusal("closing_lock", self.company.write, {"fiscalyear_lock_date": False})

    def test_year_with_unmatched_transactions(self):
        """Row 2-61: bank lines without counterpart keep the entries open, not the year's totals."""
        self.company.closing_locks_year = True
        self.env["account.bank.statement.line"].create(
            {"date": "2025-12-10", "journal_id": self.bank_journal.id, "amount": 5.0}
            | {"payment_ref": "Unknown"}
        )
        self.close_until("2025-11-01")
        findings = self.Closing.get_findings()
        self.assertIn("unmatched", [finding["code"] for finding in findings])
        self.close()
        self.assertTrue(self.get_years())
        self.assertFalse(self.get_years().locks_entries)
        self.assertFalse(self.company.fiscalyear_lock_date)

    def test_closings_are_kept(self):
        """Row 2-60: no closing nor any of its lines is typed, changed or deleted."""
        self.receive("2025-02-10", 40.0)
        self.invoice("2025-02-10")
        closing = self.close()
        for records in (closing, closing.tax_ids, closing.payment_ids, closing.series_ids):
            self.assertTrue(records)
            self.refusal("closing_sealed", records.write, {"company_id": self.company.id})
            self.refusal("closing_sealed", records.unlink)
            self.refusal("closing_sealed", records.copy)
            self.refusal("closing_sealed", records.create, [{}])
        self.refusal("closing_sealed", closing.sudo().write, {"total": 1.0})

    def test_guard_off(self):
        """DESIGN §2: where the guard is off, the host alone decides."""
        self.set_guard(False)
        self.company.invalidate_recordset()
        move = self.invoice("2025-01-20")
        self.assertEqual(str(move.invoice_date), "2025-01-20")
        self.assertGreater(str(move.date), "2025-01-31")
        self.assertFalse(self.Closing._get_due_month(self.company))


@tagged("post_install", "-at_install", "koban_alone")
class TestClosingProof(Attacker, ClosingCase):
    """Closings in the chain, against someone who may write in the database."""

    def test_first_payment(self):
        """Rows 2-60, 2-62b: closings begin with a payment received before the first invoice."""
        self.receive("2025-10-20", 50.0).action_draft()  # not valid: it counts nowhere
        self.receive("2025-11-05", 50.0)
        self.assertEqual(str(self.Closing._get_next_month(self.company)), "2025-11-01")
        self.invoice("2025-12-10", 100.0)
        closing = self.close()
        self.assertEqual((str(closing.date_from), closing.payment_total), ("2025-11-01", 50.0))
        self.check_totals(closing, 0.0, 0.0)
        self.check_totals(self.close(), 100.0, 20.0, payment_total=0.0)

    def test_sealed(self):
        """DESIGN §3, issue 12 line 8: a month and a year are links; each value changed is named."""
        self.invoice("2025-12-10", 100.0)
        self.receive("2025-12-11", 50.0)
        closing = self.close()
        year = self.get_years()
        events = self.get_events("closing", records=closing | year)
        self.assertEqual(len(events), 2)
        self.assertEqual(self.find(), [])
        self.except_until("2025-12-01")
        self.invoice("2025-12-20", 100.0)  # late: the next month counts it
        self.receive("2026-01-05", 50.0)
        closing = self.close()
        self.assertEqual(self.find(), [])
        self.assert_each_value_found(closing)
        self.assert_each_row_found(closing)

    @mute_logger("odoo.sql_db")
    def test_database_refuses(self):
        """DESIGN §3: PostgreSQL itself refuses to change, delete or empty closings."""
        self.invoice("2025-12-10", 100.0)
        self.receive("2025-12-11", 50.0)
        self.close()
        for part in ("", "_tax", "_payment", "_series"):
            table = f"koban_closing{part}"
            for query in (
                f"UPDATE {table} SET company_id = company_id" if not part else None,
                f"UPDATE {table} SET closing_id = closing_id" if part else None,
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
            ):
                if query:
                    with (
                        self.subTest(query=query),
                        self.assertRaises(psycopg2.Error),
                        self.cr.savepoint(),
                    ):
                        self.env.cr.execute(query)

    def test_events(self):
        """Law, checklist 10: exceptions, refusals and settings of closings are in the journal."""
        self.invoice("2025-01-10")
        self.close()
        exception = self.except_until("2025-01-01", self.billing_user)
        event = self.get_events("exception", records=exception)
        self.assertIn("Forgotten by the workshop", event.content)
        self.assertIn("koban_billing", event.content)
        exception.action_revoke()
        self.assertEqual(len(self.get_events("exception", records=exception)), 2)
        self.company.closing_day = 20
        event = self.get_events("parameter", records=self.company)[-1:]
        self.assertIn("closing_day", event.content)


@tagged("post_install", "-at_install")
class TestException(ClosingCase):
    """“Avec une certaine flexibilité” (row 3-23)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice("2025-01-10", 100.0)
        cls.close_until("2025-02-28")

    def test_late_document(self):
        """Row 3-23: let in for a time, to one person, and counted once, by the next closing."""
        exceptions = self.except_until("2025-01-01", self.billing_user)
        late = self.invoice("2025-01-20", 10.0, post=False)
        other = self.invoice("2025-01-21", 10.0, post=False)
        self.assertTrue(other.is_period_closed)
        self.assertFalse(late.with_user(self.billing_user).is_period_closed)
        self.refusal("period_closed", self.rpc, self.manager, other, "action_post")
        self.rpc(self.billing_user, late, "action_post")
        self.assertEqual((str(late.invoice_date), str(late.date)), ("2025-01-20", "2025-01-20"))
        self.invoice("2025-03-05", 1.0)
        codes = [finding["code"] for finding in self.Closing.get_findings()]
        self.assertIn("late", codes)
        march, april = self.close_until("2025-04-30")
        self.check_totals(
            march, 11.0, 2.2, late_count=1, late_untaxed=10.0, late_total=12.0, invoice_count=2
        )
        self.assertEqual(march.late_ids.name, late.name)
        self.assertEqual(march.late_ids.exception_id, exceptions)
        self.check_totals(april, 0.0, 0.0, late_count=0, perpetual_untaxed=111.0)
        history = self.Closing.get_period_totals("2025-01-01", "2025-04-30")
        self.assertEqual(history["untaxed"], april.perpetual_untaxed)

    def test_late_by_typed_code(self):
        """Issue 12, line 2: code typed in the client has nothing counted twice, nor closes."""
        self.except_until("2025-02-01")
        note = self.credit("2025-02-20", 10.0)
        payment = self.receive("2025-02-20", 30.0)
        self.env.cr.flush()
        march = self.close()
        self.check_totals(march, -10.0, -2.0, payment_total=30.0)
        self.credit("2025-04-10", 7.0)
        self.env.cr.flush()
        late = self.env["koban.closing.late"].search_count([])
        names = ("_record_late", "_count_later", "_close", "_validated_gate")
        for document in (self.invoice("2025-04-11", 1.0), note, payment, march):
            for name in names:
                forged = UserError("takes any attribute")
                forged.told = {"gate": {document.id: self.env["account.lock_exception"]}}
                for arguments in (
                    (forged,),
                    (forged.told["gate"],),
                    (self.company, self.end("2025-04-01")),
                ):
                    with suppress(Exception), self.env.cr.savepoint():
                        safe_eval(
                            f"record.{name}(*arguments)",
                            {"record": document, "arguments": arguments},
                            mode="exec",
                        )
        self.assertEqual(self.env["koban.closing.late"].search_count([]), late)
        self.assertEqual(self.Closing._get_last(self.company), march)

    def test_late_counted_before(self):
        """Issue 12, line 8: who is late by a row written by SQL counts no second time."""
        note, payment = self.credit("2025-03-05", 10.0), self.receive("2025-03-05", 30.0)
        self.env.cr.flush()
        self.close()
        self.env.cr.flush()
        for document in (note, payment):
            self.env.cr.execute(
                "INSERT INTO koban_closing_late (company_id, res_model, res_id, name, date) "
                "VALUES (%s, %s, %s, 'Forged', %s)",
                [self.company.id, document._name, document.id, document.date],
            )
        self.check_totals(self.close(), 0.0, 0.0, late_count=0, payment_total=0.0)

    def test_late_with_defaults(self):
        """Issue 12, line 2: what a client sends along decides nothing of what is counted."""
        self.except_until("2025-01-01", self.billing_user)
        late = self.invoice("2025-01-20", 10.0, post=False)
        earlier = self.Closing._get_last(self.company)
        late.with_user(self.billing_user).with_context(
            default_closing_id=earlier.id, default_date="2020-01-01"
        ).action_post()
        row = self.env["koban.closing.late"].search([("res_id", "=", late.id)])
        self.assertFalse(row.closing_id)
        forged = {
            "company_id": self.company.id,
            "res_model": "account.move",
            "res_id": -1,
            "name": "Forged",
            "date": "2025-01-20",
        }
        sent = {"default_late_ids": [Command.create(forged)], "default_locks_entries": True}
        company = self.company.with_context(**sent)
        closing = self.Closing.browse(
            close(company, self.Closing._get_next_month(company))["closing_id"]
        )
        self.assertEqual(closing.late_ids, row)
        self.assertFalse(closing.locks_entries)
        self.check_totals(closing, 10.0, 2.0, late_count=1)

    def test_late_payment(self):
        """Row 2-62b: a payment let in counts in the next closing too."""
        self.except_until("2025-01-01")
        self.receive("2025-01-20", 30.0)
        self.receive("2025-03-20", 5.0)
        closing = self.close()
        self.assertEqual(closing.payment_total, 35.0)
        self.assertEqual(self.close().payment_total, 0.0)

    def test_late_credit_note(self):
        """Row 2-59: under an exception, a credit note may be dated in the closed month."""
        self.except_until("2025-02-01")
        late = self.invoice("2025-02-20", 10.0)
        late.action_cancel_document(date="2025-02-21")
        self.check_totals(self.close(), 0.0, 0.0, late_count=2, credit_note_count=1)

    def test_only_the_opened_days(self):
        """Row 3-23: days before those opened stay closed."""
        self.except_until("2025-02-01")
        with self.assert_refused("period_closed"):
            self.invoice("2025-01-31")
        self.assertEqual(self.invoice("2025-02-01").state, "posted")

    def test_end(self):
        """Row 3-23: at its end, or ended before, the exception lets nothing in any more."""
        exception = self.except_until("2025-01-01")
        self.invoice("2025-01-20")
        with freeze_time(fields.Datetime.add(exception.end_datetime, minutes=1)):
            self.env.invalidate_all()
            with self.assert_refused("period_closed"):
                self.invoice("2025-01-20")
        self.invoice("2025-01-20")
        exception.action_revoke()
        with self.assert_refused("period_closed"):
            self.invoice("2025-01-20")

    def test_incomplete(self):
        """Row 3-23: an exception without reason or end is refused, by any channel."""
        values = {
            "company_id": self.company.id,
            "sale_lock_date": "2025-01-01",
            "reason": "Forgotten",
            "end_datetime": fields.Datetime.add(fields.Datetime.now(), days=1),
        }
        for wrong in (
            {"reason": " "},
            {"end_datetime": False},
            {"end_datetime": fields.Datetime.add(fields.Datetime.now(), days=32)},
            {"end_datetime": fields.Datetime.add(fields.Datetime.now(), days=-1)},
        ):
            with self.undone():
                self.refusal(
                    "exception_incomplete",
                    self.rpc,
                    self.manager,
                    self.env["account.lock_exception"],
                    "create",
                    [{**values, **wrong}],
                )
        self.rpc(self.manager, self.env["account.lock_exception"], "create", [values])

    def test_before_the_first_closing(self):
        """Row 3-23: one made before anything is closed would open all that will be."""
        company = self.make_company("New SARL", document_guard=True)
        Exception_ = self.env["account.lock_exception"]
        values = {
            "company_id": company.id,
            "sale_lock_date": "2020-01-01",
            "end_datetime": fields.Datetime.add(fields.Datetime.now(), days=3650),
        }
        for reason in (False, "For ever"):
            with self.undone():
                wrong = [{**values, "reason": reason}]
                self.refusal("exception_incomplete", Exception_.create, wrong)

    def test_too_long_by_sql(self):
        """Row 3-23: an exception that no check saw opens nothing."""
        exception = self.except_until("2025-01-01")
        exception.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_lock_exception SET end_datetime = now() + interval '1 year' "
            "WHERE id = %s",
            [exception.id],
        )
        self.env.invalidate_all()
        with self.assert_refused("period_closed"):
            self.invoice("2025-01-20")

    def test_shortened(self):
        """Row 3-23: an end put forward is recorded like the end itself."""
        exception = self.except_until("2025-01-01")
        exception.end_datetime = fields.Datetime.add(fields.Datetime.now(), hours=1)
        events = self.get_events("exception", records=exception)
        steps = [json.loads(event.content)["step"] for event in events]
        self.assertEqual(steps, ["opened", "shortened"])

    def test_not_widened(self):
        """Row 3-23: an exception is ended, never lengthened nor given to somebody else."""
        exception = self.except_until("2025-01-01")
        later = fields.Datetime.add(exception.end_datetime, days=2)
        for values in (
            {"end_datetime": later},
            {"end_datetime": False},
            {"user_id": False},
            {"reason": "Other"},
            {"lock_date": "2024-01-01"},
            {"active": True},
        ):
            self.refusal("exception_frozen", exception.write, values)
        self.refusal("exception_frozen", exception.unlink)

    def test_open_month_needs_none(self):
        """Row 3-23: the wizard refuses a day that is not closed."""
        with self.assert_refused("closing_nothing"):
            self.except_until("2025-03-01")


@tagged("post_install", "-at_install")
class TestAutomatic(ClosingCase):
    """Closings that come by themselves, in order (row 3-22)."""

    def run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["koban.closing"]._cron_close()

    def get_months(self, company=None):
        closings = self.Closing.search(
            [("company_id", "=", (company or self.company).id), ("kind", "=", "month")],
            order="number",
        )
        return [str(closing.date_from)[:7] for closing in closings]

    @freeze_time("2025-04-20")
    def test_three_months_late(self):
        """Row 3-22: the job was down for three months: three closings, in order, once."""
        for month in ("01", "02", "03", "04"):
            self.invoice(f"2025-{month}-05")
        self.run_cron()
        self.assertEqual(self.get_months(), ["2025-01", "2025-02", "2025-03"])
        self.run_cron()
        self.assertEqual(self.get_months(), ["2025-01", "2025-02", "2025-03"])
        self.assertEqual(self.company.next_closing_month.isoformat(), "2025-04-01")
        self.assertEqual(self.company.next_closing_date.isoformat(), "2025-05-15")

    def test_closing_day(self):
        """Row 3-22: the 14th nothing, the 15th the previous month; the 31st works in February."""
        self.invoice("2025-01-05")
        with freeze_time("2025-02-14"):
            self.run_cron()
            self.assertEqual(self.get_months(), [])
        self.company.closing_day = 31
        with freeze_time("2025-02-27"):
            self.run_cron()
            self.assertEqual(self.get_months(), [])
        with freeze_time("2025-02-28"):
            self.run_cron()
            self.assertEqual(self.get_months(), ["2025-01"])

    @mute_logger("odoo.sql_db")
    def test_closing_day_is_checked(self):
        """Row 3-22: the closing day is 1 to 31."""
        for day in (0, 32):
            with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
                self.company.closing_day = day
                self.company.flush_recordset()

    @freeze_time("2025-03-20")
    def test_companies(self):
        """Row 3-22: each company has its own months; one without documents is left alone."""
        other = self.make_company("Other SARL")
        self.company.user_ids.company_ids += other
        self.invoice("2025-02-05")
        self.run_cron()
        self.assertEqual(self.get_months(), ["2025-02"])
        self.assertEqual(self.get_months(other), [])
        self.assertFalse(other.closing_failure)
        self.assertFalse(other.next_closing_month)

    @freeze_time("2025-03-20")
    def test_failing_company(self):
        """Row 3-22: a company that fails is told to its administrators, and the others close."""
        self.env["res.lang"]._activate_lang("fr_FR")
        other = self.make_company("Other SARL")
        other.partner_id.lang = "fr_FR"
        self.manager.company_ids += other
        self.invoice("2025-01-05")
        Closing = type(self.Closing)
        next_month = Closing._get_next_month

        def failing_close(company, month):
            if company.name == "Other SARL":
                raise ValueError("A reason")
            return close(company, month)

        def month_of_other(records, company):
            other_month = fields.Date.to_date("2025-01-01")
            return other_month if company.id == other.id else next_month(records, company)

        with (
            patch.object(koban_closing, "close", failing_close),
            patch.object(Closing, "_get_next_month", month_of_other),
        ):
            self.run_cron()
            self.run_cron()
        self.assertEqual(self.get_months(), ["2025-01", "2025-02"])
        self.assertIn("A reason", other.closing_failure)
        activities = other.partner_id.activity_ids.filtered(
            lambda activity: activity.user_id == self.manager
        )
        self.assertEqual(len(activities), 1)
        self.assertIn("A reason", activities.note)
        # The job speaks English; it is told in the language of the company.
        self.assertIn("a échoué", activities.note)
        with patch.object(koban_closing, "close", lambda *args: {}):
            self.Closing._clear_failure(other)
        self.assertFalse(other.closing_failure)
        self.assertFalse(activities.exists())

    def test_year_closes_after_its_last_month(self):
        """Row 2-61: the fiscal year closes with its last month, by itself."""
        self.invoice("2025-12-05")
        with freeze_time("2026-01-15"):
            self.run_cron()
        self.assertEqual(str(self.get_years().date_to), "2025-12-31")

    @freeze_time("2025-02-03")
    def test_by_hand(self):
        """Row 2-60: the administrator closes an ended month before its day, and only him."""
        self.invoice("2025-01-05")
        self.invoice("2025-01-06", post=False)
        for user in (self.billing_user, self.reader):
            with self.assertRaises(AccessError):
                self.rpc(user, self.Closing, "close_month", self.company.id)
        run = self.env["koban.closing.run"].with_user(self.manager).create({})
        self.assertEqual((run.month_name, run.is_closable), ("January 2025", True))
        self.assertEqual(
            (str(run.open_date), str(run.automatic_date)), ("2025-02-01", "2025-02-15")
        )
        finding = run.finding_ids.filtered("is_warning")
        self.assertEqual(finding.count, 1)
        self.assertEqual(finding.action_open()["res_model"], "account.move")
        with self.enter_registry_test_mode():
            action = run.action_close()
        closing = self.Closing.browse(action["res_id"])
        self.assertEqual((str(closing.date_to), closing.user_id), ("2025-01-31", self.manager))
        self.refusal("closing_nothing", run.action_close)
        refusal = self.refusal(
            "closing_nothing", self.rpc, self.manager, self.Closing, "close_month"
        )
        self.assertIn("03/01/2025", str(refusal))

    @freeze_time("2025-03-20")
    def test_api(self):
        """DESIGN §6: the same by a call, with plain values."""
        self.invoice("2025-01-05")
        with self.enter_registry_test_mode():
            result = self.rpc(self.manager, self.Closing, "close_month", self.company.id)
        closing = self.Closing.browse(result["closing_id"])
        self.assertEqual(
            result,
            {
                "closing_id": closing.id,
                "number": 1,
                "date_from": "2025-01-01",
                "date_to": "2025-01-31",
                "year_closing_id": False,
            },
        )

    def test_nothing_to_close(self):
        """Row 2-60: a company without documents has nothing to close, and nothing fails."""
        other = self.make_company("Empty SARL")
        self.manager.company_ids += other
        self.refusal(
            "closing_nothing", self.rpc, self.manager, self.Closing, "close_month", other.id
        )

    def test_order(self):
        """Row 2-60: a month is closed once, and none is skipped."""
        self.invoice("2025-01-05")
        january = fields.Date.to_date("2025-01-01")
        self.refusal("closing_order", close, self.company, self.end("2025-02-01"))
        close(self.company, january)
        self.refusal("closing_order", close, self.company, january)

    def test_other_company(self):
        """DESIGN §7: the closings of a company are read by its people alone."""
        self.invoice("2025-01-05")
        closing = self.close()
        other = self.make_company("Other SARL")
        stranger = self.make_user(
            "koban_stranger",
            "koban_guard.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.Closing.with_user(stranger).search([]))
        for method, arguments in (
            ("get_period_totals", ("2025-01-01", "2025-01-31", self.company.id)),
            ("close_month", (self.company.id,)),
            ("get_findings", ("2025-01-01", self.company.id)),
        ):
            with self.assertRaises(AccessError):
                self.rpc(stranger, self.Closing, method, *arguments)
        self.assertEqual(self.Closing.with_user(self.reader).search([]), closing)
        with self.assertRaises(AccessError):
            self.Closing.with_user(self.billing_user).search([])
