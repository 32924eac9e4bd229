"""Quotes and orders with groups (rows 4-01 to 4-10)."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_invoice.tests.test_groupings import GroupedInvoiceCase, as_text

from .common import OrderCase

SUB = "line_subsection"


class GroupedOrderCase(GroupedInvoiceCase, OrderCase):
    @classmethod
    def make_article(cls, name, price, quantity=1, tax=None, **values):
        return cls.make_order_line(
            product_id=cls.make_product(name, invoice_policy="order", service_type="manual").id,
            name=name,
            product_uom_qty=quantity,
            price_unit=price,
            tax_ids=[Command.set((tax or cls.tax).ids)],
            **values,
        )

    @classmethod
    def make_plain_quote(cls):
        """A line outside, two groups, a subsection in the first."""
        article = cls.make_article
        return cls.make_order(
            confirm=False,
            lines=[
                article("Outside", 1),
                cls.make_group("First"),
                article("A", 2),
                cls.make_group("Inner", SUB),
                article("B", 3),
                cls.make_group("Second"),
                article("C", 4),
            ],
        )

    @classmethod
    def get_line(cls, order, name):
        return order.order_line.filtered(lambda line: line.name == name)

    @classmethod
    def get_names(cls, order):
        order.invalidate_recordset()
        return order.order_line.sorted("sequence").mapped("name")


@tagged("post_install", "-at_install")
class TestGroups(GroupedOrderCase):
    def add_line(self, order, name, **values):
        """Add a line as an API client does, without saying where."""
        values = {"order_id": order.id, "product_id": self.product.id, "name": name, **values}
        self.rpc(self.seller, self.env["sale.order.line"], "create", [values])

    # ------------------------------------------------------------------
    # Current group
    # ------------------------------------------------------------------
    def test_no_current_group(self):
        """4-02: without a choice, a new line goes to the end, as in the host."""
        order = self.make_plain_quote()
        self.add_line(order, "New")
        self.assertEqual(self.get_names(order)[-1], "New")

    def test_current_group(self):
        """4-04: new lines go to the end of the chosen group, in their order."""
        order = self.make_plain_quote()
        first = self.get_line(order, "First")
        self.rpc(self.seller, order, "set_current_section", first.id)
        self.add_line(order, "New")
        self.add_line(order, "Newer")
        self.add_line(order, "Note", product_id=False, display_type="line_note")
        self.add_line(order, "Third", product_id=False, display_type="line_section")
        names = [
            "Outside", "First", "A", "New", "Newer", "Note", "Inner", "B", "Second", "C", "Third",
        ]  # fmt: skip
        self.assertEqual(self.get_names(order), names)
        self.assertEqual(self.get_line(order, "Newer").parent_id, first)
        # The choice moves, then ends.
        self.rpc(self.seller, order, "set_current_section", self.get_line(order, "Inner").id)
        self.assertFalse(first.is_current)
        self.add_line(order, "Deep")
        self.assertEqual(self.get_line(order, "Deep").parent_id.name, "Inner")
        self.rpc(self.seller, order, "set_current_section", False)
        self.add_line(order, "Last")
        self.assertEqual(self.get_names(order)[-1], "Last")

    def test_one_current_group(self):
        """4-04: whoever writes it, one group is current; a copy of the order has none."""
        order = self.make_plain_quote()
        first, second = self.get_line(order, "First"), self.get_line(order, "Second")
        first.is_current = True
        second.is_current = True
        self.assertEqual(order._get_current_section(), second)
        self.assertFalse(first.is_current)
        self.assertFalse(order.copy()._get_current_section())

    def test_explicit_sequence(self):
        """4-04: a caller that says where is obeyed."""
        order = self.make_plain_quote()
        order.set_current_section(self.get_line(order, "First").id)
        self.add_line(order, "New", sequence=1000)
        self.assertEqual(self.get_names(order)[-1], "New")

    def test_catalogue(self):
        """4-04: the catalogue adds to the current group unless told otherwise."""
        order = self.make_plain_quote()
        second = self.get_line(order, "Second")
        order.set_current_section(second.id)
        action = self.rpc(self.seller, order, "action_add_from_catalog")
        self.assertEqual(action["context"]["current_section_id"], second.id)

    def test_query_count(self):
        """Adding to a group costs as many queries in a short document as in a long one."""
        counts = []
        for size in (5, 60):
            lines = [
                self.make_group("First", is_current=True),
                *(self.make_order_line() for _index in range(size)),
                self.make_group("Second"),
                *(self.make_order_line() for _index in range(size)),
            ]
            order = self.make_order(confirm=False, lines=lines)
            counts.append(self.count_queries(self.add_line, order, "New"))
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    # ------------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------------
    def test_assign(self):
        """4-03: lines go to the end of a group; the amounts do not move."""
        order = self.make_plain_quote()
        lines = self.get_line(order, "C") | self.get_line(order, "Outside")
        before = order.amount_total
        first = self.get_line(order, "First")
        self.assertIs(self.rpc(self.seller, lines, "action_assign_section", first.id), True)
        self.assertEqual(
            self.get_names(order), ["First", "A", "Outside", "C", "Inner", "B", "Second"]
        )
        self.assertEqual(lines.parent_id, first)
        self.assertEqual(order.amount_total, before)

    def test_assign_forgets_parents(self):
        """4-03: the host keeps the group of a line in memory; who assigns it reads the new one."""
        order = self.make_plain_quote()
        line, second = self.get_line(order, "A"), self.get_line(order, "Second")
        self.assertEqual(order.order_line.mapped("parent_id.name"), ["First", "Inner", "Second"])
        line.action_assign_section(second.id)
        self.assertEqual(line.parent_id, second)

    def test_assign_to_no_group(self):
        """4-03: back to the unlabelled group."""
        order = self.make_plain_quote()
        self.rpc(self.seller, self.get_line(order, "B"), "action_assign_section")
        self.assertEqual(
            self.get_names(order), ["Outside", "B", "First", "A", "Inner", "Second", "C"]
        )
        self.assertFalse(self.get_line(order, "B").parent_id)

    def test_assign_refused(self):
        """4-03: a stranger's group, a group itself, a validated order, another's order."""
        order, other = self.make_plain_quote(), self.make_plain_quote()
        line = self.get_line(order, "A")
        stranger = self.get_line(other, "First")
        call = self.rpc
        self.refusal(
            "grouping_section", call, self.seller, line, "action_assign_section", stranger.id
        )
        self.refusal("grouping_section", call, self.seller, order, "set_current_section", line.id)
        section = self.get_line(order, "First")
        both = line | self.get_line(other, "A")
        for lines in (section, both):
            self.refusal(
                "grouping_line", call, self.seller, lines, "action_assign_section", section.id
            )
        order.action_confirm()
        with self.unchanged(order):
            target = self.get_line(order, "Second").id
            self.refusal(
                "document_validated", call, self.seller, line, "action_assign_section", target
            )
            self.refusal(
                "document_validated", call, self.seller, order, "set_current_section", target
            )
        with self.assertRaises(AccessError):
            call(self.billing_reader(), self.get_line(other, "A"), "action_assign_section")

    def billing_reader(self):
        return self.make_user("koban_reader", "account.group_account_readonly")

    def test_combo(self):
        """4-03: a combo goes to a group with its items."""
        combo = self.env["product.combo"].create(
            {
                "name": "Choice",
                "combo_item_ids": [Command.create({"product_id": self.make_product("Item").id})],
            }
        )
        product = self.make_product(
            "Menu", type="combo", combo_ids=[Command.set(combo.ids)], taxes_id=[]
        )
        order = self.make_plain_quote()
        menu = self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": product.id, "sequence": 100}
        )
        item = self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": combo.combo_item_ids.product_id.id,
                "combo_item_id": combo.combo_item_ids.id,
                "linked_line_id": menu.id,
                "sequence": 101,
            }
        )
        item.price_unit = 12
        menu.action_assign_section(self.get_line(order, "First").id)
        self.assertEqual((menu | item).parent_id.mapped("name"), ["First"])
        rows = {row.line: row for row in order._get_printed_rows() if row.kind != "subtotal"}
        self.assertEqual((rows[menu].kind, rows[menu].subtotal), ("combo", 12))
        self.assertEqual((rows[item].kind, rows[item].subtotal), ("product", 12))
        subtotal = [row for row in order._get_printed_rows() if row.name == "First"][-1]
        self.assertEqual(subtotal.subtotal, 2 + 12 + 3)

    # ------------------------------------------------------------------
    # Options
    # ------------------------------------------------------------------
    def test_exclusive_options(self):
        """4-06: Python refuses what the screen does not offer."""
        order = self.make_plain_quote()
        section = self.get_line(order, "First")
        section.collapse_composition = True
        for values in (
            {"collapse_prices": True},
            {"hide_subtotal": True},
            {"collapse_composition": False, "kit_quantity": 2},
            {"kit_quantity": -1},
        ):
            with self.subTest(values=values), self.assert_refused("grouping_options"):
                self.rpc(self.seller, section, "write", values)
            self.env.invalidate_all()

    def test_transfer(self):
        """4-07 and 4-10: options go from the template to the quote, the order, the invoice."""
        options = {
            "Kit": {"collapse_composition": True, "kit_quantity": 3, "kit_uom_id": self.dozen.id},
            "Secret": {"collapse_prices": True, "hide_subtotal": True},
        }
        product = {"product_id": self.product.id, "product_uom_qty": 1}
        template = self.env["sale.order.template"].create(
            {
                "name": "Bathroom",
                "sale_order_template_line_ids": [
                    Command.create(values)
                    for name, kept in options.items()
                    for values in (
                        {"display_type": "line_section", "name": name, **kept},
                        {**product, "name": f"Line of {name}"},
                    )
                ],
            }
        )
        order = self.make_order(confirm=False)
        order.sale_order_template_id = template
        order._onchange_sale_order_template_id()
        self.check_options(order.order_line, options)
        order.action_confirm()
        invoice = self.invoice_order(order)
        self.check_options(invoice.invoice_line_ids, options)
        copy = order.copy()
        self.check_options(copy.order_line, options)

    def check_options(self, lines, options):
        for name, expected in options.items():
            section = lines.filtered(lambda line, name=name: line.name == name)
            kept = section._prepare_grouping_options()
            names = ("collapse_prices", "collapse_composition", "hide_subtotal")
            base = {key: False for key in names} | {"kit_quantity": 0, "kit_uom_id": False}
            self.assertEqual(kept, base | expected, lines._name)

    def test_frozen_options(self):
        """DESIGN §2: on a validated order how a group is shown is frozen."""
        order = self.make_plain_quote()
        order.action_confirm()
        section = self.get_line(order, "First")
        for values in (
            {"collapse_prices": True},
            {"collapse_composition": True},
            {"hide_subtotal": True},
            {"kit_quantity": 2},
            {"is_current": True},
            {"sequence": 99},
        ):
            with self.subTest(values=values):
                self.refusal("document_validated", self.rpc, self.seller, section, "write", values)

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def test_rows_add_up(self):
        """4-05: the rows of an order make its total to the cent, per rate too."""
        order = self.make_order(confirm=False, lines=self.make_grouped_lines())
        rows = order._get_printed_rows()
        told = [row for row in rows if row.kind in ("product", "summary") and row.subtotal]
        told += [row for row in rows if row.kind == "subtotal" and row.name == "Secret prices"]
        self.assertAlmostEqual(sum(row.subtotal for row in told), order.amount_untaxed, 2)
        by_rate, expected = {}, {}
        for row in told:
            by_rate[row.taxes] = by_rate.get(row.taxes, 0) + row.subtotal
        for line in self.get_order_lines(order):
            rate = (line.tax_ids.invoice_label,)
            expected[rate] = expected.get(rate, 0) + line.price_subtotal
        self.assertEqual(by_rate.keys(), expected.keys())
        for rate, base in expected.items():
            self.assertAlmostEqual(by_rate[rate], base, 2)

    def test_down_payment(self):
        """4-05: a draft down payment is not printed; a validated one does not count."""
        order = self.make_plain_quote()
        order.action_confirm()
        self.assertEqual(len(order._get_printed_rows()), 10)
        invoice = self.invoice_order(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(len(order._get_printed_rows()), 10)
        invoice.action_post()
        rows = order._get_printed_rows()
        self.assertEqual([row.kind for row in rows[10:]], ["section", "product"])
        self.assertIsNone(rows[-1].subtotal)


@tagged("post_install", "-at_install")
class TestPages(GroupedOrderCase, HttpCase):
    """What the customer gets: the PDF, the portal, the mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order(confirm=False, lines=cls.make_grouped_lines())

    def get_page(self, order):
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids, {"report_type": "pdf"}
        )
        return as_text(content)

    def get_host_page(self, order):
        """Return the page of the host's template, which prints without a document model."""
        self.env["koban.document.model"].search([]).active = False
        order.document_model_id = False
        return self.get_page(order)

    def get_portal_page(self, order):
        order._portal_ensure_token()
        url = f"/my/orders/{order.id}?access_token={order.access_token}"
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response.text

    def check_page(self, text):
        self.assert_nothing_leaks(text)
        self.assertRegex(text, r"Kit 3.00 \S+ 155.093 20% \S*465.28")
        self.assertRegex(text, r"Kit 3.00 \S+ 166.563 5.5% \S*499.69")
        self.assertRegex(text, r"Article D 2.00")
        self.assertRegex(text, r"Subtotal Secret prices 20% \S*2,055.07")
        self.assertRegex(text, r"Subtotal Open \S*1,097.27")
        self.assertNotIn("Subtotal Inner", text)
        self.assertNotIn("Subtotal Mute", text)
        self.assertNotIn("Units 31.00 Units", text)

    def test_page(self):
        """4-05 to 4-08: the page of the quote, then of the validated order."""
        self.check_page(self.get_host_page(self.order))
        self.order.action_confirm()
        self.check_page(self.get_host_page(self.order))

    def test_page_of_a_model(self):
        """4-05 to 4-08: the page by a document model shows the same rows."""
        self.assertTrue(self.order.document_model_id)
        text = self.get_page(self.order)
        self.assert_nothing_leaks(text)
        for shown in ("155.093", "465.28", "166.563", "499.69", "2,055.07", "1,097.27"):
            self.assertIn(shown, text)
        self.assertNotIn("Subtotal – Mute", text)

    def test_portal(self):
        """The customer's page says no more than the paper."""
        self.order.action_quotation_sent()
        page = self.get_portal_page(self.order)
        self.assert_nothing_leaks(page)
        self.assertIn("Secret prices", page)
        self.assertIn("155.093", page)

    def test_portal_discount(self):
        """4-08: the sum of the discounts does not tell the one of a hidden article."""
        lines = [
            self.make_group("Kit", collapse_composition=True),
            self.make_article("Component A", 173.91, discount=8),
        ]
        order = self.make_order(confirm=False, lines=lines)
        order.action_quotation_sent()
        order._portal_ensure_token()
        url = f"/my/orders/{order.id}?access_token={order.access_token}"
        self.assertNotIn("173.91", self.url_open(url).text)
        order.order_line[0].collapse_composition = False
        self.assertIn("173.91", self.url_open(url).text)

    def test_portal_quantities(self):
        """The customer still chooses how many of an optional line."""
        order = self.make_order(
            confirm=False,
            lines=[
                self.make_group("Choice", is_optional=True),
                self.make_article("Option", 12, quantity=0),
            ],
        )
        order.action_quotation_sent()
        line = self.get_line(order, "Option")
        page = self.get_portal_page(order)
        self.assertIn("js_quantity", page)
        self.assertIn(f'data-line-id="{line.id}"', page)

    def test_mail(self):
        for xmlid in ("sale.email_template_edi_sale", "sale.mail_template_sale_confirmation"):
            template = self.env.ref(xmlid)
            body = template._render_field("body_html", self.order.ids)[self.order.id]
            self.assertIn(self.order.name, body)
            self.assert_nothing_leaks(body)

    # ------------------------------------------------------------------
    # The host's own pages
    # ------------------------------------------------------------------
    def make_host_order(self):
        """The case of 4-08, where the guard is off and no option of ours is used."""
        self.set_guard(False)
        return self.make_order(
            confirm=False,
            lines=[
                self.make_group("Section"),
                self.make_group("Hidden", SUB, collapse_prices=True),
                self.make_article("A", 173.91),
                self.make_group("Shown", SUB),
                self.make_article("B", 291.37, quantity=2),
            ],
        )

    def test_prices_of_the_next_subsection(self):
        """4-08: in the host, a subsection also hides the prices of the next one."""
        order = self.make_host_order()
        self.assertFalse(order._uses_printed_rows())
        self.assertRegex(self.get_host_page(order), r"B 2.00 Units 291.37")

    def test_one_unit(self):
        """4-06: a group shown as one line is not counted in "Units", on paper nor in the portal."""
        order = self.make_host_order()
        order.order_line[0].collapse_composition = True
        order.action_quotation_sent()
        pages = {"paper": self.get_host_page(order), "portal": as_text(self.get_portal_page(order))}
        for name, page in pages.items():
            with self.subTest(page=name):
                self.assertRegex(page, r"Section 1.00 ")
                self.assertNotIn("1.00 Units", page)
