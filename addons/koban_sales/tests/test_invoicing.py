"""What the host must still do on validated orders: invoices and down payments."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import OrderCase

# What invoicing may write on the lines of an order: its progress.
PROGRESS = (
    "qty_invoiced", "qty_to_invoice", "qty_invoiced_posted", "invoice_status", "invoice_lines",
    "untaxed_amount_invoiced", "untaxed_amount_to_invoice", "amount_to_invoice",
    "amount_invoiced", "write_uid", "write_date",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestInvoicing(OrderCase):
    """As “Orders and Invoices”, by the host's wizard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()

    def post(self, invoice):
        invoice.invoice_date = "2026-03-10"
        self.rpc(self.seller, invoice, "action_post")
        self.assertEqual(invoice.state, "posted")

    def get_down_payment_lines(self):
        return self.order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )

    def test_whole_order(self):
        """An order is invoiced, posted and paid; only its progress changes."""
        with self.unchanged(self.order, ignored=PROGRESS):
            invoice = self.invoice_order(self.order)
            self.assertEqual(invoice.amount_total, 294.0)
            self.post(invoice)
            self.pay(invoice, user=self.seller)
        self.assertEqual(self.order.invoice_status, "invoiced")
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_texts_carried(self):
        """Rows 3-05, 3-09, 3-10: process, contact, header, footer and comment follow."""
        invoice = self.invoice_order(self.order)
        self.assertEqual(invoice.process_id, self.process)
        self.assertEqual(invoice.contact_id, self.contact)
        for name, text in (("header", "Head"), ("footer", "Foot"), ("comment", "Comment")):
            self.assertIn(text, invoice[name])
        self.assertEqual(invoice.invoice_payment_term_id, self.terms)
        self.assertEqual(invoice.preferred_payment_method_line_id, self.payment_method_line)
        self.assertEqual(invoice.invoice_user_id, self.seller)

    def test_processes_apart(self):
        """Row 3-05: orders of two processes are not put on one invoice."""
        other = self.make_order(process_id=self.other_process.id)
        invoices = self.invoice_order(self.order | other)
        self.assertEqual(len(invoices), 2)
        self.assertEqual(invoices.process_id, self.process | self.other_process)
        same = self.make_order() | self.make_order()
        self.assertEqual(len(self.invoice_order(same)), 1)

    def test_percentage_down_payment(self):
        """A down payment of 30 % is invoiced, posted, paid, then deducted."""
        deposit = self.invoice_order(self.order, advance_payment_method="percentage", amount=30)
        self.assertEqual(deposit.amount_total, 88.2)
        self.assertTrue(self.get_down_payment_lines())
        self.post(deposit)
        self.pay(deposit, user=self.seller)
        self.assertEqual(self.order.amount_total, 294.0)
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_total, 205.8)
        self.post(final)
        self.assertEqual(self.order.invoice_status, "invoiced")
        self.assertEqual(self.get_down_payment_lines().qty_invoiced, 0)

    def test_fixed_down_payment(self):
        """So is one of a fixed amount."""
        deposit = self.invoice_order(self.order, advance_payment_method="fixed", fixed_amount=60)
        self.assertEqual(deposit.amount_total, 60.0)
        self.post(deposit)
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_total, 234.0)
        self.post(final)
        self.assertEqual(deposit.amount_total + final.amount_total, 294.0)

    def test_two_down_payments(self):
        """Two down payments are deducted together."""
        for _i in range(2):
            self.post(
                self.invoice_order(self.order, advance_payment_method="percentage", amount=20)
            )
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_total, 176.4)

    def test_down_payment_draft_edited(self):
        """The amount of a draft down payment is edited: the order follows when it is posted."""
        deposit = self.invoice_order(self.order, advance_payment_method="fixed", fixed_amount=60)
        line = self.get_product_lines(deposit)
        line.with_user(self.seller).price_unit = line.price_unit * 2
        self.post(deposit)
        self.assertEqual(deposit.amount_total, 120.0)
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_total, 174.0)

    def test_down_payment_draft_deleted(self):
        """A draft down payment is deleted: the order is as before."""
        lines = self.order.order_line
        deposit = self.invoice_order(self.order, advance_payment_method="percentage", amount=30)
        self.assertTrue(self.get_down_payment_lines())
        self.rpc(self.seller, deposit, "unlink")
        self.order.invalidate_recordset()
        self.assertFalse(self.get_down_payment_lines())
        self.assertLessEqual(lines, self.order.order_line)
        self.assertEqual(self.invoice_order(self.order).amount_total, 294.0)

    def test_down_payment_line_is_frozen(self):
        """Row 3-01: the line of a down payment is as frozen as the others."""
        self.invoice_order(self.order, advance_payment_method="percentage", amount=30)
        line = self.get_down_payment_lines()
        for values in ({"price_unit": 1.0}, {"name": "x"}, {"product_uom_qty": 5}):
            with self.unchanged(self.order):
                self.refusal("document_validated", self.rpc, self.seller, line, "write", values)
        with self.unchanged(self.order):
            self.refusal("document_validated", self.rpc, self.manager, line, "unlink")

    def test_exclude_down_payments(self):
        """Row 3-17: an invoice that leaves the down payments out says so, and keeps it."""
        self.post(self.invoice_order(self.order, advance_payment_method="percentage", amount=30))
        invoice = self.invoice_order(self.order, exclude_down_payments=True)
        self.assertEqual(invoice.amount_total, 294.0)
        self.assertTrue(invoice.exclude_down_payments)
        self.post(invoice)
        for user in (self.seller, self.manager, None):
            with self.unchanged(invoice):
                self.refusal(
                    "document_validated",
                    self.rpc, user, invoice, "write", {"exclude_down_payments": False},
                )  # fmt: skip
        rest = self.invoice_order(self.order)
        self.assertEqual(rest.amount_total, -88.2 if rest.move_type == "out_invoice" else 88.2)

    def test_include_down_payments(self):
        """Row 3-17: the box is off by default."""
        self.post(self.invoice_order(self.order, advance_payment_method="percentage", amount=30))
        invoice = self.invoice_order(self.order)
        self.assertFalse(invoice.exclude_down_payments)
        self.assertEqual(invoice.amount_total, 205.8)

    def test_service_delivered_by_hand(self):
        """A service billed as delivered is invoiced once its quantity is typed."""
        order = self.make_order(
            lines=[self.make_order_line(product_id=self.delivered_service.id, price_unit=80.0)]
        )
        with self.assertRaises(UserError):
            self.invoice_order(order)
        self.rpc(self.seller, order.order_line, "write", {"qty_delivered": 1})
        invoice = self.invoice_order(order)
        self.assertEqual(invoice.amount_untaxed, 80.0)
        self.post(invoice)
        self.rpc(self.seller, order.order_line, "write", {"qty_delivered": 2})
        self.assertEqual(self.invoice_order(order).amount_untaxed, 80.0)

    def test_cancelled_invoice(self):
        """Row 3-21: once its invoice is cancelled, the order is to be invoiced again."""
        invoice = self.invoice_order(self.order)
        self.post(invoice)
        self.assertEqual(self.order.invoice_status, "invoiced")
        with self.unchanged(self.order, ignored=PROGRESS):
            self.rpc(self.seller, invoice, "action_cancel_document")
        self.assertEqual(self.order.invoice_status, "to invoice")
        again = self.invoice_order(self.order)
        self.assertEqual(again.amount_total, 294.0)
        self.post(again)
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_cancelled_invoice_with_draft(self):
        """Row 3-21: the new draft bills the same lines of the order."""
        invoice = self.invoice_order(self.order)
        self.post(invoice)
        result = self.rpc(self.seller, invoice, "action_cancel_document", new_draft=True)
        draft = self.env["account.move"].browse(result["draft_ids"])
        lines = self.get_product_lines(draft)
        self.assertEqual(lines.sale_line_ids, self.get_order_lines(self.order))
        self.post(draft)
        self.assertEqual(self.order.invoice_status, "invoiced")
        self.assertEqual(self.get_order_lines(self.order).mapped("qty_invoiced"), [2, 1])

    def test_cancelled_down_payment(self):
        """Row 3-21: a down payment is cancelled: it is no longer deducted."""
        deposit = self.invoice_order(self.order, advance_payment_method="percentage", amount=30)
        self.post(deposit)
        self.rpc(self.seller, deposit, "action_cancel_document")
        final = self.invoice_order(self.order)
        self.assertEqual(final.amount_total, 294.0)

    def test_partial_credit_note(self):
        """Row 3-21: a credit note of a part makes that part to be invoiced again."""
        invoice = self.invoice_order(self.order)
        self.post(invoice)
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.seller)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Returned"})
        )
        wizard.refund_moves()
        credit_note = invoice.reversal_move_ids
        credit_note.write(
            {"invoice_line_ids": [
                Command.update(self.get_product_lines(credit_note)[0].id, {"quantity": 1}),
                Command.delete(self.get_product_lines(credit_note)[1].id),
            ]}
        )  # fmt: skip
        self.post(credit_note)
        self.assertEqual(self.get_order_lines(self.order)[0].qty_to_invoice, 1)

    def test_other_currency(self):
        """An order in another currency is validated, invoiced and paid."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id, "company_id": self.company.id}
        )
        order = self.make_order(pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, dollar)
        invoice = self.invoice_order(order)
        self.assertEqual((invoice.currency_id, invoice.amount_total), (dollar, 294.0))
        self.post(invoice)
        self.pay(invoice, user=self.seller)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_reinvoiced_expense(self):
        """A supplier's cost is re-invoiced on the order: one line more, and only that one."""
        plan, _others = self.env["account.analytic.plan"]._get_all_plans()
        account = self.env["account.analytic.account"].create(
            {"name": "Job", "plan_id": plan.id, "company_id": self.company.id}
        )
        expense = self.env["product.product"].create(
            {
                "name": "Train", "type": "service", "expense_policy": "cost",
                "invoice_policy": "delivery", "standard_price": 40.0, "list_price": 40.0,
                "supplier_taxes_id": False, "taxes_id": [Command.set(self.tax.ids)],
            }
        )  # fmt: skip
        project = self.env["project.project"].create(
            {"name": "Job", "account_id": account.id, "allow_billable": True}
        )
        order = self.make_order(
            lines=[self.make_order_line(analytic_distribution={str(account.id): 100})],
            project_id=project.id,
        )
        bill = self.make_invoice(
            move_type="in_invoice", invoice_payment_term_id=False,
            lines=[self.make_line(product_id=expense.id, quantity=1, price_unit=40.0,
                                  tax_ids=False,
                                  analytic_distribution={str(account.id): 100})],
        )  # fmt: skip
        self.assertEqual(bill.state, "posted")
        added = order.order_line.filtered("is_expense")
        self.assertEqual(len(added), 1)
        self.assertEqual(added.qty_delivered, 1)
        self.assertEqual(len(order.order_line), 2)
        with self.unchanged(order):
            self.refusal("document_validated", self.rpc, self.manager, added, "unlink")

    def test_project_created_afterwards(self):
        """A project is made of a validated order by the host's button."""
        order = self.make_order(
            lines=[self.make_order_line(product_id=self.delivered_service.id, price_unit=80.0)]
        )
        manager = self.make_user(
            "koban_project", "koban_sales.group_sales,project.group_project_manager"
        )
        context = self.rpc(manager, order, "action_create_project")["context"]
        project_id = self.rpc(
            manager, self.env["project.project"], "create",
            {"name": "Job"}, context={"default_allow_billable": True, **context},
        )  # fmt: skip
        self.assertEqual(order.project_id.id, project_id)
        with self.unchanged(order):
            self.refusal(
                "document_validated", self.rpc, manager, order, "write", {"project_id": False}
            )
