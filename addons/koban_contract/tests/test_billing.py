"""Billing: each period once, none skipped (rows 2-67, 2-68; issue 5, Billing)."""

from datetime import date
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError

from .common import ContractCase


class BillingCase(ContractCase):
    def bill(self, day, contracts=None):
        """Bill what is due on a day; return the run."""
        Run = self.env["koban.billing.run"].with_user(self.billing_user)
        run = Run.browse(Run.create_run(day, contracts and contracts.ids)["id"])
        run._process()
        return run

    def get_billed(self, contract):
        """Return days and amounts of the periods of a contract, in order."""
        periods = contract.period_ids.sorted("date_from")
        return [(str(row.date_from), str(row.date_to), row.amount) for row in periods]

    def refusal(self, code, method, *args, **kwargs):
        with self.assertRaises(DocumentError) as caught:
            method(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)


@tagged("post_install", "-at_install")
class TestPeriods(BillingCase):
    def test_end_of_month(self):
        """Row 2-67: from the 31st, the day is kept where the month has it."""
        contract = self.make_contract(date_start="2026-01-31")
        self.bill("2026-03-31")
        self.assertEqual(
            self.get_billed(contract),
            [
                ("2026-01-31", "2026-02-27", 200.0),
                ("2026-02-28", "2026-03-30", 200.0),
                ("2026-03-31", "2026-04-29", 200.0),
            ],
        )
        self.assertEqual(contract.next_invoice_date, date(2026, 4, 30))

    def test_arrears(self):
        """In arrears a period is billed the day after its last one; in advance, on its first."""
        late, early = self.make_contract(timing="arrears"), self.make_contract()
        self.assertEqual(late.next_invoice_date, date(2026, 2, 1))
        self.assertEqual(early.next_invoice_date, date(2026, 1, 1))
        self.bill("2026-01-31")
        self.assertEqual((len(late.period_ids), len(early.period_ids)), (0, 1))
        self.bill("2026-02-01")
        self.assertEqual((len(late.period_ids), len(early.period_ids)), (1, 2))

    def test_day_of_user(self):
        """A period is due on the day of the user, not of his browser (row 2-67)."""
        contract = self.make_contract(date_start="2026-02-01")
        with freeze_time("2026-01-31 23:30:00"):
            self.assertTrue(contract.with_context(tz="Europe/Paris").is_due)
            self.assertFalse(contract.with_context(tz="America/New_York").is_due)
        self.assertFalse(self.make_contract(validate=False).is_due)
        form = etree.fromstring(contract.get_view(view_type="form")["arch"])
        for button in form.iterfind(".//button"):
            self.assertNotIn("current_date", button.get("invisible", ""), button.get("name"))

    def test_partial(self):
        """The first and the last period follow the rule of proration, to the cent."""
        # 17 of 31 days, then 10 of 28; 16 of 30, then 10 of 30; whole ones.
        expected = {
            "days": [109.68, 71.43],
            "30_360": [106.67, 66.67],
            "none": [200.0, 200.0],
        }
        for rule, amounts in expected.items():
            contract = self.make_contract(
                date_start="2026-01-15", date_end="2026-02-10", is_aligned=True, proration=rule
            )
            run = self.bill("2026-02-28", contract)
            self.assertEqual([row[2] for row in self.get_billed(contract)], amounts)
            self.assertEqual(run.move_ids.amount_untaxed, sum(amounts))
            self.assertEqual(run.move_ids.invoice_line_ids.mapped("price_subtotal"), amounts)
            self.assertFalse(contract.next_invoice_date)

    def test_suspended(self):
        """Suspended days are not billed; a month suspended as a whole is passed over."""
        contract = self.make_contract(
            suspension_ids=[
                Command.create({"date_from": "2026-02-01", "date_to": "2026-02-14"}),
                Command.create({"date_from": "2026-03-01", "date_to": "2026-03-31"}),
            ]
        )
        run = self.bill("2026-04-01")
        self.assertEqual([row[2] for row in self.get_billed(contract)], [200, 100, 0, 200])
        self.assertEqual(
            contract.period_ids.sorted("date_from").mapped("state"),
            ["billed", "billed", "suspended", "billed"],
        )
        self.assertEqual(len(run.move_ids.invoice_line_ids), 3)
        self.assertEqual(contract.next_invoice_date, date(2026, 5, 1))

    def test_fee_while_suspended(self):
        """A one-off fee is owed on its day, whatever is suspended."""
        contract = self.make_contract(
            lines=[self.make_line(), self.make_line(charge="once", quantity=1, price_unit=500)],
            suspension_ids=[Command.create({"date_from": "2026-01-01", "date_to": "2026-01-31"})],
        )
        run = self.bill("2026-02-01")
        self.assertEqual(run.move_ids.amount_untaxed, 700.0)
        fee = contract.period_ids.filtered(lambda row: row.line_id.charge == "once")
        self.assertEqual((fee.state, fee.amount), ("billed", 500.0))

    def test_whole_periods(self):
        """Whole periods: what an end cut and a renewal goes on with costs the period once."""
        values = {"date_start": "2026-01-15", "is_aligned": True, "proration": "none"}
        contract = self.make_contract(date_end="2026-02-14", renewal="tacit", **values)
        self.bill("2026-02-01")
        contract.action_renew("2026-03-14")
        self.bill("2026-03-01")
        self.assertEqual(
            self.get_billed(contract),
            [
                ("2026-01-15", "2026-01-31", 200.0),
                ("2026-02-01", "2026-02-14", 200.0),
                ("2026-02-15", "2026-02-28", 0.0),
                ("2026-03-01", "2026-03-14", 200.0),
            ],
        )
        contract = self.make_contract(**values)
        contract.action_close("2026-02-10")
        self.bill("2026-02-01")
        contract.action_undo_end()
        self.bill("2026-02-15")
        self.assertEqual([row[2] for row in self.get_billed(contract)], [200, 200, 0])
        # Suspended, the first part has paid for nothing.
        contract = self.make_contract(
            date_end="2026-02-14",
            renewal="tacit",
            suspension_ids=[Command.create({"date_from": "2026-02-01", "date_to": "2026-02-14"})],
            **values,
        )
        self.bill("2026-02-01")
        contract.action_renew("2026-03-14")
        self.bill("2026-02-15")
        self.assertEqual([row[2] for row in self.get_billed(contract)], [200, 0, 200])

    def test_once(self):
        """A fee is billed once, on its day."""
        fee = self.make_line(charge="once", name="Set-up", date_start="2026-01-20")
        contract = self.make_contract(lines=[self.make_line(), fee])
        self.bill("2026-01-10")
        self.bill("2026-01-31")
        self.bill("2026-06-30")
        fees = contract.period_ids.filtered(lambda row: row.line_id.charge == "once")
        self.assertEqual(fees.mapped("date_from"), [date(2026, 1, 20)])
        self.assertEqual(len(contract.period_ids), 7)

    def test_any_periodicity(self):
        """Any number of days, weeks, months or years; missed periods are caught up."""
        for count, unit, expected in (
            (10, "day", 10), (2, "week", 7), (1, "month", 4), (3, "month", 2), (1, "year", 1),
        ):  # fmt: skip
            contract = self.make_contract(interval_count=count, interval_unit=unit)
            run = self.bill("2026-04-01", contract)
            self.assertEqual(len(contract.period_ids), expected, (count, unit))
            self.assertEqual(len(run.move_ids), 1)

    def test_ended(self):
        """What ended is billed up to its last day, then no more."""
        contract = self.make_contract(timing="arrears")
        contract.action_close("2026-02-14", "Denounced")
        self.bill("2026-12-31")
        self.assertEqual(
            self.get_billed(contract),
            [("2026-01-01", "2026-01-31", 200.0), ("2026-02-01", "2026-02-14", 100.0)],
        )
        self.assertFalse(contract.next_invoice_date)

    def test_taken_over(self):
        """A contract billed elsewhere until a day goes on from the day after."""
        contract = self.make_contract(lines=[self.make_line(billed_to="2026-03-31")])
        self.bill("2026-04-01")
        self.assertEqual(self.get_billed(contract), [("2026-04-01", "2026-04-30", 200.0)])


