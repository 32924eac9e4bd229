"""Purchase orders with groups (rows 4-01, 4-05 to 4-08 and 4-10)."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_invoice.tests.test_groupings import GroupedInvoiceCase, as_text

SUB = "line_subsection"


class GroupedPurchaseCase(GroupedInvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is asked of vendors may be billed at once.
        cls.product.purchase_method = "purchase"
        cls.buyer = cls.make_user("koban_buyer", "purchase.group_purchase_user")
        cls.purchase_tax = cls.company.account_purchase_tax_id
        cls.purchase_tax.invoice_label = "20%"
        cls.other_purchase_tax = cls.purchase_tax.copy({"name": "Other", "amount": 5.5})
        cls.other_purchase_tax.invoice_label = "5.5%"

    @classmethod
    def make_group(cls, name, kind="line_section", **options):
        # The host's table wants a quantity, even of a title.
        values = {"display_type": kind, "name": name, "product_qty": 0, **options}
        return Command.create(values)

    @classmethod
    def make_article(cls, name, price, quantity=1, tax=None, **values):
        product = cls.make_product(name, purchase_method="purchase")
        # The same cases as for invoices, with the taxes of purchases.
        tax = cls.other_purchase_tax if tax else cls.purchase_tax
        return Command.create(
            {
                "product_id": product.id,
                "name": name,
                "product_qty": quantity,
                "price_unit": price,
                "tax_ids": [Command.set(tax.ids)],
                **values,
            }
        )

    @classmethod
    def make_purchase(cls, lines, confirm=False):
        order = cls.env["purchase.order"].create(
            {"partner_id": cls.customer.id, "order_line": lines}
        )
        if confirm:
            order.button_confirm()
        return order


@tagged("post_install", "-at_install")
class TestPurchaseGroups(GroupedPurchaseCase, HttpCase):
    def get_line(self, order, name):
        return order.order_line.filtered(lambda line: line.name == name)

    def get_page(self, order, report="purchase.report_purchaseorder"):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            report, order.ids, {"report_type": "pdf"}
        )
        return as_text(content)

    def get_portal_page(self, order, options=""):
        order._portal_ensure_token()
        url = f"/my/purchase/{order.id}?access_token={order.access_token}{options}"
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response.text

    # ------------------------------------------------------------------
    # What the vendor reads
    # ------------------------------------------------------------------
    def test_page(self):
        """4-05 to 4-08: the page of the order follows the rule."""
        text = self.get_page(self.make_purchase(self.make_grouped_lines(), confirm=True))
        self.assert_nothing_leaks(text)
        self.assertRegex(text, r"Kit 3.00 \S+ 155.093 20% \S*465.28")
        self.assertRegex(text, r"Subtotal Secret prices 20% \S*2,055.07")
        self.assertRegex(text, r"Subtotal Open \S*1,097.27")
        self.assertNotIn("Subtotal Mute", text)

    def test_quotation(self):
        """4-07: the request for quotation hides what the order hides, and has no price."""
        order = self.make_purchase(self.make_grouped_lines())
        text = self.get_page(order, "purchase.report_purchasequotation")
        self.assert_nothing_leaks(text)
        self.assertRegex(text, r"Kit 3.00 ")
        self.assertRegex(text, r"Article D .*2.00")
        self.assertNotIn("Subtotal", text)

    def test_portal(self):
        """4-07 and 4-08: so does the vendor's portal, before and after the order."""
        order = self.make_purchase(self.make_grouped_lines())
        for subtotal in (False, True):
            page = self.get_portal_page(order)
            self.assert_nothing_leaks(page)
            self.assertIn("Secret prices", page)
            self.assertEqual("Subtotal" in page, subtotal)
            order.button_confirm()

    def test_dates_on_the_portal(self):
        """4-07: nor does the page where the vendor enters dates tell what a group hides."""
        order = self.make_purchase(self.make_grouped_lines(), confirm=True)
        page = self.get_portal_page(order, "&update=True")
        self.assert_nothing_leaks(page)
        for shown in ("o-purchase-datetimepicker", "Kit", "Article D", "Article J"):
            self.assertIn(shown, page)

    def make_purchase_with_hole(self):
        """The case of 4-05: a line without quantity before groups."""
        return self.make_purchase(
            [
                self.make_article("Nothing", 5, quantity=0),
                self.make_group("First"),
                self.make_article("A", 10),
                self.make_article("B", 20),
                self.make_group("Second"),
                self.make_article("C", 40),
            ],
            confirm=True,
        )

    def check_host_subtotals(self, text):
        self.assertEqual(text.count("Subtotal"), 2)
        self.assertRegex(text, r"B 1.00 .* Subtotal \S*30.00 \S*? ?Second .* Subtotal \S*40.00")
        self.assertNotIn("Nothing", text)

    def test_line_without_quantity(self):
        """4-05: in the host, a line without quantity shifts the subtotals."""
        self.set_guard(False)
        order = self.make_purchase_with_hole()
        self.assertFalse(order._uses_printed_rows())
        self.check_host_subtotals(self.get_page(order))
        self.set_guard(True)
        text = self.get_page(order)
        self.assertEqual(text.count("Subtotal"), 2)
        self.assertRegex(text, r"Subtotal First \S*30.00")
        self.assertNotIn("Nothing", text)

    def test_line_without_quantity_in_the_portal(self):
        """4-05: so does it in the vendor's portal."""
        self.set_guard(False)
        order = self.make_purchase_with_hole()
        self.check_host_subtotals(as_text(self.get_portal_page(order)))

    # ------------------------------------------------------------------
    # Groups
    # ------------------------------------------------------------------
    def test_current_group(self):
        """4-04: new lines go to the chosen group, by the API and by the catalogue."""
        order = self.make_purchase(
            [
                self.make_group("First"),
                self.make_article("A", 1),
                self.make_group("Second"),
                self.make_article("B", 2),
            ]
        )
        first = self.get_line(order, "First")
        self.rpc(self.buyer, order, "set_current_section", first.id)
        values = {"order_id": order.id, "product_id": self.product.id, "name": "New"}
        self.rpc(self.buyer, self.env["purchase.order.line"], "create", [values])
        order.invalidate_recordset()
        self.assertEqual(self.get_line(order, "New").parent_id, first)
        other = self.make_product("From the catalogue")
        order._update_order_line_info(other.id, 1, section_id=first.id, child_field="order_line")
        order.invalidate_recordset()
        names = order.order_line.sorted("sequence").mapped("product_id.name")
        self.assertEqual(names, ["A", "Survey", "From the catalogue", "B"])

    def test_assign(self):
        """4-03: a line goes to a group."""
        order = self.make_purchase(
            [self.make_article("A", 1), self.make_group("First"), self.make_article("B", 2)]
        )
        line = self.get_line(order, "A")
        self.rpc(self.buyer, line, "action_assign_section", self.get_line(order, "First").id)
        order.invalidate_recordset()
        self.assertEqual(order.order_line.mapped("name"), ["First", "B", "A"])
        self.assertEqual(line.parent_id.name, "First")

    # ------------------------------------------------------------------
    # Bill
    # ------------------------------------------------------------------
    def test_bill_keeps_sections(self):
        """4-10: a section directly followed by a subsection is on the bill too."""
        order = self.make_purchase(
            [
                self.make_article("A", 1),
                self.make_group("Empty"),
                self.make_group("First", collapse_prices=True),
                self.make_group("Empty too", SUB),
                self.make_group("Inner", SUB, hide_subtotal=True),
                self.make_article("B", 2),
                self.make_group("Last", SUB),
                self.make_article("C", 3),
                self.make_group("Second", collapse_composition=True, kit_quantity=2),
                self.make_article("D", 4),
            ],
            confirm=True,
        )
        self.rpc(self.buyer, order, "action_create_invoice")
        bill = order.invoice_ids
        lines = bill.invoice_line_ids.sorted("sequence")
        names = ["A", "First", "Inner", "B", "Last", "C", "Second", "D"]
        self.assertEqual([line.name.split("\n")[0] for line in lines], names)
        self.assertEqual(lines[1].purchase_line_id, self.get_line(order, "First"))
        self.assertEqual(lines[3].parent_id.parent_id, lines[1])
        self.assertTrue(lines[1].collapse_prices)
        self.assertTrue(lines[2].hide_subtotal)
        self.assertEqual((lines[6].collapse_composition, lines[6].kit_quantity), (True, 2))
        self.assertEqual(bill.amount_untaxed, order.amount_untaxed)
