"""Issue 12, line 13: what an invoice hides leaves by no door."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_document.tests.leak import LeakCase

from .test_groupings import HIDDEN_NAMES, HIDDEN_PRICES, GroupedInvoiceCase


class GroupedLeakCase(LeakCase, GroupedInvoiceCase):
    """The lines of the tests of groupings, and what else a group can hide."""

    secret_words = (*HIDDEN_NAMES, "Discreet remark", "Discreet part")
    secret_numbers = HIDDEN_PRICES

    @classmethod
    def make_grouped_lines(cls):
        lines = super().make_grouped_lines()
        kit = [
            cls.make_group("Discreet part", "line_subsection"),
            cls.make_group("Discreet remark", "line_note"),
        ]
        return [*lines[:3], *kit, *lines[3:]]


@tagged("post_install", "-at_install")
class TestInvoiceLeak(GroupedLeakCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(lines=cls.make_grouped_lines())
        cls.outsider = cls.make_outsider(cls.contact)

    def test_every_door(self):
        """Issue 12, line 13: links, pages, reports, reads, searches, exports and methods."""
        invoice = self.invoice
        self.check_every_door(self.outsider, [invoice], invoice.invoice_line_ids)

    def test_lines(self):
        """Issue 12, line 13: the customer reads the open lines, the taxes and what is due."""
        lines = self.invoice.line_ids
        names = {
            "Visible", "Kit", "Secret prices", "Inner", "Open", "Article G", "Inner totals",
            "Mute", "Article J",
        }  # fmt: skip
        shown = lines.filtered(
            lambda line: line.name in names or line.display_type in ("tax", "payment_term")
        )
        self.assertEqual(len(shown.filtered("display_type")), len(shown))
        self.check_lines_outside(self.outsider, lines, shown)

    def test_rest_of_the_entry(self):
        """Issue 12, line 13: what an entry holds beside its page stays inside."""
        cost = self.invoice.invoice_line_ids[:1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET display_type = 'cogs' WHERE id = %s", [cost.id]
        )
        self.env.invalidate_all()
        outside = cost.with_user(self.outsider)
        self.assertFalse(outside.search([("id", "=", cost.id)]))

    def test_totals(self):
        """Issue 12, line 13: the customer still reads what he owes, and his invoice as a file."""
        invoice = self.invoice.with_user(self.outsider)
        [values] = invoice.read(["name", "amount_untaxed", "amount_tax", "amount_total"])
        self.assertEqual(values["amount_total"], self.invoice.amount_total)
        self.authenticate(self.outsider.login, self.outsider.login)
        answer = self.url_open(f"/my/invoices/{invoice.id}?report_type=pdf&download=true")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("465.28", answer.text)

    def test_every_format(self):
        """Issue 12, line 13: no format of electronic invoice tells what the page hides."""
        told = []
        for name in sorted(self.env.registry):
            builder = self.env[name]
            if not name.startswith("account.edi.xml") or not hasattr(builder, "_export_invoice"):
                continue
            content = b""
            with self.call_apart():
                content, _errors = builder._export_invoice(self.invoice)
            if content:
                told.append(name)
                text = content if isinstance(content, str) else content.decode()
                self.assertFalse(self.find_secrets(text), name)
        self.assertIn("account.edi.xml.ubl_bis3", told)
        self.assertIn("account.edi.xml.cii", told)

    def test_bill(self):
        """Issue 12, line 13: a vendor reads no more of his bill than its page shows."""
        bill = self.make_invoice(
            move_type="in_invoice", invoice_date="2026-06-15", lines=self.make_grouped_lines()
        )
        hidden = bill.invoice_line_ids.filtered(lambda line: line.name in HIDDEN_NAMES)
        self.assertTrue(hidden)
        outside = hidden.with_user(self.outsider)
        self.assertFalse(outside.search([("id", "in", hidden.ids)]))
        self.assertTrue(outside.search([("move_id", "=", bill.id)]))

    def test_colleagues(self):
        """Issue 12, line 13: inside the company every line is read as before."""
        lines = self.invoice.line_ids
        self.assertEqual(
            lines.with_user(self.billing_user).search([("id", "in", lines.ids)]), lines
        )

    def test_guard_off(self):
        """Issue 12, line 13: where the guard is off, reads are the host's."""
        invoice = self.make_invoice(
            lines=[
                self.make_group("Closed", collapse_composition=True),
                self.make_article("Component A", 173.91),
            ]
        )
        self.set_guard(False)
        lines = invoice.invoice_line_ids
        outside = lines.with_user(self.outsider)
        self.assertEqual(outside.search([("id", "in", lines.ids)]), lines)
        self.env.flush_all()
        lines[0].with_context(check_move_validity=False)
        self.env.cr.execute(
            "UPDATE account_move_line SET kit_quantity = 2 WHERE id = %s", [lines[0].id]
        )
        self.env.invalidate_all()
        self.assertEqual(outside.search([("id", "in", lines.ids)]), lines[0])

    def test_queries(self):
        """Issue 12, line 13: reading lines costs as many queries for two as for forty."""
        few = self.make_invoice(lines=[self.make_group("G"), self.make_line()])
        many = self.make_invoice(lines=[self.make_group("G"), *[self.make_line()] * 40])

        def read(invoice):
            lines = self.env["account.move.line"].with_user(self.outsider)
            return lines.search_read([("move_id", "=", invoice.id)], ["name", "price_unit"])

        read(few)
        self.assertEqual(self.count_queries(read, few), self.count_queries(read, many))

    def test_name_of_a_hidden_line(self):
        """Issue 12, line 13: where another record names a hidden line, it gives the group's."""
        line = self.invoice.invoice_line_ids.filtered(lambda line: line.name == "Component A")
        self.assertIn("Component A", line.display_name)
        self.env.invalidate_all()
        outside = line.with_user(self.outsider).sudo().display_name
        self.assertEqual(outside, f"{self.invoice.display_name} - Kit")

    def test_new_line(self):
        """Issue 12, line 13: a line that is not saved has nothing to hide."""
        line = self.env["account.move.line"].new({"name": "New"})
        self.assertTrue(line.is_shown_outside)
        draft = self.make_invoice(post=False, lines=[self.make_line()])
        draft.invoice_line_ids = [Command.create({"display_type": "line_section", "name": "G"})]
        self.assertEqual(set(draft.invoice_line_ids.mapped("is_shown_outside")), {True})
