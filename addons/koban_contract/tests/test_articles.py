"""Only articles sold by contract are in contracts with customers (issue 13 §3)."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import ConstraintError

from .common import ContractCase


@tagged("post_install", "-at_install", "koban_alone")
class TestArticles(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.make_product("Installation")

    def refused(self, call, *args, **kwargs):
        with self.assertRaises(ConstraintError) as caught, self.cr.savepoint():
            call(*args, **kwargs)
        self.assertEqual(caught.exception.code, "contract_article")
        return str(caught.exception)

    def test_refused(self):
        """A new line, another article on a line, by any door: each is named."""
        other = self.make_product("Transport")
        lines = [
            self.make_line(product_id=self.plain.id, name="A"),
            self.make_line(product_id=other.id, name="B"),
        ]
        told = self.refused(self.make_contract, lines=lines)
        self.assertIn("Installation", told)
        self.assertIn("Transport", told)
        contract = self.make_contract(validate=False)
        self.refused(contract.line_ids.write, {"product_id": self.plain.id})
        self.plain.contract_ok = True
        contract.line_ids.product_id = self.plain

    def test_without_article(self):
        """A line of text alone is none of an article."""
        contract = self.make_contract(lines=[self.make_line(product_id=False)])
        self.assertEqual(contract.state, "running")

    def test_supplier(self):
        """What a supplier sells us by contract is his to choose."""
        contract = self.make_contract(
            validate=False, kind="purchase", lines=[self.make_line(product_id=self.plain.id)]
        )
        self.assertEqual(contract.line_ids.product_id, self.plain)

    def test_goes_on(self):
        """Lines that are there go on: billed, amended, written, though the article changed."""
        contract = self.make_contract()
        self.product.contract_ok = False
        contract.action_bill("2026-01-01")
        self.assertTrue(contract.period_ids)
        line = contract.line_ids
        contract.amend("2026-03-01", {"lines": [{"id": line.id, "price_unit": 120.0}]})
        replaced = contract.line_ids - line
        self.assertEqual(replaced.product_id, self.product)

    def test_draft_goes_on(self):
        """A draft whose article is no longer sold by contract is still written."""
        draft = self.make_contract(validate=False)
        self.product.contract_ok = False
        draft.line_ids.write({"quantity": 3})
        self.assertEqual(draft.line_ids.quantity, 3)
        self.refused(draft.copy)

    def test_upgrade(self):
        """Articles of contracts that were there are ticked: such a contract is copied as before."""
        contract = self.make_contract()
        supplied = self.make_contract(
            validate=False, kind="purchase", lines=[self.make_line(product_id=self.plain.id)]
        )
        self.product.contract_ok = False
        self.env.flush_all()
        self.run_migration("koban_contract", "19.0.1.3.0/post-articles", "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertTrue(self.product.contract_ok)
        self.assertFalse(supplied.line_ids.product_id.contract_ok)
        self.assertEqual(contract.copy().line_ids.product_id, self.product)

    def test_kind(self):
        """A contract with a supplier that becomes one with a customer is asked again."""
        contract = self.make_contract(
            validate=False, kind="purchase", lines=[self.make_line(product_id=self.plain.id)]
        )
        self.refused(contract.write, {"kind": "sale", "type_id": False})

    def test_order(self):
        """Of an order, by the API: the contract articles, or a refusal that names the other."""
        line = {"tax_ids": [Command.set(self.tax.ids)]}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({**line, "product_id": self.product.id}),
                    Command.create({**line, "product_id": self.plain.id}),
                ],
            }
        )
        order.action_create_order()
        order.action_confirm()
        wizard = self.env["koban.contract.from.order"].create({"order_id": order.id})
        self.assertEqual(wizard.line_ids.sale_line_id.product_id, self.product)
        values = {"title": "Maintenance", "date_start": "2026-01-01"}
        self.refused(order.create_contract, order.order_line.ids, values)
        self.assertTrue(order.create_contract(order.order_line[0].ids, values)["id"])
