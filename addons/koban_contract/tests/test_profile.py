from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ContractCase


@tagged("post_install", "-at_install", "koban_alone")
class TestProfile(ContractCase):
    """The profile « Contrats » (DESIGN §7)."""

    def test_contracts(self):
        """DESIGN §7: with this profile alone, contracts are entered, billed, renewed and set up."""
        user = self.make_user("koban_contracts", "koban_contract.group_contracts")
        contract = self.make_contract(validate=False, date_end="2026-12-31").with_user(user)
        contract.action_validate()
        contract.action_bill("2026-01-01")
        contract.action_renew()
        self.assertEqual(contract.period_ids.state, "billed")
        self.assertEqual(str(contract.date_end), "2027-12-31")
        index = self.env["koban.index"].with_user(user).create([{"name": "Own", "code": "OWN"}])
        self.env["koban.index.value"].with_user(user).create(
            [{"index_id": index.id, "period": "2026-01-01", "value": 100.0}]
        )
        self.env["koban.contract.type"].with_user(user).create([{"name": "Own"}])
        supplier = self.make_contract(validate=False, kind="purchase").with_user(user)
        self.assertTrue(supplier.action_validate())

    def test_others(self):
        """DESIGN §7: who only sells neither bills contracts nor sets up indexes."""
        user = self.make_user("koban_seller_only", "sales_team.group_sale_salesman_all_leads")
        contract = self.make_contract().with_user(user)
        with self.assertRaises(AccessError):
            contract.action_bill("2026-01-01")
        with self.assertRaises(AccessError):
            self.env["koban.index"].with_user(user).create([{"name": "Own", "code": "OWN"}])

    def test_manager(self):
        """DESIGN §7: the management administrator has this profile too."""
        self.assertTrue(self.manager.has_group("koban_contract.group_contracts"))
