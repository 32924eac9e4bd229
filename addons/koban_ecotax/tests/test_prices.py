"""Prices that include their eco-tax where other taxes apply: its day and currency (4-28)."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestPrices(EcotaxCase):
    """A lamp at 12.00 incl. VAT, of which an eco-tax of 2.00 until February, 3.00 from March on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small.rate_ids = [Command.create({"date_from": "2026-03-01", "amount": 3.0})]
        cls.lamp.taxes_id = cls.tax_included
        cls.abroad = cls.env["account.fiscal.position"].create(
            {"name": "Export of tests", "auto_apply": True, "company_id": cls.company.id}
        )
        cls.tax.copy(
            {
                "name": "0% export of tests",
                "amount": 0.0,
                "fiscal_position_ids": [Command.set(cls.abroad.ids)],
                "original_tax_ids": [Command.set(cls.tax_included.ids)],
            }
        )

    def get_order_price(self, **values):
        values = {"fiscal_position_id": self.abroad.id, **values}
        return self.make_eco_order(self.lamp, **values).order_line.price_unit

    def test_day(self):
        """4-28: what is taken out of the price is the eco-tax of the document's date."""
        self.assertEqual(self.get_order_price(date_order="2026-02-20 10:00:00"), 8.0)
        self.assertEqual(self.get_order_price(date_order="2026-03-20 10:00:00"), 7.0)
        for day, price in (("2026-02-20", 8.0), ("2026-03-20", 7.0)):
            values = {"fiscal_position_id": self.abroad.id, "invoice_date": day}
            invoice = self.make_eco_invoice(self.lamp, post=False, **values)
            self.assertEqual(self.get_product_lines(invoice).price_unit, price)

    def test_currency(self):
        """4-28: in dollars it is taken out in dollars."""
        dollar = self.make_dollar()
        trade = self.pricelist.copy({"currency_id": dollar.id})
        # 15 dollars less 20 % of VAT are 12.50, of which 2.50 of eco-tax.
        price = self.get_order_price(date_order="2026-02-03 10:00:00", pricelist_id=trade.id)
        self.assertAlmostEqual(price, 10.0, 6)
        values = {"fiscal_position_id": self.abroad.id, "invoice_date": "2026-02-20"}
        invoice = self.make_eco_invoice(self.lamp, post=False, currency_id=dollar.id, **values)
        self.assertAlmostEqual(self.get_product_lines(invoice).price_unit, 12.0, 6)

    def test_updated_position(self):
        """4-28: « Update Taxes and Accounts » takes out what the line of the draft includes."""
        dollar = self.make_dollar()
        for currency, price in ((self.company.currency_id, 8.0), (dollar, 7.0)):
            invoice = self.make_eco_invoice(
                {"product_id": self.lamp.id, "price_unit": 12.0},
                post=False,
                currency_id=currency.id,
                invoice_date="2026-02-20",
                fiscal_position_id=self.company.domestic_fiscal_position_id.id,
            )
            invoice.fiscal_position_id = self.abroad
            invoice.action_update_fpos_values()
            # Less 2.00 of VAT, and 2.00 of eco-tax in euros: 3.00 dollars.
            self.assertAlmostEqual(self.get_product_lines(invoice).price_unit, price, 6)
