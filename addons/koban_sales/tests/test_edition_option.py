"""Row 3-13: the administrator's option, editing orders after their validation."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestEditionOption(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.order = cls.make_order()
        cls.line = cls.get_order_lines(cls.order)[0]
        cls.company.allow_edit_validated_orders = True

    def last_note(self):
        self.env.flush_all()
        return self.order.message_ids.sorted("id")[-1]

    def test_off_by_default(self):
        """Row 3-13: a new company starts with the option off."""
        self.assertFalse(self.make_company("New company").allow_edit_validated_orders)

    def test_header(self):
        """Row 3-13: terms are edited; old and new value and author are recorded."""
        other = self.env["account.payment.term"].create({"name": "60 days"})
        self.rpc(self.seller, self.order, "write", {"payment_term_id": other.id})
        self.assertEqual(self.order.payment_term_id, other)
        note = self.last_note()
        for text in (self.terms.name, "60 days"):
            self.assertIn(text, note.body)
        self.assertEqual(note.author_id, self.seller.partner_id)

    def test_line(self):
        """Row 3-13: so are prices, with the line named."""
        self.rpc(self.seller, self.line, "write", {"price_unit": 123.45, "product_uom_qty": 7})
        self.assertEqual((self.line.price_unit, self.line.product_uom_qty), (123.45, 7))
        note = self.last_note()
        for text in ("Survey", "100", "123.45", "7", "2"):
            self.assertIn(text, note.body.replace(",", "."))
        self.assertEqual(note.author_id, self.seller.partner_id)

    def test_lines_come_and_go(self):
        """Row 3-13: a line added or removed is recorded."""
        self.rpc(
            self.seller, self.order, "write",
            {"order_line": [Command.create(
                {"product_id": self.product.id, "name": "Extra work", "product_uom_qty": 1})]},
        )  # fmt: skip
        self.assertIn("Extra work", self.last_note().body)
        added = self.order.order_line.filtered(lambda line: line.name == "Extra work")
        added.product_uom_qty = 0
        try:
            self.rpc(self.seller, added, "unlink")
        except UserError:
            # The host keeps the lines of confirmed orders.
            self.assertTrue(added.exists())
        else:
            self.assertIn("Extra work", self.last_note().body)

    def test_form(self):
        """Row 3-13: the form edits a validated order."""
        self.order.invalidate_recordset()
        self.assertFalse(self.order.is_protected)
        with Form(self.order.with_user(self.seller)) as form:
            form.client_order_ref = "PO 77"
            with form.order_line.edit(1) as line:
                line.product_uom_qty = 4
        self.assertEqual(self.line.product_uom_qty, 4)
        notes = "".join(self.order.message_ids.mapped("body"))
        self.assertIn("PO 77", notes)

    def test_kept(self):
        """Row 3-13: number, company and status stay frozen even then."""
        other = self.make_company("Other company")
        for values in (
            {"name": "CDE-2026-90000"},
            {"company_id": other.id},
            {"state": "draft"},
            {"state": "cancel"},
            {"is_order": False},
            {"quote_number": "DEV-9"},
            {"validation_date": False},
            {"name": "x", "client_order_ref": "y"},
        ):
            for user in (self.seller, self.manager, self.admin, None):
                with self.subTest(values=values), self.unchanged(self.order):
                    with self.assertRaises(UserError) as caught:
                        self.rpc(user, self.order, "write", values)
                    self.assertIn(caught.exception.code, ("document_validated", "document_number"))

    def test_not_deleted(self):
        """Rows 2-58, 3-13: the order is not deleted, nor made a quote again."""
        for method, code in (("unlink", "document_delete"), ("action_draft", "document_state")):
            with self.unchanged(self.order):
                self.refusal(code, self.rpc, self.manager, self.order, method)

    def test_cancelled(self):
        """Row 3-13: the option says nothing of cancelled orders."""
        self.order.action_cancel()
        with self.unchanged(self.order):
            self.refusal(
                "document_validated",
                self.rpc, self.manager, self.order, "write", {"client_order_ref": "x"},
            )  # fmt: skip

    def test_never_invoices(self):
        """Row 3-13: nor of invoices."""
        invoice = self.invoice_order(self.order)
        invoice.invoice_date = "2026-03-10"
        invoice.action_post()
        line = self.get_product_lines(invoice)[0]
        with self.unchanged(invoice):
            self.refusal("document_validated", self.rpc, None, line, "write", {"price_unit": 1})
            self.refusal("document_validated", self.rpc, None, invoice, "write", {"ref": "x"})
            self.refusal("document_state", self.rpc, None, invoice, "button_draft")
            self.refusal("document_delete", self.rpc, None, invoice, "unlink")

    def test_same_company_only(self):
        """Row 3-13: nor of the orders of another company."""
        other = self.make_company("Other company")
        self.env.user.company_ids |= other
        order = self.env["sale.order"].with_company(other).create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "order_line": [Command.create({"product_id": self.product.id, "tax_ids": False})],
            }
        )  # fmt: skip
        order.action_confirm()
        with self.unchanged(order):
            self.refusal(
                "document_validated",
                self.rpc, None, order, "write", {"client_order_ref": "x"},
            )  # fmt: skip

    def test_who_switches(self):
        """Row 3-13: only system administrators switch it, by the company or the settings."""
        for user in (self.seller, self.manager, self.host_user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.company, "write", {"allow_edit_validated_orders": False})
                with self.assertRaises(AccessError):
                    self.rpc(user, self.company, "read", ["allow_edit_validated_orders"])
                with self.assertRaises(AccessError):
                    self.rpc(
                        user, self.env["res.config.settings"], "create",
                        {"allow_edit_validated_orders": False},
                    )  # fmt: skip
        # An administrator of companies without the settings.
        erp = self.make_user("koban_erp", "base.group_erp_manager")
        with self.assertRaises(AccessError):
            self.rpc(erp, self.company, "write", {"allow_edit_validated_orders": False})
        self.assertTrue(self.company.allow_edit_validated_orders)
        settings = self.env["res.config.settings"].with_user(self.admin)
        with Form(settings) as form:
            form.allow_edit_validated_orders = False
        form.record.execute()
        self.assertFalse(self.company.allow_edit_validated_orders)

    def test_switching_is_tracked(self):
        """Row 3-13: switching is recorded on the company, with its author."""
        self.flush_tracking()
        before = self.company.message_ids
        company = self.company.with_user(self.admin)
        company.allow_edit_validated_orders = False
        self.flush_tracking()
        tracked = (self.company.message_ids - before).tracking_value_ids
        self.assertIn("allow_edit_validated_orders", tracked.field_id.mapped("name"))
        self.assertEqual((self.company.message_ids - before).author_id, self.admin.partner_id)

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.flush()
        self.company.invalidate_recordset()

    def test_refused_for_the_seller_once_off(self):
        """Row 3-13: switched off, the order is protected again."""
        self.company.allow_edit_validated_orders = False
        with self.unchanged(self.order):
            self.refusal(
                "document_validated",
                self.rpc, self.seller, self.line, "write", {"price_unit": 1.0},
            )  # fmt: skip
        self.assertTrue(self.order.is_protected)
