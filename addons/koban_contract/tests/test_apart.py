"""What is done to many contracts: one that fails stops no other (issue 5 §3, §4)."""

from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestApart(ContractCase):
    """Failures, batches, and jobs that run out of time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Contract = cls.env["koban.contract"]
        cls.contracts = Contract.union(*(cls.make_contract(validate=False) for _n in range(16)))

    def test_one_fails(self):
        """Issue 5: fifteen of sixteen are done, in few tries, and nothing of the other."""
        broken, calls = self.contracts[11], []

        def work(contracts):
            calls.append(len(contracts))
            contracts.title = "Done"
            if broken in contracts:
                raise DocumentError("No price.", "contract_price")

        failures = self.contracts._do_apart(work)
        self.assertEqual(list(failures), [broken])
        self.assertIn("No price.", failures[broken])
        done = self.contracts.filtered(lambda contract: contract.title == "Done")
        self.assertEqual(done, self.contracts - broken)
        self.assertLessEqual(len(calls), 9)

    def test_fault_of_the_database(self):
        """Issue 5: what only the database refuses is told of the contract it comes from."""
        broken = self.contracts[3]

        def work(contracts):
            for contract in contracts:
                contract.renewal_months = -1 if contract == broken else 6

        with mute_logger("odoo.sql_db", "odoo.addons.koban_contract.models.koban_contract_apart"):
            failures = self.contracts._do_apart(work)
        self.assertEqual(list(failures), [broken])
        self.assertEqual(set((self.contracts - broken).mapped("renewal_months")), {6})

    def test_out_of_time(self):
        """Issue 5: a job that is stopped says how many are left, so that it goes on soon."""
        told, seen = [], []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            told.append((processed, remaining))
            return 0 if processed else 60

        def work(contracts):
            seen.extend(contracts.ids)

        domain = Domain("id", "in", self.contracts.ids)
        with patch.object(self.registry["ir.cron"], "_commit_progress", commit):
            self.env["koban.contract"]._do_scheduled([(domain, work), (domain, work)], size=5)
        self.assertEqual(told, [(0, 32), (5, None)])
        self.assertEqual(seen, sorted(self.contracts.ids)[:5])

    def test_batches(self):
        """Issue 5: however many they are, so many are in memory at once."""
        sizes = []
        domain = Domain("id", "in", self.contracts.ids)
        self.env["koban.contract"]._do_in_batches(
            domain, lambda some: sizes.append(len(some)), size=7
        )
        self.assertEqual(sizes, [7, 7, 2])

    def make_bill(self, broken, calls):
        """Return a billing that notes how many it bills, and fails with one contract."""
        original = type(broken)._bill

        def bill(records, *args):
            calls.append(len(records))
            if broken in records:
                raise DocumentError("No price.", "contract_price")
            return original(records, *args)

        return bill

    def test_billing(self):
        """Issue 5: a contract that cannot be billed costs few tries, and splits no invoice."""
        for grouping, most in (("contract", 8), ("customer", 18)):
            with self.subTest(grouping=grouping):
                contracts = self.contracts.union(
                    *(self.make_contract(grouping=grouping) for _number in range(16))
                )[16:]
                self.env.flush_all()
                broken, calls = contracts[5], []
                bill = self.make_bill(broken, calls)

                Run = self.env["koban.billing.run"]
                run = Run.browse(Run.create_run("2026-01-01", contracts.ids)["id"])
                with patch.object(type(contracts), "_bill", bill):
                    run._process()
                self.assertEqual(run.failure_ids.contract_id, broken)
                self.assertEqual(contracts.period_ids.contract_id, contracts - broken)
                self.assertEqual(len(run.move_ids), 15 if grouping == "contract" else 1)
                self.assertLessEqual(len(calls), most)
