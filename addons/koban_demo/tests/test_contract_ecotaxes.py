"""Contracts whose articles bear eco-taxes: what one addon bills, another one charges (4-28)."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_contract.tests.common import ContractCase
from odoo.addons.koban_ecotax.tests.common import EcotaxCase


@tagged("post_install", "-at_install")
class TestContractEcotaxes(ContractCase, EcotaxCase):
    """Totals of the screen, the entry, the paper and the declaration agree to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.article | cls.lamp).contract_ok = True
        cls.company.invoice_date_check = "allow"

    def line(self, article, taxes, **values):
        values = {"price_unit": 100.0, "quantity": 1, **values}
        return self.make_line(product_id=article.id, tax_ids=[Command.set(taxes.ids)], **values)

    def bill(self, *lines, **values):
        contract = self.make_contract(lines=list(lines), **values)
        run = self.env["koban.billing.run"].create_run("2026-01-01", contract.ids)
        run = self.env["koban.billing.run"].browse(run["id"])
        run._process()
        self.assertFalse(run.failure_ids, run.failure_ids.mapped("reason"))
        self.assertEqual(len(run.move_ids), 1)
        return run.move_ids

    def check(self, invoice, untaxed, ecotax, vat, total):
        """The figures, wherever they stand: as a draft, and once it is posted."""
        for state in ("draft", "posted"):
            if state == "posted":
                invoice.action_post()
            self.assertEqual(invoice.state, state)
            self.assertEqual(self.get_amounts(invoice), (untaxed, ecotax, vat, total))
            lines = self.get_product_lines(invoice)
            self.assertAlmostEqual(sum(lines.mapped("koban_ecotax_amount")), ecotax, 2)
            self.assertAlmostEqual(sum(lines.mapped("price_total")), total, 2)
            posted = -sum(self.get_ecotax_lines(invoice).mapped("balance"))
            self.assertAlmostEqual(posted, ecotax, 2)
            due = sum(self.get_receivable_lines(invoice).mapped("balance"))
            self.assertAlmostEqual(due, total, 2)
            printed = invoice._get_printed_totals(invoice._get_page_rows())
            amounts = {row["class"]: row["amount"] for row in printed}
            self.assertEqual(amounts["kd-ecotax"], invoice._format_amount(ecotax))
            self.assertEqual(amounts["kd-vat"], invoice._format_amount(vat))
        declared = self.env["koban.ecotax.report"].search([("move_id", "=", invoice.id)])
        self.assertAlmostEqual(sum(declared.mapped("amount")), ecotax, 2)

    def test_billed(self):
        """4-28 with 5-1: a contract in euros bills its articles with their eco-taxes."""
        invoice = self.bill(
            self.line(self.article, self.tax, quantity=3, price_unit=100.0),
            self.line(self.product, self.tax, quantity=1, price_unit=50.0),
        )
        # 350 + 30, and 20 % of 380.
        self.check(invoice, 350.0, 30.0, 76.0, 456.0)

    def test_included(self):
        """4-28 with 5-1: prices with tax include their eco-tax, which no discount takes."""
        invoice = self.bill(
            self.line(self.lamp, self.tax_included, quantity=1, price_unit=12.0, discount=90)
        )
        self.check(invoice, 0.8, 2.0, 0.56, 3.36)

    def test_typed_tax(self):
        """4-28: an eco-tax among the taxes of a contract, which its article does not bear."""
        stray = self.small._get_tax(
            self.company, self.env["account.move"]._get_mention_date(), included=False
        )
        invoice = self.bill(self.line(self.product, self.tax | stray, quantity=1))
        self.assertEqual(self.get_amounts(invoice), (100.0, 0.0, 20.0, 120.0))
        self.assertFalse(self.get_ecotax_lines(invoice))

    def test_by_customer(self):
        """4-28 with 5-22: contracts billed together."""
        lines = [self.line(self.article, self.tax, quantity=1, price_unit=100.0)]
        first, second = (
            self.make_contract(lines=lines, grouping="customer") for _number in range(2)
        )
        run = self.env["koban.billing.run"].create_run("2026-01-01", (first | second).ids)
        run = self.env["koban.billing.run"].browse(run["id"])
        run._process()
        [invoice] = run.move_ids
        self.check(invoice, 200.0, 20.0, 44.0, 264.0)
