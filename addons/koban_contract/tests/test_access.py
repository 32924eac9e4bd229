"""Contracts, and what is of them, speak after the access rights (DESIGN §2)."""

from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.access import AccessFirst

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestAccess(AccessFirst, ContractCase):
    """A portal user of another customer, an employee without rights, another company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls.make_contract(title="Entretien des fours")
        cls.strangers = cls.make_strangers(
            "koban_contract.group_contracts,account.group_account_invoice"
        )

    def test_contracts(self):
        """Contracts, drafts, their lines and new ones: the host's access error, nothing else."""
        draft = self.make_contract(validate=False, title="Ramonage annuel")
        line = self.contract.line_ids[0]
        values = {"contract_id": self.contract.id, "name": "Ligne", "price_unit": 3.0}
        tried = self.check_access_first(
            self.strangers, [self.contract, draft, line], [(line.browse(), values)]
        )
        self.assertGreater(tried, 300)

    def test_what_is_of_contracts(self):
        """Every model of contracts that holds a record: periods, amendments, suspensions…"""
        self.contract.action_bill("2026-02-10")
        self.contract.suspend("2026-06-01", "2026-06-30", "Travaux")
        line = self.contract.line_ids[0]
        self.contract.amend(
            "2026-04-01", {"lines": [{"id": line.id, "price_unit": 120.0}]}, "Hausse"
        )
        tried = set()
        for name, model in sorted(self.env.items()):
            if name.startswith("koban.contract") and not model._abstract and not model._transient:
                record = "contract_id" in model._fields and model.search(
                    [("contract_id", "=", self.contract.id)], limit=1
                )
                if record:
                    tried.add(name)
                    self.check_access_first(self.strangers, [record])
        self.assertLess({"koban.contract.period", "koban.contract.amendment"}, tried)
