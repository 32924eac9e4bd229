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

    def test_units(self):
        """4-28: other units of eco-tax on a line change its total, the entry and its VAT."""
        invoice = self.make_eco_invoice({"product_id": self.article.id, "quantity": 3}, post=False)
        line = self.get_product_lines(invoice)
        self.rpc(self.billing_user, line, "write", {"koban_ecotax_units": 12})
        self.check(invoice, 300.0, 360.0, 132.0, 792.0)

    def test_included_units(self):
        """4-28: other units in a price with tax leave what is paid, and change what is before."""
        invoice = self.make_eco_invoice(self.included(), post=False)
        self.assertEqual(self.get_amounts(invoice), (8.0, 2.0, 2.0, 12.0))
        self.get_product_lines(invoice).koban_ecotax_units = 2
        self.check(invoice, 6.0, 4.0, 2.0, 12.0)

    def test_unit(self):
        """4-23: another unit at the same price: a box bears the eco-taxes of its twelve."""
        box = self.make_box()
        invoice = self.make_eco_invoice(self.article, post=False)
        line = self.get_product_lines(invoice)
        values = {"product_uom_id": box.id, "price_unit": line.price_unit}
        self.rpc(self.billing_user, line, "write", values)
        self.check(invoice, 100.0, 120.0, 44.0, 264.0)

    def test_order_units(self):
        """4-23, 4-28: units and unit of a line change the stored totals of its order."""
        order = self.make_eco_order(self.article)
        self.rpc(self.seller, order.order_line, "write", {"koban_ecotax_units": 12})
        self.check_order(order, 100.0, 120.0, 44.0, 264.0)
        order = self.make_eco_order(self.article)
        values = {"product_uom_id": self.make_box().id, "price_unit": 100.0}
        self.rpc(self.seller, order.order_line, "write", values)
        self.check_order(order, 100.0, 120.0, 44.0, 264.0)

    def check_order(self, order, *amounts):
        self.env.invalidate_all()
        self.assertEqual(self.get_amounts(order), amounts)
        untaxed, ecotax, vat, total = amounts
        [line] = order.order_line
        stored = (line.price_subtotal, line.koban_ecotax_amount, line.price_tax, line.price_total)
        self.assertEqual(stored, (untaxed, ecotax, ecotax + vat, total))
        self.assertEqual(order.tax_totals["total_amount_currency"], total)

    def test_quote_of_another_day(self):
        """4-28: a quote in dollars takes the rate of its new date, in all its stored totals."""
        trade = self.pricelist.copy({"currency_id": self.make_dollar().id})
        line = {"product_id": self.article.id, "price_unit": 100.0}
        order = self.make_eco_order(line, pricelist_id=trade.id)
        self.check_order(order, 100.0, 12.5, 22.5, 135.0)
        order.date_order = "2026-02-20 10:00:00"
        self.check_order(order, 100.0, 15.0, 23.0, 138.0)

    def test_invoice_of_another_day(self):
        """4-28: a draft in dollars takes the rate of its new date, on lines and in the entry."""
        invoice = self.make_dollar_invoice()
        self.assertEqual(self.get_amounts(invoice), (100.0, 15.0, 23.0, 138.0))
        invoice.invoice_date = "2026-02-01"
        self.check(invoice, 100.0, 12.5, 22.5, 135.0)

    def test_typed_rate(self):
        """4-28: a rate typed on a draft converts the eco-tax on its lines and in its entry."""
        for included, amounts in (
            (self.tax, (100.0, 20.0, 24.0, 144.0)),
            (self.tax_included, (63.33, 20.0, 16.67, 100.0)),
        ):
            invoice = self.make_dollar_invoice(tax_ids=[Command.set(included.ids)])
            values = {"invoice_currency_rate": 2.0}
            self.rpc(self.billing_user, invoice, "write", values)
            self.check(invoice, *amounts)
            self.assertEqual(self.get_ecotax_lines(invoice).balance, -10.0)

    def test_declared_in_dollars(self):
        """4-28, C8: in dollars what is declared is what the entries say, however VAT is rounded."""
        dollar = self.make_dollar()
        values = {"price_unit": 10.0, "tax_ids": [Command.set(self.tax.ids)]}
        articles = [self.small_article(amount) for amount in (0.01, 0.03, 0.05)]
        small = [
            {"product_id": article.id, "quantity": quantity, **values}
            for article in articles
            for quantity in (1, 3, 5)
        ]
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            invoice = self.make_eco_invoice(*small, *small, currency_id=dollar.id)
            entry = self.get_ecotax_lines(invoice)
            declared = self.env["koban.ecotax.report"].search([("move_id", "=", invoice.id)])
            for tax in entry.tax_line_id:
                posted = entry.filtered(lambda line, tax=tax: line.tax_line_id == tax)
                rows = declared.filtered(lambda row, tax=tax: row.ecotax_id == tax.koban_ecotax_id)
                self.assertAlmostEqual(
                    -sum(posted.mapped("balance")), sum(rows.mapped("amount")), 2, method
                )
            totals = invoice.tax_totals
            self.assertEqual(totals["total_amount_currency"], invoice.amount_total)
            self.assertAlmostEqual(sum(invoice.line_ids.mapped("balance")), 0.0, 2)

    def small_article(self, amount):
        ecotax = self.make_ecotax(f"S{amount}", "Small", ("2025-01-01", amount))
        return self.make_article(f"Small {amount}", ecotax)

    def make_dollar_invoice(self, **values):
        line = {"product_id": self.article.id, "price_unit": 100.0, **values}
        return self.make_eco_invoice(line, currency_id=self.make_dollar().id, post=False)

    def make_box(self):
        unit = self.article.uom_id
        values = {"name": "Box of 12", "relative_factor": 12, "relative_uom_id": unit.id}
        box = self.env["uom.uom"].create(values)
        self.article.uom_ids += box
        return box
