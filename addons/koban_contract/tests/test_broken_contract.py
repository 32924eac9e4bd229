"""A contract that cannot be billed stops no other, and costs few tries (issue 5 §3)."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestBrokenContract(ContractCase):
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
                contracts = self.env["koban.contract"].union(
                    *(self.make_contract(grouping=grouping) for _number in range(16))
                )
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
