"""Rows 1-02 to 1-04, 3-02, 3-12: from quote to order, and its cancellation."""

from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import Form, freeze_time, tagged

from .common import OrderCase


@tagged("post_install", "-at_install", "koban_alone")
class TestQuoteToOrder(OrderCase):
    """A quote becomes a draft order, then a validated one, without losing anything."""

    def test_same_lines(self):
        """Row 1-02: the order takes over the lines of the quote as they are."""
        quote = self.make_order(confirm=False)
        names = ("product_id", "name", "product_uom_qty", "price_unit", "discount", "tax_ids",
                 "display_type", "sequence")  # fmt: skip
        lines = [[line[name] for name in names] for line in quote.order_line]
        self.rpc(self.seller, quote, "action_create_order")
        self.rpc(self.seller, quote, "action_confirm")
        self.assertEqual([[line[name] for name in names] for line in quote.order_line], lines)
        self.assertEqual(quote.amount_total, 294.0)

    def test_draft_order(self):
        """Row 1-03: the order is a draft first; it can be edited, and taken back to a quote."""
        quote = self.make_order(confirm=False)
        self.assertEqual(quote.document_status, "quote")
        quote_number = quote.name
        self.rpc(self.seller, quote, "action_create_order")
        self.assertEqual(quote.document_status, "order_draft")
        self.assertEqual(quote.state, "draft")
        self.assertFalse(quote.validation_date)
        self.rpc(self.seller, self.get_order_lines(quote)[0], "write", {"product_uom_qty": 3})
        self.rpc(self.seller, quote, "action_back_to_quote")
        self.assertEqual(quote.document_status, "quote")
        self.assertEqual(quote.name, quote_number)
        self.rpc(self.seller, quote, "action_create_order")
        self.rpc(self.seller, quote, "action_confirm")
        self.assertEqual(quote.document_status, "order")
        self.assertEqual(quote.state, "sale")

    def test_sent_quote(self):
        """Row 1-03: a quote that was sent follows the same way."""
        quote = self.make_order(confirm=False)
        quote.action_quotation_sent()
        self.assertEqual(quote.document_status, "quote_sent")
        self.rpc(self.seller, quote, "action_create_order")
        self.assertEqual(quote.document_status, "order_draft")
        self.rpc(self.seller, quote, "action_confirm")
        self.assertEqual(quote.document_status, "order")

    def test_direct_order(self):
        """Row 1-04: an order entered directly has no quote number, and takes its own."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        self.assertIn("default_is_order", action["context"])
        form = Form(self.env["sale.order"].with_user(self.seller).with_context(
            default_is_order=True))  # fmt: skip
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.product
        order = form.save()
        self.assertEqual(order.document_status, "order_draft")
        self.assertFalse(order.quote_number)
        number = order.name
        self.refusal("document_state", self.rpc, self.seller, order, "action_back_to_quote")
        self.rpc(self.seller, order, "action_confirm")
        self.assertFalse(order.quote_number)
        self.assertNotEqual(order.name, number)

    def test_origin(self):
        """Row 1-04: an order says which opportunity and document it comes from."""
        lead = self.env["crm.lead"].create({"name": "Shop", "partner_id": self.customer.id})
        order = self.make_order(opportunity_id=lead.id, origin="Call of 3 March")
        self.assertEqual((order.opportunity_id, order.origin), (lead, "Call of 3 March"))
        with self.unchanged(order):
            for values in ({"opportunity_id": False}, {"origin": "Other"}):
                self.refusal("document_validated", self.rpc, self.manager, order, "write", values)

    def test_both_numbers(self):
        """Row 3-02: the quote keeps its number, the order has its own; both are found."""
        quote = self.make_order(confirm=False)
        quote_number = quote.name
        self.assertEqual(quote.quote_number, quote_number)
        quote.action_confirm()
        self.assertEqual(quote.quote_number, quote_number)
        self.assertNotEqual(quote.name, quote_number)
        found = self.env["sale.order"].name_search(quote_number)
        self.assertIn(quote.id, [record_id for record_id, _name in found])

    @freeze_time("2026-02-20 10:00:00")
    def test_date_kept(self):
        """Row 3-02: validating does not overwrite the date of the order."""
        order = self.make_order(date_order="2026-02-03 09:00:00")
        self.assertEqual(order.date_order, Datetime.to_datetime("2026-02-03 09:00:00"))
        self.assertEqual(order.validation_date, Datetime.now())

    def test_wrong_states(self):
        """Rows 1-03, 3-02: no status is skipped, no validation is done twice."""
        order = self.make_order()
        for method in ("action_create_order", "action_back_to_quote"):
            with self.unchanged(order):
                self.refusal("document_state", self.rpc, self.seller, order, method)
        with self.unchanged(order):
            self.refusal("document_not_confirmable", self.rpc, self.seller, order, "action_confirm")
        quote = self.make_order(confirm=False)
        quote.action_cancel()
        with self.unchanged(quote):
            self.refusal("document_not_confirmable", self.rpc, self.seller, quote, "action_confirm")
            self.refusal("document_state", self.rpc, self.seller, quote, "action_create_order")

    def test_line_without_product(self):
        """Row 3-02: an order that the host refuses takes no number."""
        order = self.make_order(confirm=False)
        next_order = self.make_order(confirm=False)
        order.write({"order_line": [Command.create({"name": "No product"})]})
        with self.unchanged(order):
            self.refusal("document_not_confirmable", self.rpc, self.seller, order, "action_confirm")
        first = self.make_order()
        next_order.action_confirm()
        self.assertEqual(int(next_order.name[-5:]), int(first.name[-5:]) + 1)

    def test_order_without_lines(self):
        """Row 3-02: nothing can be added to a validated order, so an empty one takes no number."""
        only_texts = [Command.create({"display_type": "line_note", "name": "Thank you"})]
        empty = self.make_order(confirm=False, lines=only_texts)
        with self.unchanged(empty):
            self.refusal("document_not_confirmable", self.rpc, self.seller, empty, "action_confirm")
        empty.order_line = [self.make_order_line()]
        empty.action_confirm()
        self.assertEqual(empty.state, "sale")

    def test_copy(self):
        """Row 3-12: a copy is a quote again, with the lines and without the numbers."""
        order = self.make_order()
        copy = self.env["sale.order"].browse(self.rpc(self.seller, order, "copy"))
        self.assertEqual(copy.document_status, "quote")
        self.assertNotIn(copy.name, (order.name, order.quote_number))
        self.assertEqual(copy.quote_number, copy.name)
        for name in ("validation_date", "is_order", "cancellation_date", "locked"):
            self.assertFalse(copy[name], name)
        self.assertEqual(copy.amount_total, 294.0)
        self.assertEqual(copy.process_id, self.process)
        self.assertIn("Head", copy.header)
        for values in ({"state": "sale"}, {"validation_date": "2026-01-01 00:00:00"}):
            with self.assertRaises(UserError):
                self.rpc(self.seller, order, "copy", values)


@tagged("post_install", "-at_install")
class TestOrderCancellation(OrderCase):
    """Row 3-12: cancel and re-enter."""

    def test_cancel(self):
        """Row 3-12: a validated order is cancelled; it keeps its number, and it is traced."""
        order = self.make_order()
        number = order.name
        for locked in (False, True):
            order = self.make_order()
            order.locked = locked
            number = order.name
            self.rpc(self.seller, order, "action_cancel")
            self.assertEqual(order.state, "cancel")
            self.assertEqual(order.name, number)
            self.assertEqual(order.cancellation_user_id, self.seller)
            self.assertTrue(order.cancellation_date)
            self.assertEqual(order.document_status, "cancel")
            bodies = "".join(order.message_ids.mapped("body"))
            self.assertIn(number, bodies)
            self.assertIn(self.seller.name, bodies)

    def test_no_way_back(self):
        """Row 3-12: a cancelled order does not become a quote again, nor is it deleted."""
        order = self.make_order()
        order.action_cancel()
        for user in (self.seller, self.manager, None):
            with self.unchanged(order):
                self.refusal("document_state", self.rpc, user, order, "action_draft")
                if user != self.seller:  # who deletes no order at all
                    self.refusal("document_delete", self.rpc, user, order, "unlink")
                self.refusal(
                    "document_validated", self.rpc, user, order, "write", {"state": "sale"}
                )
                self.refusal(
                    "document_validated", self.rpc, user, order, "write", {"state": "draft"}
                )
        self.assertIn("uplicat", str(self.refusal(
            "document_state", self.rpc,
            self.make_user("koban_en", "koban_sales.group_sales", lang="en_US"),
            order, "action_draft",
        )))  # fmt: skip

    def test_quote(self):
        """Row 3-12: a quote is cancelled, taken up again and deleted as in the host."""
        quote = self.make_order(confirm=False)
        self.rpc(self.seller, quote, "action_cancel")
        self.assertFalse(quote.cancellation_date)
        self.rpc(self.seller, quote, "action_draft")
        self.assertEqual(quote.state, "draft")
        self.rpc(self.seller, quote, "action_cancel")
        self.rpc(self.manager, quote, "unlink")
        self.assertFalse(quote.exists())

    def test_mass_cancel(self):
        """Row 3-12: the host's mass cancellation traces like the button."""
        orders = self.make_order() | self.make_order()
        quote = self.make_order(confirm=False)
        wizard = self.env["sale.mass.cancel.orders"].with_user(self.seller).create(
            {"sale_order_ids": [Command.set((orders | quote).ids)]}
        )  # fmt: skip
        wizard.action_mass_cancel()
        self.env.flush_all()
        self.assertEqual(set((orders | quote).mapped("state")), {"cancel"})
        self.assertEqual(orders.mapped("cancellation_user_id"), self.seller)
        self.assertFalse(quote.cancellation_date)

    def test_invoiced(self):
        """Row 3-12: an order that an invoice bills is cancelled once the invoice is."""
        order = self.make_order()
        invoice = self.invoice_order(order)
        invoice.invoice_date = "2026-03-10"
        invoice.action_post()
        for user in (self.seller, self.manager):
            with self.unchanged(order):
                error = self.refusal("document_invoiced", self.rpc, user, order, "action_cancel")
        self.assertIn(invoice.name, str(error))
        wizard = self.env["sale.mass.cancel.orders"].create(
            {"sale_order_ids": [Command.set(order.ids)]}
        )
        with self.assert_refused("document_invoiced"):
            wizard.action_mass_cancel()
        invoice.with_user(self.seller).action_cancel_document()
        self.rpc(self.seller, order, "action_cancel")
        self.assertEqual(order.state, "cancel")

    def test_draft_invoice(self):
        """Row 3-12: the draft invoices of a cancelled order are cancelled with it."""
        order = self.make_order()
        invoice = self.invoice_order(order)
        self.rpc(self.seller, order, "action_cancel")
        self.assertEqual((order.state, invoice.state), ("cancel", "cancel"))

    def test_batch_is_whole(self):
        """Row 3-12: one order that cannot be cancelled refuses the batch."""
        billed, free = self.make_order(), self.make_order()
        invoice = self.invoice_order(billed)
        invoice.invoice_date = "2026-03-10"
        invoice.action_post()
        with self.unchanged(billed, free):
            self.refusal("document_invoiced", self.rpc, self.seller, free | billed, "action_cancel")

    def test_report_by_classification(self):
        """Row 4-25: sales are reported by family and brand of their articles."""
        family = self.env["product.category"].create(
            {"name": "Ovens", "parent_id": self.product.categ_id.id}
        )
        brand = self.env["koban.product.brand"].create({"name": "Bongard"})
        article = self.make_product("Oven", categ_id=family.id, koban_brand_id=brand.id)
        self.make_order(lines=[self.make_order_line(product_id=article.id)])
        self.env.flush_all()
        groups = self.env["sale.report"]._read_group(
            [("koban_brand_id", "=", brand.id)],
            ["koban_group_id", "koban_brand_id"],
            ["price_subtotal:sum"],
        )
        group = article.koban_group_id
        self.assertTrue(group)
        self.assertEqual(groups, [(group, brand, 200.0)])