@tagged("post_install", "-at_install", "koban_alone")
class TestLedger(BillingCase):
    def test_twice(self):
        """The same run twice bills nothing twice."""
        contract = self.make_contract()
        self.assertEqual(len(self.bill("2026-02-01").move_ids), 1)
        again = self.bill("2026-02-01")
        self.assertFalse(again.move_ids)
        self.assertEqual(again.state, "done")
        self.refusal("contract_nothing_due", contract.action_bill, "2026-02-01")

    def test_database(self):
        """The database itself refuses a period twice, and nobody writes the ledger."""
        contract = self.make_contract()
        self.bill("2026-01-01")
        row = contract.period_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                SQL(
                    "INSERT INTO koban_contract_period (line_id, contract_id, company_id, "
                    "date_from, date_to, state) SELECT line_id, contract_id, company_id, "
                    "date_from, date_to, state FROM koban_contract_period WHERE id = %s",
                    row.id,
                )
            )
        for user in (self.billing_user, self.manager):
            for call in (
                lambda own: own.write({"state": "open"}),
                lambda own: own.unlink(),
                lambda own: own.create([{"line_id": contract.line_ids.id}]),
            ):
                with self.assertRaises(AccessError):
                    call(row.with_user(user))
        self.refusal("contract_period", row.sudo().unlink)
        error = self.refusal("document_validated", contract.line_ids.write, {"billed_to": False})
        label = self.env["ir.model.fields"]._get("koban.contract.line", "billed_to")
        self.assertIn(label.with_context(lang=self.env.user.lang).field_description, error)

    def test_draft_deleted(self):
        """A draft deleted, whole or a line of it, gives its periods back (contract#782)."""
        contract = self.make_contract()
        run = self.bill("2026-03-01")
        run.move_ids.invoice_line_ids.filtered(
            lambda line: line.contract_period_id.date_from == date(2026, 2, 1)
        ).unlink()
        self.assertEqual(contract.next_invoice_date, date(2026, 2, 1))
        again = self.bill("2026-03-01")
        self.assertEqual(again.move_ids.amount_untaxed, 200.0)
        (run.move_ids | again.move_ids).unlink()
        self.assertEqual(contract.next_invoice_date, date(2026, 1, 1))
        self.assertEqual(self.bill("2026-03-01").move_ids.amount_untaxed, 600.0)
        self.assertEqual(contract.period_ids.mapped("state"), ["billed"] * 3)
        self.assertFalse(contract.has_open_periods)

    def test_draft_cancelled(self):
        """A draft cancelled gives its periods back; it cannot be taken up once they are billed."""
        contract = self.make_contract()
        draft = self.bill("2026-01-01").move_ids
        draft.button_cancel()
        self.assertEqual(contract.period_ids.state, "open")
        draft.button_draft()
        self.assertEqual(contract.period_ids.state, "billed")
        self.assertEqual(contract.next_invoice_date, date(2026, 2, 1))
        draft.button_cancel()
        self.assertEqual(len(self.bill("2026-01-01").move_ids), 1)
        self.refusal("contract_period_billed", draft.button_draft)

    def test_credited(self):
        """Crediting an invoice reopens its periods on request, and only then."""
        contract = self.make_contract()
        invoice = self.bill("2026-01-01").move_ids
        invoice.action_post()
        self.refusal("contract_not_credited", invoice.action_reopen_periods)
        invoice.action_cancel_document()
        self.assertTrue(invoice.can_reopen_periods)
        self.assertFalse(self.bill("2026-01-01").move_ids)
        invoice.action_reopen_periods()
        self.assertFalse(invoice.can_reopen_periods)
        again = self.bill("2026-01-01").move_ids
        self.assertEqual(again.amount_untaxed, 200.0)
        self.assertEqual(len(contract.period_ids), 1)
        self.assertEqual(contract.period_ids.move_line_ids.move_id, invoice | again)


