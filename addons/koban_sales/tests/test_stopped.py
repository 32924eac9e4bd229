"""An addon stops a confirmation: no trace is left, and no gap (issue 10).

OCA's sale_exception answers `action_confirm` with a wizard, or lets only some orders through. It
may be loaded before our addons or after them.
"""

import json
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_guard.tools.passes import get_passes
from odoo.addons.sale.models.sale_order import SaleOrder as HostOrder

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestStoppedConfirmation(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.make_order()

    def get_places(self):
        """The classes whose method comes after all of ours, and before all of them."""
        return {"below": HostOrder, "above": self.env.registry["sale.order"]}

    def stop(self, owner, stopper):
        """Put an addon's `action_confirm` around the one of a class, within a block."""
        original = owner.action_confirm
        return patch.object(
            owner, "action_confirm", lambda records: stopper(records, lambda some: original(some))
        )

    @staticmethod
    def open_wizard(records, _confirm):
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.exception.confirm",
            "context": {**records.env.context, "active_ids": records.ids},
        }

    def assert_untouched(self, order, number):
        """Check that an order is the open quote it was."""
        self.assertFalse(self.get_events("validation", records=order))
        order.invalidate_recordset()
        self.assertEqual(
            (order.name, order.state, order.is_order, order.validation_date),
            (number, "draft", False, False),
        )
        self.assertFalse(order.is_protected or order.legal_mentions)
        self.rpc(self.seller, order, "write", {"client_order_ref": "still open"})
        self.rpc(self.seller, order.order_line[1:2], "write", {"price_unit": 99.0})

    def assert_follows(self, order, previous):
        self.assertEqual(order.state, "sale")
        self.assertEqual(int(order.name[-5:]), int(previous.name[-5:]) + 1)
        self.assertEqual(order.name[:-5], previous.name[:-5])

    def test_wizard(self):
        """Stopped by a wizard, a quote stays as it was; confirmed afterwards, it has no gap."""
        previous = self.before
        for place, owner in self.get_places().items():
            with self.subTest(place=place):
                order = self.make_order(confirm=False)
                number = order.name
                with self.stop(owner, self.open_wizard):
                    action = self.rpc(self.seller, order, "action_confirm")
                self.assertEqual(action["res_model"], "sale.exception.confirm")
                json.dumps(action)  # nothing of ours that a client could not be sent
                self.assert_untouched(order, number)
                order.action_confirm()
                self.assert_follows(order, previous)
                previous = order

    def test_some_only(self):
        """Where some pass, these are numbered in a row, and the others stay open quotes."""
        previous = self.before
        for place, owner in self.get_places().items():
            with self.subTest(place=place):
                orders = self.env["sale.order"].concat(
                    *(self.make_order(confirm=False) for _number in range(3))
                )
                number = orders[1].name
                with self.stop(owner, lambda records, confirm: confirm(records - records[1])):
                    orders.action_confirm()
                self.assert_untouched(orders[1], number)
                self.assert_follows(orders[0], previous)
                self.assert_follows(orders[2], orders[0])
                self.assertEqual(len(self.get_events("validation", records=orders)), 2)
                previous = orders[2]

    def test_pass_ends_with_the_confirmation(self):
        """The leave to write on the order does not come back with what the call returns."""
        order = self.make_order(confirm=False)
        with self.stop(HostOrder, lambda records, confirm: confirm(records) and records):
            returned = order.action_confirm()
        self.assertEqual(get_passes(), ())
        with self.assert_refused("document_validated"):
            returned.client_order_ref = "late"

    def test_number_comes_with_the_state(self):
        """Number, date and state are written at once: whoever extends `write` sees all or none."""
        seen = []
        original = HostOrder.write

        def write(records, vals):
            if "state" in vals or "validation_date" in vals:
                seen.append((records.ids, set(vals)))
            return original(records, vals)

        order = self.make_order(confirm=False)
        self.patch(HostOrder, "write", write)
        order.action_confirm()
        given = {"state", "name", "is_order", "validation_date", "koban_bank_id"}
        self.assertEqual(seen, [(order.ids, given)])

    def test_beside_test_quotes(self):
        """Stopped by a wizard, a call validates nothing, TEST quotes neither."""
        self.seller.test_mode = True
        fictitious = self.env["sale.order"].with_user(self.seller).create(
            {"partner_id": self.customer.id, "order_line": [self.make_order_line()]}
        )  # fmt: skip
        self.assertTrue(fictitious.is_test)
        self.seller.test_mode = False
        real = self.make_order(confirm=False)
        with self.stop(HostOrder, self.open_wizard):
            (real + fictitious.with_env(self.env)).action_confirm()
        self.assertFalse(fictitious.test_validated_on)
        (real + fictitious.with_env(self.env)).action_confirm()
        self.assertTrue(fictitious.test_validated_on)
        self.assert_follows(real, self.before)

    def test_host_date_of_others(self):
        """Confirmed together, the order of an unguarded company keeps the host's habits."""
        other = self.make_company("Unguarded company")
        other.document_guard = False
        self.env.user.company_ids |= other
        theirs = self.env["sale.order"].with_company(other).create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "date_order": "2026-02-03 09:00:00",
                "order_line": [self.make_order_line(tax_ids=False)],
            }
        )  # fmt: skip
        mine = self.make_order(confirm=False)
        number = theirs.name
        (theirs + mine).action_confirm()
        self.assertEqual(theirs.state, "sale")
        self.assertEqual((theirs.name, theirs.validation_date), (number, False))
        self.assertNotEqual(str(theirs.date_order), "2026-02-03 09:00:00")
        self.assertEqual(str(mine.date_order), "2026-02-03 09:00:00")
        self.assert_follows(mine, self.before)
