"""Orders are compared with what their own seal covers."""

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_invoice.tests.chain import ChainCase, sealing_as_before

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderCoverage(ChainCase, OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with sealing_as_before(cls.env):
            cls.old = cls.make_order(client_order_ref="old")
        cls.new = cls.make_order(client_order_ref="new")
        cls.env.cr.flush()

    def test_both_algorithms(self):
        """DESIGN §3: each covered value of an order and its lines is compared, by either list."""
        orders = self.old | self.new
        self.assertEqual(orders.mapped("seal_id.algorithm"), [1, 3])
        self.assertEqual(self.find(), [])
        for table, key, column in (
            ("sale_order", "id", "client_order_ref"),
            ("sale_order", "id", "quote_number"),
            ("sale_order_line", "order_id", "name"),
        ):
            with self.subTest(column=column), self.attack():
                names = [SQL.identifier(name) for name in (table, column, key)]
                self.sql("UPDATE %s SET %s = 'altered' WHERE %s IN %s", *names, tuple(orders.ids))
                found = {item.label for item in self.find() if item.field == column}
                self.assertEqual(found, set(orders.mapped("name")))

    def test_down_payment(self):
        """Issue 12, line 3: what the host writes for a down payment is told as a note."""
        deposit = self.invoice_order(self.new, advance_payment_method="percentage", amount=30)
        deposit.invoice_date = "2026-03-10"
        deposit.action_post()
        self.env.cr.flush()
        self.assertEqual(self.find(), [])
        notes = [note for note in self.find_notes() if note.label == self.new.name]
        self.assertTrue(notes)
        self.assertEqual({note.code for note in notes}, {"document_corrected"})
        lines = self.new.order_line.filtered("is_downpayment")
        self.assertLessEqual({note.res_id for note in notes}, {self.new.id, *lines.ids})
        self.assertTrue(all(note.operator and note.date and note.link for note in notes))

    def test_each_covered_value(self):
        """Issue 12, line 8: each covered column and relation altered by SQL is found, and named."""
        self.assert_each_value_found(self.new)

    def test_each_covered_row(self):
        """Issue 12, line 8: an order or a line deleted by SQL is found."""
        self.assert_each_row_found(self.new)

    def test_uninstall(self):
        """DESIGN §3: the addon of sealed orders is not uninstalled with a click; its bridge is."""
        Addon = self.env["ir.module.module"]
        addon = Addon._get("koban_sales")
        with self.assertRaisesRegex(DocumentError, f"{addon.shortdesc} .* [0-9]+ ") as refusal:
            addon.button_uninstall()
        self.assertEqual(refusal.exception.code, "sealed_documents")
        self.assertEqual(addon.state, "installed")
        bridge = Addon._get("koban_sales_stock")
        if bridge.state == "installed":
            bridge.button_uninstall()
            self.assertEqual(bridge.state, "to remove")

    def test_addon_column_dropped(self):
        """A column of this addon that is dropped is one finding that names the addon."""
        name = self.old.name
        with self.attack():
            self.sql("ALTER TABLE sale_order DROP COLUMN quote_number")
            self.sql("UPDATE sale_order SET client_order_ref = 'x' WHERE id = %s", self.old.id)
            found = [(item.code, item.field, item.label) for item in self.find()]
            self.assertEqual(
                sorted(found),
                [
                    ("column_altered", "quote_number", "koban_sales"),
                    ("document_altered", "client_order_ref", name),
                ],
            )
