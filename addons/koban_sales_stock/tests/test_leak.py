"""Issue 12, line 13: what a group hides leaves by no door of a delivery."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_document.tests.leak import LeakCase

from .common import DeliveryCase


@tagged("post_install", "-at_install")
class TestDeliveryLeak(LeakCase, DeliveryCase, HttpCase):
    secret_words = ("Component top", "Component leg")
    secret_numbers = ("173.91", "291.37")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer.lang = "en_US"
        parts = [
            cls.make_part(name, float(price))
            for name, price in zip(cls.secret_words, cls.secret_numbers, strict=True)
        ]
        section = {"display_type": "line_section", "name": "Bespoke table"}
        options = {"collapse_composition": True, "kit_quantity": 1}
        # The hidden part comes first: the host shows the first article of a delivery.
        cls.order = cls.make_order(
            lines=[Command.create({**section, **options}), *parts], partner_id=cls.customer.id
        )
        cls.picking = cls.order.picking_ids
        cls.outsider = cls.make_outsider(cls.customer)

    @classmethod
    def make_part(cls, name, price):
        goods = cls.make_product(name, type="consu", is_storable=True)
        stock = cls.warehouse.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(goods, stock, 100)
        return cls.make_order_line(
            product_id=goods.id, name=name, price_unit=price, product_uom_qty=1
        )

    def test_every_door(self):
        """Issue 12, line 13: links, pages, reports, reads, searches, exports and methods.

        Of an order, of a delivery that is done, and of its backorder.
        """
        first = self.picking.move_ids[0].product_id
        self.deliver(self.picking, {first: 1})
        documents = [self.order, *self.order.picking_ids]
        self.assertEqual({picking.state for picking in documents[1:]}, {"done", "assigned"})
        self.check_every_door(self.outsider, documents, self.order.order_line)

    def test_slip(self):
        """Issue 12, line 13: the customer still downloads the slip, which names the kit."""
        self.order._portal_ensure_token()
        self.env.flush_all()
        url = f"/my/picking/pdf/{self.picking.id}?access_token={self.order.access_token}"
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Bespoke table", answer.text)
        [values] = self.picking.with_user(self.outsider).read(["name", "state"])
        self.assertEqual(values["name"], self.picking.name)
