"""Upgrades of a database in use."""

from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestMigrations(OrderCase):
    def test_ready_models(self):
        """Row 2-32: older quotes and orders get the default model of their kind, and keep it."""
        quote, order = self.make_order(confirm=False), self.make_order()
        self.set_back_models("account_move", "sale_order")
        before = self.photo_without_model(quote, order)
        self.run_migration("koban_sales", "19.0.1.1.0/post-ready_models", "19.0.1.0.0")
        models = (quote | order).mapped("document_model_id")
        self.assertEqual(models.mapped("kind"), ["quote", "order"])
        self.assertEqual(set(models.mapped("is_default")), {True})
        self.assertEqual(models.company_id, self.company)
        self.assertEqual(self.photo_without_model(quote, order), before)
        self.assertEqual(quote._get_printed_model(), models[0])
