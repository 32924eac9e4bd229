"""Amounts by the date of the document: the last one begun counts (row 4-28)."""

from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestDates(EcotaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ecotax.rate_ids = [Command.create({"date_from": "2026-03-01", "amount": 12.0})]

    def test_between_quote_and_invoice(self):
        """The quote of February has the old amount, its invoice of March the new one."""
        order = self.make_eco_order(
            {"product_id": self.article.id, "product_uom_qty": 3}, confirm=True
        )
        self.assertEqual(order._get_ecotax_total(), 30.0)
        invoice = self.invoice_order(order)
        invoice.invoice_date = "2026-02-28"
        self.assertEqual(invoice._get_ecotax_total(), 30.0)
        invoice.invoice_date = "2026-03-01"
        self.assertEqual(invoice._get_ecotax_total(), 36.0)
        invoice.action_post()
        self.assertEqual(self.get_amounts(invoice), (300.0, 36.0, 67.2, 403.2))
        # The order keeps what the customer agreed to.
        self.assertEqual(order._get_ecotax_total(), 30.0)

    def test_forms(self):
        """A date typed on the form shows the right amount at once."""
        order = self.make_eco_order(self.article)
        # The host's form lets a date be typed in the developer mode alone.
        typed = {"date_order": "2026-03-15 10:00:00"}
        lines = {"fields": {"koban_ecotax_amount": {}}}
        spec = {"date_order": {}, "order_line": lines, "amount_total": {}}
        shown = order.onchange(typed, ["date_order"], spec)["value"]
        self.assertEqual(shown["amount_total"], 134.4)
        [[_update, _id, values]] = shown["order_line"]
        self.assertEqual(values["koban_ecotax_amount"], 12.0)
        order.write(typed)
        self.assertEqual(order._get_ecotax_total(), 12.0)
        invoice = self.make_eco_invoice(self.article, post=False)
        with Form(invoice) as form:
            form.invoice_date = "2026-02-01"
        self.assertEqual(invoice._get_ecotax_total(), 10.0)

    def test_undated_draft(self):
        """A draft without a date takes the amount of the day it is validated."""
        with freeze_time("2026-02-27 10:00:00"):
            invoice = self.make_eco_invoice(self.article, post=False, invoice_date=False)
            self.assertEqual(invoice._get_ecotax_total(), 10.0)
        with freeze_time("2026-03-02 10:00:00"):
            invoice.action_post()
        self.assertEqual(invoice._get_ecotax_total(), 12.0)
        self.assertEqual(self.get_ecotax_lines(invoice).balance, -12.0)

    def test_table_changed(self):
        """An amount that the table gets later counts for drafts once validated, not before."""
        draft = self.make_eco_invoice(self.article, post=False)
        posted = self.make_eco_invoice(self.article)
        self.ecotax.rate_ids = [Command.create({"date_from": "2026-03-05", "amount": 15.0})]
        draft.action_post()
        self.assertEqual((draft._get_ecotax_total(), posted._get_ecotax_total()), (15.0, 12.0))

    def test_vat_by_hand(self):
        """A change of date keeps a VAT that was chosen by hand."""
        invoice = self.make_eco_invoice(
            {"product_id": self.article.id, "tax_ids": [Command.set(self.other_tax.ids)]},
            post=False,
        )
        invoice.invoice_date = "2026-02-01"
        self.assertIn(self.other_tax, invoice.invoice_line_ids.tax_ids)
        self.assertEqual(invoice._get_ecotax_total(), 10.0)

    def test_before_the_table(self):
        """Before the first amount there is no eco-tax, and nothing is refused."""
        invoice = self.make_eco_invoice(self.article, invoice_date="2024-12-31")
        self.assertEqual(invoice._get_ecotax_total(), 0.0)

    def test_new_company(self):
        """A French company made later has the taxes of the tables with its chart of accounts."""
        company = self.make_company("Later SARL")
        self.env["account.chart.template"].try_loading("fr", company, install_demo=False)
        taxes = self.ecotax.with_company(company).sudo().tax_ids
        mine = taxes.filtered(lambda tax: tax.company_id == company)
        self.assertEqual(sorted(mine.mapped("amount")), [10.0, 10.0, 12.0, 12.0])
