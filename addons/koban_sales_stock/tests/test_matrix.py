"""Rows 3-01 to 3-11: the matrix of orders once deliveries are installed."""

from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix
from odoo.addons.koban_sales.tests.test_matrix import (
    LINE_TECHNICAL,
    LINE_WHITELIST,
    ORDER_TECHNICAL,
    ORDER_WHITELIST,
)

from .common import DeliveryCase


@tagged("post_install", "-at_install", "koban_alone")
class TestDeliveryMatrix(GuardMatrix, DeliveryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_goods_order()
        cls.other_draft = cls.make_goods_order(confirm=False)
        cls.make_invoice(post=False)

    def test_header(self):
        """Rows 3-02 to 3-07: no field that deliveries add can be altered."""
        allowed = ORDER_WHITELIST | ORDER_TECHNICAL | COMMUNICATION
        self.check_refused(self.seller, self.order, allowed)

    def test_line(self):
        """Row 3-01: nor on the lines."""
        self.check_refused(self.seller, self.order.order_line, LINE_WHITELIST | LINE_TECHNICAL)

    def test_delivery_method(self):
        """Row 3-11: the delivery method is editable, by each profile."""
        other = "one" if self.order.picking_policy == "direct" else "direct"
        for user in (self.seller, self.manager, self.host_user, None):
            self.check_written(user, self.order, {"picking_policy": other})

    def test_carrier(self):
        """Row 3-11: so is the carrier, where carriers are installed."""
        if "carrier_id" not in self.order._fields:
            self.assertNotIn("delivery.carrier", self.env)
            return
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Van",
                "product_id": self.product.id,
                "delivery_type": "fixed",
                "fixed_price": 0.0,
            }
        )
        self.check_written(self.seller, self.order, {"carrier_id": carrier.id})
