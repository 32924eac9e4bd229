"""Row 3-14: lines of a validated invoice, through the header or by themselves."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceCommands(InvoiceCase):
    """No line of a validated invoice is added, changed, removed or moved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()
        cls.line, cls.second_line = cls.get_product_lines(cls.invoice)
        cls.draft = cls.make_invoice(post=False)
        cls.draft_line = cls.get_product_lines(cls.draft)[0]
        cls.other = cls.make_invoice()
        cls.other_line = cls.get_product_lines(cls.other)[0]

    def check_commands(self, name, commands, user):
        who = user.login if user else "superuser"
        untouched = self.unchanged(self.invoice, self.draft, self.other)
        with self.subTest(field=name, commands=commands, user=who), untouched:
            self.refusal(
                "document_validated", self.rpc, user, self.invoice, "write", {name: commands}
            )

    def test_commands(self):
        """Row 3-14: no one2many command alters a validated invoice."""
        new_line = {"name": "More", "quantity": 1, "price_unit": 10.0}
        for name in ("invoice_line_ids", "line_ids"):
            for commands in (
                [Command.create(new_line)],
                [Command.create({"display_type": "line_note", "name": "A note"})],
                [Command.update(self.line.id, {"price_unit": 1.0})],
                [Command.update(self.line.id, {"name": "Other text"})],
                [Command.delete(self.line.id)],
                [Command.unlink(self.line.id)],
                [Command.link(self.draft_line.id)],
                [Command.link(self.other_line.id)],
                [Command.clear()],
                [Command.set([])],
                [Command.set(self.line.ids)],
                [Command.set([self.line.id, self.draft_line.id])],
                self.line.ids,
            ):
                self.check_commands(name, commands, self.billing_user)
                self.check_commands(name, commands, None)

    def test_mixed_commands(self):
        """Row 3-14: one refused command refuses the whole list."""
        for commands in (
            [
                Command.update(self.line.id, {"price_unit": self.line.price_unit}),
                Command.update(self.second_line.id, {"quantity": 9}),
            ],
            [Command.link(self.line.id), Command.delete(self.second_line.id)],
        ):
            self.check_commands("invoice_line_ids", commands, self.billing_user)

    def test_neutral_commands(self):
        """The web client sends back unchanged lines: nothing to refuse."""
        marks = ("header", "write_uid", "write_date", "is_manually_modified")
        with self.unchanged(self.invoice, ignored=marks):
            self.rpc(
                self.billing_user,
                self.invoice,
                "write",
                {
                    "header": "<p>With lines</p>",
                    "invoice_line_ids": [
                        Command.link(self.line.id),
                        Command.update(self.second_line.id, {"quantity": 1}),
                    ],
                },
                context={"skip_readonly_check": True},
            )
        self.assertIn("With lines", self.invoice.header)

    def test_line_write(self):
        """Row 3-14: quantity, price, discount, product, taxes and text of a line are frozen."""
        other_product = self.make_product("Other work")
        for values in (
            {"quantity": 3},
            {"price_unit": 1.0},
            {"discount": 50.0},
            {"product_id": other_product.id},
            {"tax_ids": [Command.set(self.other_tax.ids)]},
            {"tax_ids": [Command.clear()]},
            {"name": "Other text"},
            {"sequence": 99},
            {"account_id": self.line.account_id.copy().id},
            {"analytic_distribution": {"1": 100}},
        ):
            for user in (self.billing_user, self.manager, None):
                with self.subTest(values=values), self.unchanged(self.invoice):
                    self.refusal("document_validated", self.rpc, user, self.line, "write", values)

    def test_plain_ids(self):
        """Row 3-14: a list of plain ids replaces a relation in the ORM: refused too."""
        invoice = self.make_invoice(
            lines=[self.make_line(tax_ids=[Command.set((self.tax | self.other_tax).ids)])]
        )
        line = self.get_product_lines(invoice)
        for value in (self.tax.ids, tuple(self.tax.ids), False):
            with self.subTest(value=value), self.unchanged(invoice):
                self.refusal(
                    "document_validated", self.rpc, None, line, "write", {"tax_ids": value}
                )
        self.assertEqual(line.tax_ids, self.tax | self.other_tax)

    def test_line_create(self):
        """Row 3-14: no line is added, of any kind, by anyone, nor by a default of the context."""
        values = {"name": "More", "quantity": 1, "price_unit": 10.0}
        lines = self.env["account.move.line"]
        for user in (self.billing_user, self.manager, None):
            for more in ({}, {"display_type": "line_section"}, {"display_type": "line_note"}):
                with self.subTest(more=more), self.unchanged(self.invoice):
                    self.refusal(
                        "document_validated", self.rpc, user, lines, "create",
                        {"move_id": self.invoice.id, **values, **more},
                    )  # fmt: skip
                    self.refusal(
                        "document_validated", self.rpc, user, lines, "create",
                        {**values, **more}, context={"default_move_id": self.invoice.id},
                    )  # fmt: skip

    def test_line_create_batch(self):
        """Row 3-14: one line of a batch for a validated invoice refuses the batch."""
        values = {"name": "More", "quantity": 1, "price_unit": 10.0}
        with self.unchanged(self.invoice, self.draft):
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, self.env["account.move.line"], "create",
                [{"move_id": self.draft.id, **values}, {"move_id": self.invoice.id, **values}],
            )  # fmt: skip

    def test_line_unlink(self):
        """Row 3-14: no line is removed."""
        for line in self.invoice.line_ids:
            with self.subTest(kind=line.display_type), self.unchanged(self.invoice):
                self.refusal("document_validated", self.rpc, self.manager, line, "unlink")

    def test_line_moves(self):
        """Row 3-14: no line goes to or comes from another document."""
        for line, target in (
            (self.line, self.draft),
            (self.line, self.other),
            (self.draft_line, self.invoice),
        ):
            with self.unchanged(self.invoice, self.draft, self.other):
                self.refusal(
                    "document_validated",
                    self.rpc, self.manager, line, "write", {"move_id": target.id},
                )  # fmt: skip

    def test_batch_of_lines(self):
        """A write on a draft line and a frozen one changes neither."""
        with self.unchanged(self.invoice, self.draft):
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, self.draft_line | self.line, "write", {"discount": 5},
            )  # fmt: skip

    def test_whole_write_is_refused(self):
        """Bad input: a refused value refuses the allowed ones of the same write."""
        for values in (
            {"header": "<p>New</p>", "invoice_user_id": self.manager.id},
            {"invoice_user_id": self.manager.id, "header": "<p>New</p>"},
            {"no_followup": True, "ref": "other"},
            {
                "comment": "<p>New</p>",
                "invoice_line_ids": [Command.update(self.line.id, {"price_unit": 1})],
            },
            {"contact_id": self.other_contact.id, "is_move_sent": True, "process_id": False},
        ):
            with self.subTest(values=values), self.unchanged(self.invoice):
                self.refusal(
                    "document_validated", self.rpc, self.billing_user, self.invoice, "write", values
                )

    def test_batch_of_documents(self):
        """A write on a draft and a validated invoice changes neither."""
        with self.unchanged(self.invoice, self.draft):
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, self.draft | self.invoice, "write", {"ref": "both"},
            )  # fmt: skip
