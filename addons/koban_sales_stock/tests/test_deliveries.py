"""What the host must still do on validated orders: deliveries and returns."""

from odoo.fields import Command, Datetime
from odoo.tests import Form, tagged

from .common import DeliveryCase

# What delivering and invoicing may write on an order: its progress.
PROGRESS = (
    "qty_delivered", "qty_delivered_method", "qty_invoiced", "qty_to_invoice", "invoice_status",
    "invoice_lines", "untaxed_amount_invoiced", "untaxed_amount_to_invoice", "amount_to_invoice",
    "amount_invoiced", "qty_invoiced_posted", "effective_date", "delivery_status",
    "stock_reference_ids", "write_uid", "write_date",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestDeliveries(DeliveryCase):
    def setUp(self):
        super().setUp()
        self.order = self.make_goods_order()
        self.line = self.order.order_line
        self.picking = self.order.picking_ids
        self.assertEqual(len(self.picking), 1)

    def test_full(self):
        """A whole delivery, then its invoice; only the progress of the order changes."""
        with self.unchanged(self.order, ignored=PROGRESS):
            self.deliver(self.picking, {self.goods: 10})
            self.assertEqual(self.line.qty_delivered, 10)
            invoice = self.invoice_order(self.order)
            invoice.invoice_date = "2026-03-10"
            invoice.action_post()
            self.pay(invoice, user=self.seller)
        self.assertEqual(invoice.amount_untaxed, 600.0)
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_locked_order(self):
        """So it is on an order that the host's option locks."""
        self.order.locked = True
        self.deliver(self.picking, {self.goods: 10})
        self.assertEqual(self.line.qty_delivered, 10)

    def test_backorder(self):
        """A delivery in two times, each invoiced."""
        self.deliver(self.picking, {self.goods: 4})
        self.assertEqual(self.line.qty_delivered, 4)
        first = self.invoice_order(self.order)
        self.assertEqual(first.amount_untaxed, 240.0)
        first.action_post()
        rest = self.order.picking_ids - self.picking
        self.assertEqual(rest.move_ids.product_uom_qty, 6)
        self.deliver(rest, {self.goods: 6})
        second = self.invoice_order(self.order)
        self.assertEqual(second.amount_untaxed, 360.0)

    def test_no_backorder(self):
        """A delivery that leaves the rest out: the order still says what was ordered."""
        self.deliver(self.picking, {self.goods: 4}, backorder=False)
        self.assertEqual((self.line.product_uom_qty, self.line.qty_delivered), (10, 4))

    def test_more_than_ordered(self):
        """More is delivered than was ordered."""
        with self.unchanged(self.order, ignored=PROGRESS):
            self.deliver(self.picking, {self.goods: 12})
        self.assertEqual(self.line.qty_delivered, 12)

    def test_extra_product(self):
        """A product delivered on top becomes a line ordered 0: one line, and only that one."""
        self.picking.with_user(self.stock_user).write(
            {
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.other_goods.id,
                            "product_uom_qty": 2,
                            "location_id": self.picking.location_id.id,
                            "location_dest_id": self.picking.location_dest_id.id,
                        }
                    )
                ]
            }
        )
        before = self.row(self.line, PROGRESS)
        self.deliver(self.picking, {self.goods: 10, self.other_goods: 2})
        added = self.order.order_line - self.line
        self.assertEqual(added.product_id, self.other_goods)
        self.assertEqual((added.product_uom_qty, added.qty_delivered), (0, 2))
        self.assert_same_rows(self.row(self.line, PROGRESS), before, PROGRESS)
        self.refusal(
            "document_validated", self.rpc, self.manager, added, "write", {"price_unit": 1.0}
        )
        self.refusal("document_validated", self.rpc, self.manager, added, "unlink")

    def test_return(self):
        """Goods come back: the delivered quantity follows, and the credit note."""
        self.deliver(self.picking, {self.goods: 10})
        invoice = self.invoice_order(self.order)
        invoice.action_post()
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=self.picking.id, active_ids=self.picking.ids,
                active_model="stock.picking",
            )
        )  # fmt: skip
        wizard = wizard.save()
        wizard.product_return_moves.quantity = 3
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        self.deliver(back, {self.goods: 3})
        self.assertEqual(self.line.qty_delivered, 7)
        credit_note = self.invoice_order(self.order)
        self.assertEqual((credit_note.move_type, credit_note.amount_untaxed), ("out_refund", 180.0))

    def test_posted_invoice_keeps_its_delivery_date(self):
        """Row 3-15: delivering later does not write on an invoice validated before."""
        self.goods.invoice_policy = "order"
        order = self.make_goods_order()
        invoice = self.invoice_order(order)
        invoice.invoice_date = "2026-03-10"
        invoice.action_post()
        with self.unchanged(invoice):
            self.deliver(order.picking_ids, {self.goods: 10})

    def test_down_payment_and_delivery(self):
        """A down payment, a delivery, and the final invoice that deducts it."""
        deposit = self.invoice_order(self.order, advance_payment_method="percentage", amount=50)
        deposit.action_post()
        self.deliver(self.picking, {self.goods: 10})
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_untaxed, 300.0)

    def test_planned_date(self):
        """Row 3-11: the planned delivery date is edited, and reaches the delivery."""
        for locked in (False, True):
            self.order.locked = locked
            date = f"2026-0{5 + locked}-04 08:00:00"
            self.rpc(self.seller, self.order, "write", {"commitment_date": date})
            self.assertEqual(self.order.commitment_date, Datetime.to_datetime(date))
            self.assertEqual(self.picking.move_ids.date_deadline, Datetime.to_datetime(date))

    def test_delivery_method(self):
        """Row 3-11: the delivery method is edited, and reaches the deliveries to come."""
        self.assertEqual(self.picking.move_type, self.order.picking_policy)
        other = "one" if self.order.picking_policy == "direct" else "direct"
        self.rpc(self.seller, self.order, "write", {"picking_policy": other})
        self.assertEqual(self.picking.move_type, other)

    def test_cancel(self):
        """Row 3-12: cancelling the order cancels the delivery to come."""
        self.rpc(self.seller, self.order, "action_cancel")
        self.assertEqual((self.order.state, self.picking.state), ("cancel", "cancel"))

    def test_links_are_frozen(self):
        """Row 3-01: warehouse, route and deliveries are not rewritten by hand."""
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        for values in ({"warehouse_id": other.id}, {"picking_ids": [Command.clear()]}):
            with self.unchanged(self.order):
                self.refusal(
                    "document_validated", self.rpc, self.manager, self.order, "write", values
                )
        with self.unchanged(self.order):
            self.refusal(
                "document_validated", self.rpc, self.manager, self.line, "write",
                {"move_ids": [Command.clear()]},
            )  # fmt: skip

    def test_move_does_not_add_lines(self):
        """Row 3-01: a stock move that names an order adds no line to it by itself."""
        with self.unchanged(self.order):
            self.env["stock.move"].with_user(self.stock_user).create(
                {
                    "product_id": self.other_goods.id,
                    "product_uom_qty": 1,
                    "location_id": self.picking.location_id.id,
                    "location_dest_id": self.picking.location_dest_id.id,
                    "picking_id": self.picking.id,
                }
            )