@tagged("post_install", "-at_install", "koban_alone")
class TestInvoices(BillingCase):
    def test_grouping(self):
        """Contracts of a customer share an invoice, or have one each, as they say."""
        lines = [
            Command.create({"display_type": "line_section", "name": "Copiers"}),
            self.make_line(),
        ]
        shared = self.make_contract(lines=lines, grouping="customer")
        shared |= self.make_contract(grouping="customer")
        alone = self.make_contract()
        moves = self.bill("2026-01-01").move_ids
        self.assertEqual(len(moves), 2)
        joint = moves.filtered(lambda move: len(move._get_contract_periods().contract_id) == 2)
        self.assertEqual(joint.amount_untaxed, 400.0)
        texts = [
            (line.display_type, line.name.split("\n")[0])
            for line in joint.invoice_line_ids.sorted("sequence")
        ]
        self.assertEqual(
            texts,
            [
                ("line_section", shared[0].display_name),
                ("line_subsection", "Copiers"),
                ("product", "Maintenance"),
                ("line_section", shared[1].display_name),
                ("product", "Maintenance"),
            ],
        )
        self.assertEqual((moves - joint)._get_contract_periods().contract_id, alone)

    def test_texts(self):
        """The draft says the period, in the customer's language, and keeps the contract's terms."""
        self.customer.lang = "fr_FR"
        contract = self.make_contract(
            payment_term_id=self.terms.id, process_id=self.process.id, footer="<p>Foot</p>"
        )
        invoice = self.bill("2026-01-01").move_ids
        self.assertEqual(invoice.state, "draft")
        line = invoice.invoice_line_ids
        self.assertEqual(line.name.split("\n")[0], "Maintenance")
        self.assertIn("01/01/2026", line.name)
        self.assertIn("31/01/2026", line.name)
        self.assertEqual(invoice.invoice_payment_term_id, self.terms)
        self.assertEqual((invoice.process_id, invoice.footer), (self.process, "<p>Foot</p>"))
        self.assertEqual(invoice.invoice_origin, contract.name)

    def test_supplier(self):
        """A supplier's contract makes drafts of its bills."""
        contract = self.make_contract(kind="purchase", timing="arrears")
        bill = self.bill("2026-02-01").move_ids
        self.assertEqual((bill.move_type, bill.amount_untaxed), ("in_invoice", 200.0))
        self.assertEqual(bill._get_contract_periods().contract_id, contract)


