"""Orders of goods, with a warehouse."""

from odoo.addons.koban_guard.tests.common import Masters
from odoo.addons.koban_invoice.tests.common import make_product
from odoo.addons.koban_sales.tests import common as sales
from odoo.addons.koban_sales.tests.common import OrderCase


def make_masters(env) -> Masters:
    """Make all that the tests of this addon share, in a database that is to be copied."""
    sales.make_masters(env)
    return find_masters(env)


def find_masters(env) -> Masters:
    """Find, or make where the database lacks them, goods in stock and who delivers them."""
    masters = sales.find_masters(env)
    env = masters.env
    warehouse = _find_warehouse(env) or env["stock.warehouse"].create(
        {"name": "Depot", "code": "DEP", "company_id": env.company.id}
    )
    for key, name in (("goods", "Table"), ("other_goods", "Chair")):
        masters.find_or_make(key, lambda name=name: _make_goods(warehouse, name))
    # The host needs rights on sales to add what is delivered on top.
    masters.find_or_make_user(
        "koban_stock", "stock.group_stock_user,sales_team.group_sale_salesman_all_leads"
    )
    return masters.save()


def _find_warehouse(env):
    return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)


def _make_goods(warehouse, name):
    goods = make_product(
        warehouse.env,
        name,
        type="consu",
        is_storable=True,
        invoice_policy="delivery",
        list_price=60.0,
    )
    warehouse.env["stock.quant"]._update_available_quantity(goods, warehouse.lot_stock_id, 100)
    return goods


class DeliveryCase(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        masters = find_masters(cls.env)
        cls.warehouse = _find_warehouse(cls.env)
        cls.goods = masters["goods"]
        cls.other_goods = masters["other_goods"]
        cls.stock_user = masters["koban_stock"]

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
