"""Row 2-62: a TEST order moves no stock."""

from odoo.tests import tagged

from .common import DeliveryCase


@tagged("post_install", "-at_install")
class TestTestDeliveries(DeliveryCase):
    def get_stock(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["stock.picking"].search_count([]),
            self.env["stock.move"].search_count([]),
            self.goods.qty_available,
            self.goods.virtual_available,
            self.goods.outgoing_qty,
        )

    def test_no_delivery(self):
        """Row 2-62: from the quote to the invoice, no picking, no move, no forecast."""
        before = self.get_stock()
        order = self.make_goods_order(is_test=True)
        order.action_create_test_invoice()
        order.invoice_ids.action_post()
        self.assertTrue(order.invoice_ids.test_validated_on)
        self.assertFalse(order.picking_ids)
        self.assertEqual(self.get_stock(), before)
        self.make_goods_order()
        self.assertNotEqual(self.get_stock(), before)
