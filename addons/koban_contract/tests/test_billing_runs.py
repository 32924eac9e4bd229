"""Who bills, for which company, how much at once, and in which money (issue 5, Billing)."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_contract.models import koban_billing_run

from .test_billing import BillingCase


@tagged("post_install", "-at_install")
class TestRuns(BillingCase):
    """Issue 5: runs."""

    def make_second_company(self):
        """Return another company and a contract of it, 50.0 a month."""
        company = self.make_company("Second company")
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        line = Command.create(
            {
                "product_id": self.product.id,
                "price_unit": 50.0,
                "tax_ids": [Command.set(company.account_sale_tax_id.ids)],
            }
        )
        contract = self.make_contract(
            company_id=company.id, partner_id=self.other_customer.id, lines=[line]
        )
        return company, contract

    def test_many_shared(self):
        """A customer's contracts share one invoice, also those beyond a batch."""
        Contract = self.env["koban.contract"]
        shared = Contract.union(*(self.make_contract(grouping="customer") for _n in range(8)))
        alone = Contract.union(*(self.make_contract() for _n in range(4)))
        other = self.make_contract(grouping="customer", partner_id=self.other_customer.id)
        with patch.object(koban_billing_run, "BATCH", 3):
            run = self.bill("2026-01-01", shared | alone | other)
        self.assertEqual((run.done_count, run.invoice_count, run.failure_count), (13, 6, 0))
        [joint] = run.move_ids.filtered(
            lambda move: len(move._get_contract_periods().contract_id) > 1
        )
        self.assertEqual(joint._get_contract_periods().contract_id, shared)

    def test_stopped(self):
        """B4: stopped after each batch, a run goes on; bad contracts do not starve the others."""
        Contract = self.env["koban.contract"]
        bad = Contract.union(*(self.make_contract() for _n in range(5)))
        good = Contract.union(*(self.make_contract() for _n in range(3)))
        broken = set(bad.ids)
        prepare = Contract.__class__._prepare_contract_lines

        def fail(contract, *args):
            if contract.id in broken:
                raise UserError(self.env._("Broken"))
            return prepare(contract, *args)

        Run = self.env["koban.billing.run"].with_user(self.billing_user)
        run = Run.browse(Run.create_run("2026-01-01", (bad | good).ids)["id"])
        with (
            patch.object(Contract.__class__, "_prepare_contract_lines", fail),
            patch.object(koban_billing_run, "BATCH", 2),
        ):
            for _job in range(6):
                run._process(lambda left: False)
        self.assertEqual(run.state, "done")
        self.assertEqual((run.done_count, run.failure_count, run.invoice_count), (8, 5, 3))
        self.assertEqual(good.period_ids.mapped("state"), ["billed"] * 3)
        self.assertEqual(run.failure_ids.contract_id, bad)

    def test_held_by_another(self):
        """A contract that another worker bills is not said to have nothing due."""
        contract = self.make_contract().with_user(self.billing_user)
        run_class = type(self.env["koban.billing.run"])
        with patch.object(run_class, "_lock_batch", lambda run, after: []):
            self.refusal("contract_being_billed", contract.action_bill, "2026-01-01")
        contract.action_bill("2026-01-01")
        self.refusal("contract_nothing_due", contract.action_bill, "2026-01-01")

    def test_billing_alone(self):
        """B13: nobody says which period an invoice bills, by values, defaults or a copy."""
        contract = self.make_contract()
        run = self.bill("2026-01-01")
        invoice, period = run.move_ids, contract.period_ids
        line = invoice.invoice_line_ids.with_user(self.billing_user)
        self.refusal("contract_period", line.write, {"contract_period_id": False})
        self.refusal("contract_period", line.move_id.write, {"billing_run_id": False})
        Move = line.move_id.browse()
        values = {
            "move_type": "out_invoice",
            "partner_id": self.customer.id,
            "invoice_line_ids": [Command.create({"name": "x", "price_unit": 1.0})],
        }
        stolen = {"name": "x", "price_unit": 1.0, "contract_period_id": period.id}
        self.refusal(
            "contract_period", Move.create, {**values, "invoice_line_ids": [Command.create(stolen)]}
        )
        self.refusal("contract_period", Move.create, {**values, "billing_run_id": run.id})
        default = Move.with_context(default_billing_run_id=run.id)
        self.refusal("contract_period", default.create, values)
        default = line.browse().with_context(default_contract_period_id=period.id)
        added = {"name": "x", "price_unit": 1.0, "move_id": invoice.id}
        self.refusal("contract_period", default.create, added)
        invoice.action_post()
        copied = line.move_id.with_context(include_business_fields=True).copy()
        self.assertFalse(copied._get_contract_periods())
        self.assertEqual(period._get_invoice(), invoice)

    def test_written_by_itself(self):
        """Who bills asks for runs; what they did is written by none but them."""
        contract = self.make_contract()
        Run = self.env["koban.billing.run"].with_user(self.billing_user)
        run = Run.browse(Run.create_run("2026-01-01", contract.ids)["id"])
        self.assertEqual(run.user_id, self.billing_user)
        for values in ({"state": "done"}, {"place": [9, 9, 9]}, {"user_id": self.env.uid}):
            with self.assertRaises(AccessError, msg=values):
                run.write(values)
        values = {"date": "2026-01-01", "company_id": self.company.id, "user_id": self.env.uid}
        with self.assertRaises(AccessError):
            Run.create([values])
        run._process()
        self.assertEqual((run.state, run.done_count, run.invoice_count), ("done", 1, 1))

    def test_replaced(self):
        """The draft with which the host's wizard replaces an invoice bills its periods."""
        contract = self.make_contract()
        invoice = self.bill("2026-01-01").move_ids
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_user(self.billing_user).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})  # fmt: skip
        wizard.modify_moves()
        self.assertEqual(contract.period_ids._get_invoice(), wizard.new_move_ids)
        self.assertNotEqual(wizard.new_move_ids, invoice)

    def test_companies(self):
        """Contracts of several companies are billed together, each by a run of its own."""
        company, second = self.make_second_company()
        self.billing_user.company_ids |= company
        first = self.make_contract()
        companies = (self.company | company).ids
        both = (first | second).with_user(self.billing_user).with_context(
            allowed_company_ids=companies
        )  # fmt: skip
        Run = both.env["koban.billing.run"]
        self.refusal("contract_company", Run.create_run, "2026-01-01", both.ids)
        both.action_bill("2026-01-01")
        for contract, untaxed in ((first, 200.0), (second, 50.0)):
            invoice = contract.period_ids.move_line_ids.move_id
            self.assertEqual(invoice.company_id, contract.company_id)
            self.assertEqual(invoice.journal_id.company_id, contract.company_id)
            self.assertEqual(invoice.amount_untaxed, untaxed)

    def test_other_company(self):
        """A user bills the contracts of his companies alone; the job bills each company's."""
        _company, other = self.make_second_company()
        own = self.make_contract()
        self.assertEqual(self.bill("2026-01-01").move_ids._get_contract_periods(), own.period_ids)
        self.assertFalse(other.period_ids)
        Run = self.env["koban.billing.run"]
        Run.search([("state", "!=", "done")]).write({"state": "done"})
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *args, **options: 60):
            Run.with_user(self.env.ref("base.user_root"))._cron_process()
        invoice = other.period_ids.move_line_ids.move_id
        self.assertEqual(invoice.company_id, other.company_id)
        self.assertEqual(invoice.invoice_line_ids.account_id.company_ids, other.company_id)

    def test_test_mode(self):
        """In the mode TEST nobody bills: a fictitious invoice would use the periods up."""
        contract = self.make_contract()
        self.billing_user.test_mode = True
        Run = self.env["koban.billing.run"].with_user(self.billing_user)
        self.refusal("test_mode_on", Run.create_run, "2026-01-01")
        self.refusal("test_mode_on", contract.with_user(self.billing_user).action_bill)
        self.assertFalse(contract.period_ids)

    def test_settled_failure(self):
        """A contract of which nothing is due any more leaves the list of failures."""
        contract = self.make_contract()
        contract.action_cancel()
        failure = self.env["koban.billing.failure"].create(
            {"contract_id": contract.id, "date": "2026-01-01", "reason": "Broken"}
        )
        failure.with_user(self.billing_user).action_retry()
        self.assertTrue(failure.is_solved)

    def test_closed_month(self):
        """A draft dated in a closed month is validated at the first open date; nothing is lost."""
        contract = self.make_contract()
        draft = self.bill("2026-01-01").move_ids
        last = date(2026, 1, 31)
        closed = patch.object(
            type(self.company), "_get_closed_days", lambda own: dict.fromkeys(own.ids, last)
        )
        with closed:
            draft.invalidate_recordset()
            self.assertTrue(draft.is_period_closed)
            draft.action_use_first_open_date()
            self.assertFalse(draft.is_period_closed)
        self.assertEqual(contract.period_ids.state, "billed")
        draft.action_post()
        self.assertFalse(self.bill("2026-01-01").move_ids)


