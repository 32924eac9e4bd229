"""Row 3-01: lines of a validated order, through the header or by themselves."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderCommands(OrderCase):
    """No line of a validated order is added, changed, removed or moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()
        cls.line, cls.second_line = cls.get_order_lines(cls.order)
        cls.draft = cls.make_order(confirm=False)
        cls.draft_line = cls.get_order_lines(cls.draft)[0]
        cls.other = cls.make_order()
        cls.other_line = cls.get_order_lines(cls.other)[0]
        cls.new_line = {"product_id": cls.product.id, "product_uom_qty": 1}

    def refuse(self, user, records, method, *args, **kwargs):
        who = user.login if user else "superuser"
        untouched = self.unchanged(self.order, self.draft, self.other)
        with self.subTest(method=method, args=args, user=who), untouched:
            self.refusal("document_validated", self.rpc, user, records, method, *args, **kwargs)

    def test_commands(self):
        """Row 3-01: no one2many command alters a validated order."""
        for commands in (
            [Command.create(self.new_line)],
            [Command.create({"display_type": "line_note", "name": "A note"})],
            [Command.create({"display_type": "line_section", "name": "A section"})],
            [Command.update(self.line.id, {"price_unit": 1.0})],
            [Command.update(self.line.id, {"name": "Other text"})],
            [Command.update(self.line.id, {"tax_ids": [Command.clear()]})],
            [Command.delete(self.line.id)],
            [Command.unlink(self.line.id)],
            [Command.link(self.draft_line.id)],
            [Command.link(self.other_line.id)],
            [Command.clear()],
            [Command.set([])],
            [Command.set(self.line.ids)],
            [Command.set([*self.order.order_line.ids, self.draft_line.id])],
            [Command.link(self.line.id), Command.delete(self.second_line.id)],
            [
                Command.update(self.line.id, {"price_unit": 100.0}),
                Command.update(self.second_line.id, {"product_uom_qty": 9}),
            ],
            self.line.ids,
            tuple(self.line.ids),
            False,
        ):
            self.refuse(self.seller, self.order, "write", {"order_line": commands})
            self.refuse(None, self.order, "write", {"order_line": commands})

    def test_neutral_commands(self):
        """The web client sends back unchanged lines with an allowed field."""
        marks = ("header", "write_uid", "write_date")
        with self.unchanged(self.order, ignored=marks):
            self.rpc(
                self.seller,
                self.order,
                "write",
                {
                    "header": "<p>With lines</p>",
                    "order_line": [
                        Command.link(self.line.id),
                        Command.update(self.second_line.id, {"price_unit": 50.0}),
                    ],
                },
            )
        self.assertIn("With lines", self.order.header)

    def test_delivered_quantity(self):
        """Row 3-11: what was delivered of a service is typed, by the line or the header."""
        self.rpc(self.seller, self.line, "write", {"qty_delivered": 1})
        self.assertEqual(self.line.qty_delivered, 1)
        self.rpc(
            self.seller, self.order, "write",
            {"order_line": [Command.update(self.line.id, {"qty_delivered": 2})]},
        )  # fmt: skip
        self.assertEqual(self.line.qty_delivered, 2)
        self.refuse(self.seller, self.line, "write", {"qty_delivered": 1, "price_unit": 3.0})

    def test_plain_ids(self):
        """Row 3-01: a list of plain ids replaces a relation in the ORM: refused too."""
        order = self.make_order(
            lines=[self.make_order_line(tax_ids=[Command.set((self.tax | self.other_tax).ids)])]
        )
        for value in (self.tax.ids, tuple(self.tax.ids), False):
            with self.subTest(value=value), self.unchanged(order):
                self.refusal(
                    "document_validated",
                    self.rpc, None, order.order_line, "write", {"tax_ids": value},
                )  # fmt: skip
        self.assertEqual(order.order_line.tax_ids, self.tax | self.other_tax)

    def test_line_write(self):
        """Row 3-01: quantity, price, discount, product, taxes, unit and text are frozen."""
        other_product = self.make_product("Other work")
        for values in (
            {"product_uom_qty": 3},
            {"price_unit": 1.0},
            {"discount": 50.0},
            {"product_id": other_product.id},
            {"tax_ids": [Command.set(self.other_tax.ids)]},
            {"name": "Other text"},
            {"sequence": 99},
            {"customer_lead": 9},
            {"analytic_distribution": {"1": 100}},
            {"collapse_prices": True},
        ):
            for user in (self.seller, self.manager, self.host_user, None):
                self.refuse(user, self.line, "write", values)

    def test_line_create(self):
        """Row 3-01: no line is added, directly, by a default or in a batch."""
        lines = self.env["sale.order.line"]
        for user in (self.seller, self.manager, None):
            self.refuse(user, lines, "create", {"order_id": self.order.id, **self.new_line})
            self.refuse(
                user, lines, "create", self.new_line,
                context={"default_order_id": self.order.id},
            )  # fmt: skip
            self.refuse(
                user, lines, "create",
                [{"order_id": self.draft.id, **self.new_line},
                 {"order_id": self.order.id, **self.new_line}],
            )  # fmt: skip

    def test_line_unlink(self):
        """Row 3-01: no line is removed, section and note included."""
        for line in self.order.order_line:
            self.refuse(self.manager, line, "unlink")
        self.refuse(self.manager, self.draft_line | self.line, "unlink")

    def test_line_moves(self):
        """Row 3-01: no line goes to or comes from another document."""
        self.refuse(self.manager, self.line, "write", {"order_id": self.draft.id})
        self.refuse(self.manager, self.line, "write", {"order_id": self.other.id})
        self.refuse(self.manager, self.draft_line, "write", {"order_id": self.order.id})

    def test_whole_write_is_refused(self):
        """Bad input: a refused value refuses the allowed ones of the same write."""
        for values in (
            {"header": "<p>New</p>", "payment_term_id": False},
            {"payment_term_id": False, "header": "<p>New</p>"},
            {"user_id": self.manager.id, "commitment_date": "2026-09-01", "note": "x"},
            {"comment": "<p>x</p>", "order_line": [Command.update(self.line.id, {"discount": 9})]},
            {"locked": True, "campaign_id": self.campaign.id, "partner_id": self.contact.id},
        ):
            self.refuse(self.seller, self.order, "write", values)

    def test_batches(self):
        """A write on a draft and a validated document changes neither."""
        self.refuse(self.seller, self.draft | self.order, "write", {"client_order_ref": "both"})
        self.refuse(self.seller, self.draft_line | self.line, "write", {"discount": 5})

    def test_message(self):
        """Bad input: the message names the fields, what stays editable and the way out."""
        user = self.make_user("koban_en", "koban_sales.group_sales", lang="en_US")
        error = self.refusal(
            "document_validated",
            self.rpc, user, self.order, "write",
            {"payment_term_id": False, "order_line": [
                Command.update(self.line.id, {"price_unit": 1})]},
        )  # fmt: skip
        for text in (self.order.name, "Payment Terms", "Unit Price", "Survey", "Salesperson",
                     "Header", "cancel the order"):  # fmt: skip
            self.assertIn(text, str(error))
        self.assertEqual(error.context["model"], "sale.order")
        self.assertEqual(error.context["ids"], self.order.ids)
        self.assertEqual(error.context["fields"], ["payment_term_id", "price_unit"])

    def test_message_in_french(self):
        """Bad input: in the words of the user."""
        self.env["res.lang"]._activate_lang("fr_FR")
        user = self.make_user("koban_fr", "koban_sales.group_sales", lang="fr_FR")
        for context in ({"lang": "fr_FR"}, {}):
            error = self.refusal(
                "document_validated",
                self.rpc, user, self.order, "write",
                {"payment_term_id": False, "process_id": False}, context=context,
            )  # fmt: skip
            for name in ("payment_term_id", "process_id", "header"):
                env = self.env(context={"lang": "fr_FR"})
                self.assertIn(self.order._fields[name]._description_string(env), str(error))
            self.assertNotIn("is validated", str(error))
            self.assertNotIn("Still editable", str(error))