@tagged("post_install", "-at_install")
class TestFailures(BillingCase):
    def break_contract(self, contract):
        """Give a contract terms of payment of another company, past every check."""
        other = self.make_company("Other company")
        term = self.env["account.payment.term"].create(
            {"name": "Elsewhere", "company_id": other.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE koban_contract SET payment_term_id = %s WHERE id = %s", term.id, contract.id
            )
        )
        self.env.invalidate_all()

    def test_one_of_many(self):
        """Of 236 contracts number 100 is broken: 235 billed, one in the list (contract#815)."""
        contracts = self.env["koban.contract"].union(
            *(self.make_contract(validate=False) for _number in range(236))
        )
        contracts.action_validate()
        broken = contracts[99]
        self.break_contract(broken)
        with mute_logger("odoo.addons.koban_guard.tools.batches"):
            run = self.bill("2026-01-01")
        self.assertEqual((run.invoice_count, run.failure_count, run.done_count), (235, 1, 236))
        self.assertEqual(len(run.move_ids), 235)
        self.assertEqual(run.failure_ids.contract_id, broken)
        self.assertIn("account.payment.term", run.failure_ids.reason)
        self.assertFalse(broken.period_ids)
        self.assertEqual((contracts - broken).period_ids.mapped("state"), ["billed"] * 235)
        # Mended and tried again.
        failure = run.failure_ids
        self.env.cr.execute(
            SQL("UPDATE koban_contract SET payment_term_id = NULL WHERE id = %s", broken.id)
        )
        self.env.invalidate_all()
        failure.with_user(self.billing_user).action_retry()
        self.assertTrue(failure.is_solved)
        self.assertEqual(len(broken.period_ids), fields.Date.today().month)

    def test_shared_invoice(self):
        """A broken contract does not take those that share its invoice with it."""
        contracts = self.make_contract(grouping="customer") | self.make_contract(
            grouping="customer"
        )
        contracts |= self.make_contract(grouping="customer")
        broken = contracts[1]
        prepare = type(broken)._prepare_invoice_line

        def refuse(contract, item, row):
            if contract == broken:
                raise UserError(self.env._("Cannot bill %s", contract.name))
            return prepare(contract, item, row)

        with patch.object(type(broken), "_prepare_invoice_line", refuse):
            run = self.bill("2026-01-01")
        self.assertEqual(run.failure_ids.contract_id, broken)
        self.assertEqual(run.failure_ids.reason, f"Cannot bill {broken.name}")
        self.assertEqual(run.move_ids.amount_untaxed, 400.0)
        self.assertFalse(broken.period_ids)
