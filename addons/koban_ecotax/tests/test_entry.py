"""The entry of an invoice says what its lines do, whichever channel wrote them (row 4-28)."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestEntry(EcotaxCase):
    def check(self, invoice, *amounts):
        """The same figures on lines, in the entry and in the totals: draft, then posted.

        :param amounts: before tax and eco-tax, eco-tax, VAT, total
        """
        for state in ("draft", "posted"):
            if state == "posted":
                invoice.action_post()
            self.env.invalidate_all()
            untaxed, ecotax, _vat, total = amounts
            self.assertEqual(self.get_amounts(invoice), amounts, state)
            lines = self.get_product_lines(invoice)
            for name, expected in (
                ("price_subtotal", untaxed),
                ("koban_ecotax_amount", ecotax),
                ("price_total", total),
            ):
                self.assertAlmostEqual(sum(lines.mapped(name)), expected, 2, f"{state}: {name}")
            entry = self.get_ecotax_lines(invoice)
            self.assertAlmostEqual(-sum(entry.mapped("amount_currency")), ecotax, 2, state)
            due = sum(self.get_receivable_lines(invoice).mapped("amount_currency"))
            self.assertAlmostEqual(due, total, 2, state)
            self.assertAlmostEqual(sum(invoice.line_ids.mapped("balance")), 0.0, 2, state)

    def get_ready_lines(self):
        """Return the lines of an entry with its VAT, as a client that works it out sends them."""
        vat = self.tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        )
        sold = {
            "product_id": self.article.id,
            "quantity": 3,
            "price_unit": 100.0,
            "tax_ids": [Command.set(self.tax.ids)],
            "balance": -300.0,
            "amount_currency": -300.0,
        }
        tax = {
            "display_type": "tax",
            "name": self.tax.name,
            "tax_repartition_line_id": vat.id,
            "account_id": vat.account_id.id,
            "balance": -60.0,
            "amount_currency": -60.0,
        }
        return [Command.create(sold), Command.create(tax)]

    def test_ready_entry(self):
        """4-28: an invoice that is given with its entry gets the eco-tax in it."""
        values = {
            "move_type": "out_invoice",
            "partner_id": self.customer.id,
            "invoice_date": "2026-03-10",
            "line_ids": self.get_ready_lines(),
        }
        [made] = self.rpc(self.billing_user, self.env["account.move"], "create", [values])
        invoice = self.env["account.move"].browse(made)
        self.check(invoice, 300.0, 30.0, 66.0, 396.0)

    def test_ready_lines(self):
        """4-28: lines that are given to a draft with their VAT get the eco-tax in its entry."""
        invoice = self.make_eco_invoice(self.lamp, post=False)
        self.rpc(self.billing_user, invoice, "write", {"line_ids": self.get_ready_lines()})
        self.check(invoice, 312.0, 32.0, 68.8, 412.8)

    def test_typed_entry(self):
        """4-28: an amount of the entry that was typed over follows the lines again."""
        invoice = self.make_eco_invoice({"product_id": self.article.id, "quantity": 3}, post=False)
        typed = Command.update(self.get_ecotax_lines(invoice).id, {"amount_currency": -5.0})
        self.rpc(self.billing_user, invoice, "write", {"line_ids": [typed]})
        self.check(invoice, 300.0, 30.0, 66.0, 396.0)
