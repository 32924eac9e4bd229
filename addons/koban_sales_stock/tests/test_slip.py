"""Delivery slips in the groups of their order (rows 4-09 and 4-10)."""

from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from odoo.addons.koban_invoice.tests.test_groupings import as_text

from ..slip import get_article_quantity
from .common import DeliveryCase


class TestArticles(BaseCase):
    def test_article_quantity(self):
        """4-09: whole articles, and whether something is left over."""
        for quantity, components, expected in (
            (3, [(3, 3), (12, 12)], (3, True)),
            (3, [(3, 2), (12, 8)], (2, True)),
            (3, [(3, 2), (12, 12)], (2, False)),
            (3, [(3, 0), (12, 12)], (0, False)),
            (1, [(10, 5)], (0, False)),
            (1, [(10, 0)], (0, True)),
            (2.5, [(5, 2.5)], (1.25, True)),
            (3, [], (0, True)),
            (3, [(0, 0)], (0, True)),
        ):
            with self.subTest(quantity=quantity, components=components):
                self.assertEqual(get_article_quantity(quantity, components), expected)


@tagged("post_install", "-at_install")
class TestSlip(DeliveryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.top, cls.leg = cls.env["product.product"].create(
            [{"name": name, "type": "consu", "is_storable": True} for name in ("Top", "Leg")]
        )
        for product in (cls.top, cls.leg):
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 100
            )
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer.lang = "en_US"

    def make_kit_order(self, confirm=True, **options):
        """A table sold as one article: 3 tops and 12 legs leave the stock."""
        options = options or {"collapse_composition": True, "kit_quantity": 3}

        def section(name, kind="line_section", **values):
            return Command.create({"display_type": kind, "name": name, **values})

        def goods(product, quantity):
            return self.make_order_line(product_id=product.id, product_uom_qty=quantity)

        return self.make_order(
            confirm=confirm,
            lines=[
                goods(self.goods, 1),
                section("Furniture"),
                goods(self.other_goods, 2),
                section("Bespoke table", "line_subsection", **options),
                goods(self.top, 3),
                goods(self.leg, 12),
                section("Empty"),
                self.make_order_line(),
            ],
        )

    def get_slip(self, picking):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "stock.report_deliveryslip", picking.ids
        )
        return as_text(content)

    def tell(self, rows):
        return [(row.kind, row.level, row.name, row.ordered, row.delivered) for row in rows]

    def test_kit(self):
        """4-09: the components move, the customer reads one article."""
        order = self.make_kit_order()
        picking = order.picking_ids
        self.assertEqual(
            {move.product_id.name: move.product_uom_qty for move in picking.move_ids},
            {"Table": 1, "Chair": 2, "Top": 3, "Leg": 12},
        )
        before = self.top.qty_available, self.leg.qty_available
        self.deliver(picking, {self.goods: 1, self.other_goods: 2, self.top: 3, self.leg: 12})
        self.assertEqual(
            (self.top.qty_available, self.leg.qty_available), (before[0] - 3, before[1] - 12)
        )
        self.assertEqual(
            self.tell(picking._get_slip_rows()),
            [
                ("product", 0, "Table", 1, 1),
                ("section", 0, "Furniture", None, None),
                ("product", 1, "Chair", 2, 2),
                ("summary", 1, "Bespoke table", 3, 3),
            ],
        )
        text = self.get_slip(picking)
        self.assertIn("Furniture", text)
        self.assertRegex(text, r"Bespoke table 3 3")
        for hidden in ("Top", "Leg", "Empty", "Partial"):
            self.assertNotIn(hidden, text)

    def test_partial_kit(self):
        """4-09: of 3 tables, 1 went; what remains is told the same way."""
        picking = self.make_kit_order().picking_ids
        self.deliver(picking, {self.goods: 1, self.other_goods: 2, self.top: 1, self.leg: 6})
        summary = picking._get_slip_rows()[-1]
        self.assertEqual((summary.ordered, summary.delivered, summary.partial), (3, 1, True))
        text = self.get_slip(picking)
        self.assertIn("Partial delivery", text)
        for hidden in ("Top", "Leg"):
            self.assertNotIn(hidden, text)
        backorder = picking.backorder_ids
        self.assertEqual([row.name for row in backorder._get_backorder_rows()][-1], "Bespoke table")

    def test_before_delivery(self):
        """4-10: the slip of a delivery to come has the groups too."""
        text = self.get_slip(self.make_kit_order().picking_ids)
        self.assertIn("Furniture", text)
        self.assertNotIn("Leg", text)

    def test_detail(self):
        """4-10: a group that hides nothing lists its lines under its title."""
        picking = self.make_kit_order(collapse_prices=True).picking_ids
        rows = self.tell(picking._get_slip_rows())
        self.assertEqual(
            [row[:4] for row in rows[3:]],
            [
                ("subsection", 1, "Bespoke table", None),
                ("product", 2, "Top", 3),
                ("product", 2, "Leg", 12),
            ],
        )

    def test_added_product(self):
        """4-10: what the warehouse adds comes after the groups."""
        picking = self.make_kit_order().picking_ids
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self.other_goods.id,
                "product_uom_qty": 1,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self.assertEqual(picking._get_slip_rows()[-1].level, 0)
        self.assertEqual(len(picking._get_slip_rows()), 5)

    def test_host_slip(self):
        """Without groups, or without guard, the slip is the host's."""
        self.assertIsNone(self.make_goods_order().picking_ids._get_slip_rows())
        self.set_guard(False)
        order = self.make_kit_order(collapse_prices=True)
        self.assertIsNone(order.picking_ids._get_slip_rows())
        self.assertIn("Leg", self.get_slip(order.picking_ids))
