"""Orders of goods, with a warehouse."""

from odoo.fields import Command

from odoo.addons.koban_sales.tests.common import OrderCase


class DeliveryCase(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"name": "Depot", "code": "DEP", "company_id": cls.company.id}
        )  # fmt: skip
        cls.goods, cls.other_goods = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "invoice_policy": "delivery",
                    "list_price": 60.0,
                    "taxes_id": [Command.set(cls.tax.ids)],
                }
                for name in ("Table", "Chair")
            ]
        )
        for product in (cls.goods, cls.other_goods):
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 100
            )
        # The host needs rights on sales to add what is delivered on top.
        cls.stock_user = cls.make_user(
            "koban_stock", "stock.group_stock_user,sales_team.group_sale_salesman_all_leads"
        )

    @classmethod
    def make_goods_order(cls, quantity=10, **values):
        return cls.make_order(
            lines=[
                cls.make_order_line(
                    product_id=cls.goods.id, product_uom_qty=quantity, price_unit=60.0
                )
            ],
            **values,
        )

    def deliver(self, picking, quantities, backorder=True):
        """Deliver as the warehouse does: a quantity by product."""
        for move in picking.move_ids:
            move.quantity = quantities.get(move.product_id, 0)
            move.picked = bool(move.quantity)
        context = {"skip_backorder": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        picking.with_user(self.stock_user).with_context(**context).button_validate()
        self.env.flush_all()
        self.assertEqual(picking.state, "done")