@tagged("post_install", "-at_install")
class TestMoney(BillingCase):
    """Issue 5: amounts of drafts and of the ledger."""

    def test_foreign_currency(self):
        """A contract in another currency is billed in it, the ledger too."""
        currency = self.env.ref("base.USD")
        currency.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 2.0,
            }
        )
        contract = self.make_contract(
            currency_id=currency.id, date_end="2026-01-15", is_aligned=True
        )
        invoice = self.bill("2026-01-01").move_ids
        self.assertEqual((invoice.currency_id, invoice.amount_untaxed), (currency, 96.77))
        self.assertEqual(contract.period_ids.amount, 96.77)
        self.assertIn(abs(invoice.invoice_line_ids.balance), (48.38, 48.39))

    def test_negative_line(self):
        """A rebate line is billed, whole or in part, to the cent."""
        rebate = self.make_line(name="Rebate", price_unit=-33.33, quantity=1)
        contract = self.make_contract(lines=[self.make_line(), rebate], date_end="2026-01-10")
        invoice = self.bill("2026-01-01").move_ids
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [64.52, -10.75])
        self.assertAlmostEqual(sum(contract.period_ids.mapped("amount")), invoice.amount_untaxed)

    def test_price_included(self):
        """Taxes in the prices are billed once; the ledger excludes them."""
        tax = self.tax.copy({"name": "Included", "price_include_override": "tax_included"})
        line = self.make_line(tax_ids=[Command.set(tax.ids)], price_unit=120.0)
        contract = self.make_contract(lines=[line])
        invoice = self.bill("2026-01-01").move_ids
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (200.0, 240.0))
        self.assertEqual(contract.period_ids.amount, 200.0)
