"""DESIGN §2: where the guard is off, orders behave as in the host."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install", "koban_alone")
class TestOrderGuardOff(OrderCase):
    """The main company, with the guard off before anything is validated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_guard(False)

    def test_host(self):
        """An order is edited, gets lines, is cancelled, made a quote again and deleted."""
        order = self.make_order()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.is_protected)
        line = self.get_order_lines(order)[0]
        self.rpc(self.seller, line, "write", {"price_unit": 10.0})
        self.rpc(self.seller, order, "write", {"order_line": [self.make_order_line()],
                                              "client_order_ref": "x"})  # fmt: skip
        self.assertEqual(len(self.get_order_lines(order)), 3)
        self.rpc(self.seller, order, "action_cancel")
        self.rpc(self.seller, order, "action_draft")
        self.assertEqual(order.state, "draft")
        self.rpc(self.seller, order, "action_cancel")
        self.rpc(self.manager, order, "unlink")
        self.assertFalse(order.exists())

    def test_number_and_date(self):
        """The order keeps the number of the quote, and its date is that of the confirmation."""
        quote = self.make_order(confirm=False)
        number, date = quote.name, quote.date_order
        self.assertFalse(quote.quote_number)
        quote.action_confirm()
        self.assertEqual(quote.name, number)
        self.assertNotEqual(quote.date_order, date)
        self.assertFalse(quote.validation_date)

    def test_lock(self):
        """The host's lock works as before."""
        order = self.make_order()
        order.action_lock()
        with self.assertRaises(UserError):
            order.order_line[1].price_unit = 1.0
        order.action_unlock()
        order.order_line[1].price_unit = 1.0
        self.assertEqual(order.order_line[1].price_unit, 1.0)

    def test_switched_on(self):
        """Orders confirmed before the guard was switched on are covered from then on."""
        order = self.make_order()
        self.company.document_guard = True
        line = self.get_order_lines(order)[0]
        with self.unchanged(order):
            self.refusal(
                "document_validated", self.rpc, self.manager, line, "write", {"price_unit": 1}
            )
        with self.assert_refused("document_guard_off"):
            self.company.document_guard = False

    def test_cancelled_order_holds_the_guard(self):
        """The guard stays on while a cancelled validated order exists."""
        company = self.make_company("Guarded")
        self.env.user.company_ids |= company
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "order_line": [self.make_order_line(tax_ids=False)],
                }
            )
        )
        order.action_confirm()
        order.action_cancel()
        with self.assert_refused("document_guard_off"):
            company.document_guard = False

    def test_country_change(self):
        """A change of country does not switch the guard off."""
        company = self.make_company("Mover")
        self.assertTrue(company.document_guard)
        company.account_fiscal_country_id = self.env.ref("base.be")
        self.env.flush_all()
        self.assertTrue(company.document_guard)
