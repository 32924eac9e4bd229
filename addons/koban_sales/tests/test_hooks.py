"""Installing the addon on a database in use."""

from odoo.tests import tagged

from odoo.addons.koban_sales.hooks import post_init_hook
from odoo.addons.koban_sales.models.res_company import ORDER_SEQUENCE_CODE

from .common import OrderCase


@tagged("post_install", "-at_install", "koban_alone")
class TestInstallation(OrderCase):
    def test_quotes_and_sequences(self):
        """Row 3-02: open quotes get their quote number, each company one sequence, once."""
        self.set_guard(False)
        quote, order = self.make_order(confirm=False), self.make_order()
        number = quote.name
        self.set_guard(True)
        self.assertFalse(quote.quote_number)
        post_init_hook(self.env)
        post_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(quote.quote_number, number)
        self.assertFalse(order.quote_number)
        sequences = self.env["ir.sequence"].search([("code", "=", ORDER_SEQUENCE_CODE)])
        for company in self.env["res.company"].search([]):
            own = sequences.filtered(lambda sequence, owner=company: sequence.company_id == owner)
            self.assertEqual(len(own), 1, company.name)
        quote.action_confirm()
        self.assertEqual(quote.quote_number, number)
        self.assertNotEqual(quote.name, number)
