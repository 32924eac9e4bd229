"""What is left to invoice before a month closes (row 2-60)."""

from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestClosingFindings(OrderCase):
    """The findings of the month, with the orders behind them."""

    def get_orders(self, month):
        findings = self.env["koban.closing"].get_findings(month, self.company.id)
        return [finding["ids"] for finding in findings if finding["code"] == "orders_to_invoice"]

    def test_orders_to_invoice(self):
        """Row 2-60: an order of the month is found until it is invoiced; a later one is not."""
        order = self.make_order(date_order="2026-02-28 22:30:00")
        later = self.make_order(date_order="2026-03-01 09:00:00")
        order.order_line.product_id.invoice_policy = "order"
        (order | later).order_line.invalidate_recordset()
        self.assertEqual(order.invoice_status, "to invoice")
        (found,) = self.get_orders("2026-02-15")
        self.assertIn(order.id, found)
        self.assertNotIn(later.id, found)
        order._create_invoices()
        self.assertFalse(any(order.id in ids for ids in self.get_orders("2026-02-15")))
