"""Rows 0-01, 0-03: profiles and companies."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install", "koban_alone")
class TestRights(OrderCase):
    def test_profile_sales(self):
        """Row 0-01: “Orders and Invoices” does the whole of a sale, and no setting."""
        orders = self.env["sale.order"]
        order = orders.browse(
            self.rpc(
                self.seller, orders, "create",
                {"partner_id": self.customer.id,
                 "order_line": [self.make_order_line()], "process_id": self.process.id},
            )
        )  # fmt: skip
        self.rpc(self.seller, order, "action_create_order")
        self.rpc(self.seller, order, "action_confirm")
        invoice = self.invoice_order(order)
        self.rpc(self.seller, invoice, "action_post")
        self.pay(invoice, user=self.seller)
        self.rpc(self.seller, invoice, "action_cancel_document")
        self.rpc(self.seller, order, "action_cancel")
        self.assertEqual((order.state, invoice.payment_state), ("cancel", "reversed"))
        for model, values in (
            ("koban.process", {"name": "Mine"}),
            ("res.company", {"name": "Mine"}),
            ("account.tax", {"name": "Mine", "amount": 1}),
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.rpc(self.seller, self.env[model], "create", values)

    def test_profile_manager(self):
        """Row 0-01: the administrator of commercial management has it all, and the processes."""
        self.assertTrue(self.manager.has_group("koban_sales.group_sales"))
        self.assertTrue(self.manager.has_group("sales_team.group_sale_manager"))
        self.assertFalse(self.manager.has_group("base.group_system"))
        process_id = self.rpc(self.manager, self.env["koban.process"], "create", {"name": "Mine"})
        process = self.env["koban.process"].browse(process_id)
        self.rpc(self.manager, process, "write", {"name": "Ours"})
        self.rpc(self.manager, process, "unlink")

    def test_without_profile(self):
        """Row 0-01: without a profile, orders and invoices are out of reach."""
        user = self.make_user("koban_nobody", "")
        order = self.make_order()
        for records, method, arguments in (
            (order, "read", [["name"]]),
            (order, "write", [{"header": "<p>x</p>"}]),
            (order, "action_cancel", []),
            (self.env["sale.order"], "create", [{"partner_id": self.customer.id}]),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(user, records, method, *arguments)

    def test_own_documents_only(self):
        """Row 0-01: a salesperson limited to his own sees nothing of another's."""
        limited = self.make_user("koban_limited", "sales_team.group_sale_salesman")
        order = self.make_order()
        self.assertFalse(self.rpc(limited, self.env["sale.order"], "search", [
            ("id", "=", order.id)]))  # fmt: skip
        for method, arguments in (
            ("read", [["name"]]),
            ("action_cancel", []),
            ("write", [{"header": "<p>x</p>"}]),
            ("write", [{"payment_term_id": False}]),
            ("unlink", []),
        ):
            with self.subTest(method=method), self.unchanged(order):
                with self.assertRaises(UserError) as caught:
                    self.rpc(limited, order, method, *arguments)
                self.assertNotIn(self.customer.name, str(caught.exception))
                self.assertNotIn(self.terms.name, str(caught.exception))

    def test_companies(self):
        """Row 3-03: a salesperson of company A neither sees nor touches the orders of B."""
        other = self.make_company("Company B")
        seller = self.make_user(
            "koban_seller_b", "koban_sales.group_sales",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        order = self.make_order()
        invoice = self.invoice_order(order)
        invoice.invoice_date = "2026-03-10"
        invoice.action_post()
        for record in (order, invoice, order.order_line[1], invoice.invoice_line_ids[1]):
            self.assertFalse(
                self.rpc(seller, self.env[record._name], "search", [("id", "=", record.id)])
            )
            for method, arguments in (("read", [["id", "name"]]), ("unlink", [])):
                refused = self.assertRaises(UserError)
                with self.subTest(model=record._name, method=method), refused:
                    self.rpc(seller, record, method, *arguments)
            self.assertTrue(record.exists())
        with self.assertRaises(AccessError):
            self.rpc(seller, invoice, "action_cancel_document")
        with self.assertRaises(AccessError):
            self.rpc(seller, order, "action_cancel")

    def test_process_of_company(self):
        """Rows 0-03, 3-05: a process of company B is not seen nor chosen in company A."""
        other = self.make_company("Company B")
        shared = self.process
        theirs = self.env["koban.process"].create({"name": "Theirs", "company_id": other.id})
        found = self.rpc(self.seller, self.env["koban.process"], "search", [])
        self.assertIn(shared.id, found)
        self.assertNotIn(theirs.id, found)
        with self.assertRaises(AccessError):
            self.rpc(self.seller, theirs, "read", ["name"])
        quote = self.make_order(confirm=False)
        with self.assertRaises(UserError):
            quote.process_id = theirs
