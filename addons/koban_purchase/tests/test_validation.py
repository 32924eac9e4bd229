"""DESIGN §1, one pipeline: purchases are validated and cancelled through its named steps."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.common import InvoiceCase


@tagged("post_install", "-at_install", "koban_alone")
class TestPurchaseValidation(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.make_user(
            "koban_pipeline_buyer", "purchase.group_purchase_user", name="Paul Renard"
        )
        cls.manager = cls.make_user(
            "koban_pipeline_manager", "purchase.group_purchase_manager", name="Anne Roche"
        )

    def make_orders(self, count):
        line = {"product_id": self.product.id, "product_qty": 4, "price_unit": 25}
        values = {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        return self.env["purchase.order"].with_user(self.buyer).create([values] * count)

    def watch(self, step):
        """Note which orders, by id, each passage gives to the last step."""
        passages = []
        order_class = self.env.registry["purchase.order"]
        plain = getattr(order_class, step)

        def noted(orders, run):
            passages.append(sorted(orders.ids))
            return plain(orders, run)

        self.startPatcher(patch.object(order_class, step, noted))
        return passages

    def test_confirmed(self):
        """Orders confirmed together pass once; one that is validated already does not again."""
        first, second, third = self.make_orders(3)
        passages = self.watch("_validated_follow")
        first.button_confirm()
        self.assertIs((first + second + third).button_confirm(), True)
        self.assertEqual(set((first + second + third).mapped("state")), {"purchase"})
        self.assertEqual(passages, [first.ids, (second + third).ids])

    def test_approved_later(self):
        """What the host leaves waiting for an approval is validated by it, and not before."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 1})
        orders = self.make_orders(2)
        passages = self.watch("_validated_follow")
        orders.button_confirm()
        self.assertEqual(set(orders.mapped("state")), {"to approve"})
        self.assertFalse(any(passages))
        orders[0].with_user(self.manager).button_approve()
        self.assertEqual(orders.mapped("state"), ["purchase", "to approve"])
        self.assertEqual([ids for ids in passages if ids], [orders[0].ids])

    def test_approval_in_the_mode(self):
        """Row 2-62: in the mode TEST nobody approves a real order either."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 1})
        order = self.make_orders(1)
        order.button_confirm()
        self.rpc(self.manager, self.env["res.users"], "action_toggle_test_mode", True)
        self.refusal("test_mode_on", self.rpc, self.manager, order, "button_approve")
        self.assertEqual(order.state, "to approve")

    def test_cancelled(self):
        """A validated order passes when it is cancelled; a request never was a document."""
        orders = self.make_orders(2)
        orders[0].button_confirm()
        passages = self.watch("_cancelled_follow")
        orders.button_cancel()
        self.assertEqual(orders.mapped("state"), ["cancel", "cancel"])
        self.assertEqual(passages, [orders[0].ids])
