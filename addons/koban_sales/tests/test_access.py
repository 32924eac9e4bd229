"""The guard of orders speaks after the access rights (DESIGN §2)."""

from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.access import AccessFirst

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestAccess(AccessFirst, OrderCase):
    """A portal user of another customer, an employee without rights, another company's."""

    def test_orders(self):
        """Orders, quotes, their lines and new ones: the host's access error, nothing else."""
        order = self.make_order(client_order_ref="BC-7781")
        quote = self.make_order(confirm=False)
        strangers = self.make_strangers("koban_sales.group_sales,sales_team.group_sale_manager")
        line = self.get_order_lines(order)[0]
        values = {"order_id": order.id, "product_id": self.product.id, "price_unit": 3.0}
        tried = self.check_access_first(
            strangers, [order, quote, line], [(self.env["sale.order.line"], values)]
        )
        self.assertGreater(tried, 500)
