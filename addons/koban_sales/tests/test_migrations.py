"""Upgrades of a database in use."""

from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install", "koban_alone")
class TestMigrations(OrderCase):
    def test_seals(self):
        """2-52: orders validated before the seals existed get one, once; quotes none."""
        quote, order = self.make_order(confirm=False), self.make_order()
        self.env.cr.flush()
        self.env.cr.execute("ALTER TABLE koban_event DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM koban_event")
        self.env.cr.execute("ALTER TABLE koban_event ENABLE TRIGGER USER")
        self.env.invalidate_all()
        for _again in range(2):
            self.run_migration("koban_sales", "19.0.1.2.0/post-seals", "19.0.1.1.0")
            self.env.cr.flush()
        seals = self.env["koban.event"].sudo().search([("res_model", "=", "sale.order")])
        found = seals.filtered(lambda seal: seal.res_id in (quote | order).ids)
        self.assertEqual([(seal.res_id, seal.kind) for seal in found], [(order.id, "takeover")])
        self.assertEqual(order.seal_id, found)

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
