"""Rows 2-58, 3-01 to 3-13: the doors the host leaves open on confirmed orders."""

import ast
import json

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import OrderCase

# Two images of one pixel.
IMAGE = b"R0lGODlhAQABAIABAP///wAAACwAAAAAAQABAAACAkQBADs="
OTHER_IMAGE = b"R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="


@tagged("post_install", "-at_install")
class TestOrderDoors(OrderCase):
    """Every way into a confirmed order that the host knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()
        cls.line = cls.get_order_lines(cls.order)[0]
        cls.draft = cls.make_order(confirm=False)

    def refused(self, function, *args, **kwargs):
        """The call is refused by the guard or by the host, and alters nothing."""
        with self.unchanged(self.order, self.draft), self.assertRaises(UserError):
            function(*args, **kwargs)

    def test_lock_buttons(self):
        """Rows 3-12, 3-13: locking and unlocking open nothing."""
        self.rpc(self.seller, self.order, "action_lock")
        self.assertTrue(self.order.locked)
        self.refusal(
            "document_validated", self.rpc, self.seller, self.line, "write", {"price_unit": 1.0}
        )
        self.rpc(self.manager, self.order, "action_unlock")
        self.assertFalse(self.order.locked)
        for user in (self.seller, self.manager, None):
            with self.unchanged(self.order):
                self.refusal(
                    "document_validated",
                    self.rpc, user, self.line, "write", {"price_unit": 1.0},
                )  # fmt: skip

    def test_lock_by_write(self):
        """Row 3-13: nor does writing the lock with a price in the same call."""
        with self.unchanged(self.order):
            self.refusal(
                "document_validated",
                self.rpc, self.manager, self.order, "write",
                {"locked": False, "order_line": [Command.update(self.line.id, {"price_unit": 1})]},
            )  # fmt: skip

    def test_unlink(self):
        """Row 2-58: a validated order cannot be deleted."""
        for user in (self.manager, None):
            with self.unchanged(self.order):
                self.refusal("document_delete", self.rpc, user, self.order, "unlink")
                self.refusal("document_delete", self.rpc, user, self.order | self.draft, "unlink")
        with self.unchanged(self.order), self.assertRaises(AccessError):
            self.rpc(self.seller, self.order, "unlink")  # who deletes no order at all
        self.assertTrue(self.draft.exists())

    def test_update_prices(self):
        """Row 3-01: the button that recomputes prices does nothing to a validated order."""
        self.product.list_price = 500.0
        self.refused(self.rpc, self.seller, self.order, "action_update_prices")

    def test_update_taxes(self):
        """Row 3-01: nor does the one that recomputes taxes."""
        self.product.taxes_id = self.other_tax
        self.refused(self.rpc, self.seller, self.order, "action_update_taxes")

    def test_discount_wizard(self):
        """Row 3-01: nor does the discount wizard, in its three ways."""
        for values in (
            {"discount_type": "sol_discount", "discount_percentage": 0.5},
            {"discount_type": "so_discount", "discount_percentage": 0.1},
            {"discount_type": "amount", "discount_amount": 10.0},
        ):
            with self.subTest(values=values):
                wizard = (
                    self.env["sale.order.discount"]
                    .with_user(self.manager)
                    .create({"sale_order_id": self.order.id, **values})
                )
                self.refused(wizard.action_apply_discount)

    def test_context_of_a_down_payment(self):
        """Row 3-01: the line of a down payment comes in, and none that a context adds."""
        extra = {"order_id": self.order.id, "name": "Extra", "price_unit": 100.0}
        context = {"default_linked_line_ids": [Command.create(extra)]}
        before, total = self.order.order_line, self.order.amount_total
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(self.seller)
            .create(
                {
                    "advance_payment_method": "fixed",
                    "fixed_amount": 1.0,
                    "sale_order_ids": [Command.set(self.order.ids)],
                }
            )
        )
        self.rpc(self.seller, wizard, "create_invoices", context=context)
        added = self.order.order_line - before
        self.assertTrue(added)
        self.assertTrue(all(added.mapped("is_downpayment")), added.mapped("name"))
        self.assertEqual(self.order.amount_total, total)

    def test_delivery_wizard(self):
        """Row 3-01: nor the wizard that adds delivery costs, where it is installed."""
        if "choose.delivery.carrier" not in self.env:
            self.assertNotIn("carrier_id", self.order._fields)
            return
        fee = self.make_product("Delivery")
        carrier = self.env["delivery.carrier"].create(
            {"name": "Van", "product_id": fee.id, "delivery_type": "fixed", "fixed_price": 12.0}
        )
        wizard = (
            self.env["choose.delivery.carrier"]
            .with_user(self.seller)
            .create({"order_id": self.order.id, "carrier_id": carrier.id})
        )
        self.refused(wizard.button_confirm)
        self.refused(self.order.with_user(self.seller).set_delivery_line, carrier, 12.0)

    def test_web_save(self):
        """Rows 3-04, 3-05: the form's own call is refused."""
        for values in (
            {"payment_term_id": False},
            {"process_id": self.other_process.id},
            {"process_id": self.other_process.id, "header": "<p>x</p>"},
        ):
            with self.unchanged(self.order):
                self.refusal(
                    "document_validated",
                    self.rpc, self.seller, self.order, "web_save", values, {"id": {}},
                )  # fmt: skip
        with self.unchanged(self.order):
            self.refusal(
                "document_validated",
                self.rpc, self.seller, self.order | self.draft, "web_save_multi",
                [{"client_order_ref": "x"}, {"note": "free"}], {"id": {}},
            )  # fmt: skip

    def test_import(self):
        """Row 3-01: an import cannot alter a validated order nor its lines."""
        before = self.photo(self.order)
        for model, record, field, value in (
            ("sale.order", self.order, "client_order_ref", "imported"),
            ("sale.order", self.order, "order_line/price_unit", "1"),
            ("sale.order.line", self.line, "product_uom_qty", "9"),
        ):
            with self.subTest(field=field):
                result = self.rpc(
                    self.manager, self.env[model], "load", [".id", field], [[str(record.id), value]]
                )
                self.assertFalse(result["ids"])
                self.assertIn("document_validated", json.dumps(result["messages"]))
                self.assert_same_rows(self.photo(self.order), before)

    def test_resequence(self):
        """Row 3-01: lines cannot be put in another order, nor into another section."""
        lines = self.order.order_line
        with self.unchanged(self.order):
            self.refusal(
                "document_validated",
                self.rpc, self.seller, lines.browse(reversed(lines.ids)),
                "web_resequence", {"id": {}},
            )  # fmt: skip

    def test_signature(self):
        """Row 3-02: the signature of the customer cannot be replaced nor taken off."""
        quote = self.make_order(confirm=False)
        quote.write({"signature": IMAGE, "signed_by": "Claire"})
        quote.action_confirm()
        self.env.flush_all()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", quote.id),
             ("res_field", "=", "signature")]
        )  # fmt: skip
        self.assertEqual(len(attachment), 1)
        for user in (self.manager, None):
            for method, arguments in (
                ("write", [{"datas": OTHER_IMAGE.decode()}]),
                ("write", [{"res_field": "image"}]),
                ("write", [{"res_id": self.order.id}]),
                ("write", [{"res_model": "res.partner"}]),
                ("unlink", []),
            ):
                refused = self.assertRaises(UserError)
                with self.subTest(method=method, arguments=arguments), refused:
                    self.rpc(user, attachment, method, *arguments)
        self.assertEqual(quote.signature, IMAGE)
        with self.unchanged(quote):
            self.refusal(
                "document_validated", self.rpc, None, quote, "write", {"signed_by": "Other"}
            )
            self.refusal("document_validated", self.rpc, None, quote, "write", {"signature": False})

    def test_invoice_lines_link(self):
        """Rows 3-01, 3-14: no line is linked by hand to the line of a validated invoice."""
        invoice = self.make_invoice()
        move_line = self.get_product_lines(invoice)[0]
        draft_line = self.get_order_lines(self.draft)[0]
        with self.unchanged(self.order, invoice), self.assertRaises(UserError):
            self.rpc(
                self.seller, draft_line, "write", {"invoice_lines": [Command.link(move_line.id)]}
            )
        with self.unchanged(self.order, invoice):
            self.refusal(
                "document_validated",
                self.rpc, self.seller, self.line, "write",
                {"invoice_lines": [Command.link(move_line.id)]},
            )  # fmt: skip

    def test_partner_merge(self):
        """Rows 3-06: merging partners does not change the customer of a validated order."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.unchanged(self.order), self.assertRaises(UserError):
            wizard._merge((self.customer | self.other_customer).ids, self.other_customer)

    def test_custom_field(self):
        """A field that an administrator adds is refused by default, translations included."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.model.fields"].create(
            [
                {
                    "name": name,
                    "model_id": self.env.ref(model).id,
                    "ttype": "char",
                    "field_description": name,
                    "translate": translate,
                }
                for model in ("sale.model_sale_order", "sale.model_sale_order_line")
                for name, translate in (("x_note", False), ("x_term", "standard"))
            ]
        )
        self.addCleanup(self.registry.reset_changes)
        quote = self.make_order(confirm=False)
        line = self.get_order_lines(quote)[0]
        for record in (quote, line):
            record.with_context(lang="en_US").write({"x_note": "free", "x_term": "Terms"})
        quote.action_confirm()
        for record in (quote, line):
            for name in ("x_note", "x_term"):
                with self.subTest(model=record._name, field=name), self.unchanged(quote):
                    self.refusal(
                        "document_validated", self.rpc, None, record, "write", {name: "altered"}
                    )
            with self.unchanged(quote):
                self.refusal(
                    "document_validated",
                    self.rpc, self.manager, record, "update_field_translations",
                    "x_term", {"fr_FR": "Conditions"},
                )  # fmt: skip

    def test_down_payment_by_hand(self):
        """Row 3-01: a line that claims to be a down payment, or anything else, is not added."""
        for values in (
            {"is_downpayment": True, "product_uom_qty": 0},
            {"is_expense": True, "product_uom_qty": 0},
            {"is_delivery": True},
            {"display_type": "line_section", "is_downpayment": True},
            {"display_type": "line_subsection"},
            {"display_type": "line_note"},
        ):
            if set(values) - set(self.line._fields):
                continue
            with self.subTest(values=values), self.unchanged(self.order):
                self.refusal(
                    "document_validated",
                    self.rpc, self.seller, self.env["sale.order.line"], "create",
                    {"order_id": self.order.id, "name": "More", **values},
                )  # fmt: skip

    def test_fake_down_payment(self):
        """Row 3-01: an invoice cannot rewrite the line of an order as if it were a down payment."""
        quote = self.make_order(
            confirm=False,
            lines=[self.make_order_line(is_downpayment=True, product_uom_qty=3)],
        )
        line = quote.order_line
        try:
            quote.action_confirm()
        except UserError:
            return  # such an order is not validated at all
        self.env.flush_all()
        with self.unchanged(quote, ignored=(
            "qty_invoiced", "qty_to_invoice", "invoice_status", "untaxed_amount_invoiced",
            "untaxed_amount_to_invoice", "amount_to_invoice", "invoice_lines",
            "write_uid", "write_date", "qty_invoiced_posted", "amount_invoiced",
        )):  # fmt: skip
            invoice = self.make_invoice(
                post=False,
                lines=[self.make_line(price_unit=1.0, sale_line_ids=[Command.set(line.ids)])],
            )
            try:
                self.rpc(self.seller, invoice, "action_post")
            except UserError:
                self.env.invalidate_all()
        self.assertEqual(line.price_unit, 100.0)

    def test_order_of_other_document(self):
        """Row 3-01: the header of another order does not reach into this one."""
        for commands in (
            [Command.update(self.line.id, {"price_unit": 1.0})],
            [Command.delete(self.line.id)],
            [Command.link(self.line.id)],
            [Command.set(self.line.ids)],
        ):
            with self.subTest(commands=commands):
                self.refused(self.rpc, self.seller, self.draft, "write", {"order_line": commands})

    def test_screen(self):
        """Rows 3-01 to 3-11: the form shows as read-only what is refused."""
        with Form(self.order.with_user(self.seller)) as form:
            form.header = "<p>New head</p>"
            form.commitment_date = "2026-09-01 08:00:00"
            form.user_id = self.seller
            form.contact_id = self.other_contact
        self.assertIn("New head", self.order.header)
        form = Form(self.order.with_user(self.seller))
        for name in ("partner_id", "payment_term_id", "process_id", "date_order", "pricelist_id",
                     "client_order_ref"):  # fmt: skip
            with self.subTest(field=name), self.assertRaises(AssertionError):
                setattr(form, name, False)
        with self.assertRaises(AssertionError), form.order_line.edit(1) as line:
            line.price_unit = 1.0
        arch = self.env["sale.order"].get_view(view_type="form")["arch"]
        options = etree.fromstring(arch).xpath("//field[@name='order_line']")[0].get("options")
        for name in ("create", "delete"):
            self.assertEqual(ast.literal_eval(options)[name], [("is_protected", "=", False)])
