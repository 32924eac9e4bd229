"""Conditions of a contract that change on a day to come (issue 5, amendments)."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import ContractCase


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 08:00:00")
class TestAmendedConditions(ContractCase):
    """Who is invoiced changes on its day; the commitment at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user(
            "conditions_seller",
            "sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
        )
        cls.contract = cls.make_contract()

    def amend_payer(self, day, payer=None):
        values = {"contract": {"invoice_partner_id": (payer or self.other_customer).id}}
        self.rpc(self.seller, self.contract, "amend", day, values, "Sold")
        return self.contract.amendment_ids.sorted("number")[-1]

    def run_cron(self):
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.env["koban.contract"]._cron_revise()

    def bill(self, day):
        run = self.env["koban.billing.run"].create_run(day, self.contract.ids)
        run = self.env["koban.billing.run"].browse(run["id"])
        run._process()
        self.assertFalse(run.failure_ids, run.failure_ids.mapped("reason"))
        return run.move_ids

    def test_job(self):
        """Issue 5: a payer from March on is invoiced from March on."""
        payer = self.contract.invoice_partner_id
        amendment = self.amend_payer("2026-03-01")
        self.assertEqual((amendment.state, self.contract.invoice_partner_id), ("waiting", payer))
        self.assertIn("Garage Petit", amendment.description)
        self.run_cron()
        self.assertEqual(amendment.state, "waiting")
        self.assertEqual(self.bill("2026-02-01").partner_id, payer)
        with freeze_time("2026-03-01 08:00:00"):
            self.run_cron()
        self.assertEqual(amendment.state, "done")
        self.assertEqual(self.contract.invoice_partner_id, self.other_customer)
        self.assertEqual(self.bill("2026-03-01").partner_id, self.other_customer)

    def test_billing(self):
        """Issue 5: a billing of that day bills with the conditions of the day, job or not."""
        self.amend_payer("2026-03-01")
        self.bill("2026-02-01")
        self.assertEqual(self.bill("2026-03-01").partner_id, self.other_customer)

    def test_back_again(self):
        """Issue 5: what changes in March may change back in April."""
        payer = self.contract.invoice_partner_id
        self.amend_payer("2026-03-01")
        self.amend_payer("2026-04-01", payer)
        self.bill("2026-02-01")
        self.assertEqual(self.bill("2026-03-01").partner_id, self.other_customer)
        self.assertEqual(self.bill("2026-04-01").partner_id, payer)

    def test_cancel(self):
        """Issue 5: conditions that wait can be cancelled, once, by who may amend."""
        amendment = self.amend_payer("2026-03-01")
        reader = self.make_user("conditions_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.rpc(reader, amendment, "action_cancel")
        with self.assertRaises(AccessError):
            self.rpc(self.seller, amendment, "write", {"state": "cancel"})
        self.rpc(self.seller, amendment, "action_cancel")
        with self.assert_refused("contract_amendment_state"):
            amendment.action_cancel()
        self.bill("2026-03-01")
        self.assertNotEqual(self.contract.invoice_partner_id, self.other_customer)

    def test_today(self):
        """Issue 5: conditions of a day that has come are in force at once."""
        amendment = self.amend_payer("2026-01-15")
        self.assertEqual(amendment.state, "done")
        self.assertEqual(self.contract.invoice_partner_id, self.other_customer)

    def test_terms(self):
        """Issue 5: a new notice is in force at once, and with it the revenue at risk."""
        self.customer.is_professional = False
        contract = self.make_contract(
            date_end="2026-04-30", renewal="tacit", renewal_months=12, notice_months=0
        )
        self.assertFalse(contract.terminable_any_time)
        # To be told from 30 August to 31 October 2025: too late.
        contract.amend("2026-02-01", {"contract": {"notice_months": 3}})
        self.assertEqual((contract.notice_months, contract.amendment_ids.state), (3, "done"))
        self.assertTrue(contract.terminable_any_time)
        contract.amend("2026-02-01", {"contract": {"renewal": "none"}})
        self.assertFalse(contract.terminable_any_time)
