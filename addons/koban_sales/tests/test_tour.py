from odoo.tests import HttpCase, new_test_user, tagged

# Outside the host's own runner the page must ask for the bundle of the tours.
START = "/odoo/sales?debug=tests"


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    """The walk of a person at the desk, in French, in the real web client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.user = new_test_user(
            cls.env, "parcours", groups="koban_sales.group_sales", lang="fr_FR", tz="Europe/Paris"
        )
        cls.partner = cls.env["res.partner"].create({"name": "Client du parcours"})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Article du parcours",
                "type": "consu",
                "list_price": 100,
                "invoice_policy": "order",
            }
        )

    def _get_last_order(self):
        return self.env["sale.order"].search(
            [("partner_id", "=", self.partner.id)], order="id desc", limit=1
        )

    def test_validated_documents(self):
        """Rows 1-03, 3-01, 3-12, 3-14, 3-21, 2-59: quote, order, invoice, credit note."""
        self.start_tour(START, "koban_validated_documents", login="parcours", timeout=120)
        order = self._get_last_order()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amount_untaxed, 100)
        invoices = order.invoice_ids.sorted("id")
        self.assertEqual(
            invoices.mapped(lambda move: (move.move_type, move.state, move.amount_untaxed)),
            [
                ("out_invoice", "posted", 100),
                ("out_refund", "posted", 100),
                ("out_invoice", "draft", 100),
            ],
        )
        self.assertIn(invoices[0].name, invoices[1].ref)
        self.assertIn("Erreur de prix", invoices[1].ref)

    def test_second_tab(self):
        """Row 3-01: a form opened before the validation is refused, and told why."""
        self.start_tour(START, "koban_second_tab", login="parcours", timeout=120)
        order = self._get_last_order()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.price_unit, 100)
