"""Rows 3-01 to 3-11: the matrix of orders, and of their invoices."""

from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix
from odoo.addons.koban_invoice.tests.test_matrix import (
    INVOICE_TECHNICAL,
    INVOICE_WHITELIST,
)
from odoo.addons.koban_invoice.tests.test_matrix import LINE_TECHNICAL as MOVE_LINE_TECHNICAL

from .common import OrderCase

# DESIGN §2, table, column “order”.
ORDER_WHITELIST = {
    "header", "footer", "comment", "contact_id", "document_model_id",
    "user_id",
    "campaign_id",
    "commitment_date",
    "picking_policy",  # delivery method, where deliveries are installed
    "carrier_id",
}  # fmt: skip

# Written by the host on confirmed orders without a person, and no content.
ORDER_TECHNICAL = {
    "locked",  # the host's lock, set by itself at confirmation; the guard does not read it
    "pending_email_template_id",  # confirmation e-mail in the background
}
LINE_TECHNICAL = {
    "project_id",  # project and task made for a sold service
    "task_id",
}
# What was delivered of a service is typed by hand: follow-up, not content of the order.
LINE_WHITELIST = {"qty_delivered"}


class OrderMatrixCase(GuardMatrix, OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order_allowed = ORDER_WHITELIST | ORDER_TECHNICAL | COMMUNICATION
        cls.line_allowed = LINE_WHITELIST | LINE_TECHNICAL
        cls.company._create_ready_models()
        cls.other_model = cls.env["koban.document.model"].search(
            [("company_id", "=", cls.company.id), ("kind", "=", "quote")], limit=1
        )
        cls.order = cls.make_order()
        cls.line = cls.get_order_lines(cls.order)[0]
        cls.other_draft = cls.make_order(confirm=False)
        cls.make_invoice(post=False)


@tagged("post_install", "-at_install")
class TestOrderMatrix(OrderMatrixCase):
    """Every stored field of orders and their lines, as each profile."""

    def test_header_seller(self):
        """Rows 3-02 to 3-07: “Orders and Invoices” alters no frozen field of an order."""
        self.check_refused(self.seller, self.order, self.order_allowed)

    def test_header_manager(self):
        """Rows 3-02 to 3-07: nor does the administrator of commercial management."""
        self.check_refused(self.manager, self.order, self.order_allowed)

    def test_header_host_user(self):
        """Rows 3-02 to 3-07: nor does a sales manager who administers billing."""
        self.check_refused(self.host_user, self.order, self.order_allowed)

    def test_header_superuser(self):
        """Rows 3-02 to 3-07: nor does the superuser."""
        self.check_refused(None, self.order, self.order_allowed)

    def test_line_seller(self):
        """Row 3-01: “Orders and Invoices” alters no field of a line."""
        self.check_refused(self.seller, self.line, self.line_allowed)

    def test_line_manager(self):
        """Row 3-01: nor does the administrator of commercial management."""
        self.check_refused(self.manager, self.line, self.line_allowed)

    def test_line_host_user(self):
        """Row 3-01: nor does a sales manager who administers billing."""
        self.check_refused(self.host_user, self.line, self.line_allowed)

    def test_line_superuser(self):
        """Row 3-01: nor does the superuser."""
        self.check_refused(None, self.line, self.line_allowed)

    def test_section_and_note(self):
        """Row 3-01: sections and notes are frozen like the lines."""
        kinds = {line.display_type: line for line in self.order.order_line}
        self.check_refused(self.manager, kinds["line_section"], self.line_allowed)
        self.check_refused(self.manager, kinds["line_note"], self.line_allowed)

    def test_cancelled_order(self):
        """Row 3-12: a validated order that was cancelled stays as frozen."""
        self.order.action_cancel()
        self.check_refused(self.manager, self.order, self.order_allowed)
        self.check_refused(self.manager, self.line, self.line_allowed)

    def test_locked_order(self):
        """Rows 3-02, 3-11: the host's lock changes nothing to what is refused or allowed."""
        self.order.locked = True
        self.check_refused(self.seller, self.order, self.order_allowed)
        self.check_written(self.seller, self.order, {"commitment_date": "2026-09-01 08:00:00"})

    def test_whitelist(self):
        """Rows 3-08 to 3-11: what the seed lets edit is written, by each profile."""
        values = {
            "header": "<p>New head</p>",
            "footer": "<p>New foot</p>",
            "comment": "<p>New comment</p>",
            "contact_id": self.other_contact.id,
            "document_model_id": self.other_model.id,
            "user_id": self.manager.id,
            "campaign_id": self.campaign.id,
            "commitment_date": "2026-09-01 08:00:00",
        }
        self.assertEqual(set(values), ORDER_WHITELIST - {"picking_policy", "carrier_id"})
        for user in (self.seller, self.manager, self.host_user, None):
            self.check_written(user, self.order, values)

    def test_technical(self):
        """What the host writes by itself is let through."""
        self.check_let_through(None, self.order, ORDER_TECHNICAL)
        self.check_let_through(None, self.line, LINE_TECHNICAL)

    def test_same_values(self):
        """A value equal to the stored one is no change, whatever the field."""
        self.check_same_values(self.manager, self.order)
        self.check_same_values(self.manager, self.line)

    def test_draft_is_free(self):
        """Row 1-03: before validation the same fields can be written."""
        draft = self.other_draft
        values = {"partner_id": self.other_customer.id, "client_order_ref": "PO", "note": "N"}
        self.rpc(self.seller, draft, "write", values)
        line = self.get_order_lines(draft)[0]
        self.rpc(self.seller, line, "write", {"price_unit": 55.0, "product_uom_qty": 3})
        self.assertEqual(draft.partner_id, self.other_customer)
        self.assertEqual((line.price_unit, line.product_uom_qty), (55.0, 3))


@tagged("post_install", "-at_install")
class TestInvoiceOfOrderMatrix(OrderMatrixCase):
    """Invoices once sales are installed: the fields that sales add are frozen too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move_allowed = INVOICE_WHITELIST | INVOICE_TECHNICAL | COMMUNICATION
        cls.invoice = cls.order._create_invoices()
        cls.invoice.invoice_date = "2026-03-10"
        cls.invoice.action_post()
        cls.move_line = cls.get_product_lines(cls.invoice)[0]
        cls.make_invoice(post=False)

    def test_header_seller(self):
        """Rows 3-15 to 3-17: “Orders and Invoices” alters no field of an invoice."""
        self.assertIn("exclude_down_payments", self.invoice._fields)
        self.check_refused(self.seller, self.invoice, self.move_allowed)

    def test_header_host_user(self):
        """Rows 3-15 to 3-17: nor does a sales manager who administers billing."""
        self.check_refused(self.host_user, self.invoice, self.move_allowed)

    def test_line_seller(self):
        """Row 3-14: “Orders and Invoices” alters no field of an invoice line."""
        self.check_refused(self.seller, self.move_line, MOVE_LINE_TECHNICAL)

    def test_line_host_user(self):
        """Row 3-14: nor does a sales manager who administers billing."""
        self.check_refused(self.host_user, self.move_line, MOVE_LINE_TECHNICAL)
