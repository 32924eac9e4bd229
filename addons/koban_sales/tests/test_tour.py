from odoo.fields import Command
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

    def _make_grouped_quote(self):
        """Two groups of a line each, and a line outside."""
        self.partner.lang = "fr_FR"
        products = {
            name: self.env["product.product"].create({"name": name, "type": "service"})
            for name in ("Ligne libre", "Article A", "Article B")
        }
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "user_id": self.user.id,
                "order_line": [
                    Command.create({"display_type": "line_section", "name": name})
                    if name in ("Matériel", "Travaux")
                    else Command.create({"product_id": products[name].id, "price_unit": 10})
                    for name in ("Ligne libre", "Matériel", "Article A", "Travaux", "Article B")
                ],
            }
        )

    def _walk_groups(self, order, tour):
        url = f"/odoo/sales/{order.id}?debug=tests"
        self.start_tour(url, tour, login="parcours", timeout=180)
        order.invalidate_recordset()
        return order.order_line.sorted("sequence")

    def test_groupings(self):
        """Rows 4-03, 4-04, 4-06, 4-09: the groups in the editor, and what discarding undoes."""
        order = self._make_grouped_quote()
        lines = self._walk_groups(order, "koban_groupings")
        self.assertEqual(
            lines.mapped("name"), ["Matériel", "Article A", "Ligne libre", "Travaux", "Article B"]
        )
        kit, works = lines[0], lines[3]
        self.assertEqual((kit.collapse_composition, kit.kit_quantity), (True, 3))
        self.assertTrue(works.hide_subtotal)
        self.assertEqual(order._get_current_section(), works)

    def test_groupings_by_keyboard(self):
        """Rows 4-03 and 4-04: the editor without a mouse; the focus is never lost."""
        lines = self._walk_groups(self._make_grouped_quote(), "koban_groupings_keyboard")
        self.assertEqual(
            lines.mapped("name"), ["Ligne libre", "Matériel", "Article A", "Travaux", "Article B"]
        )

    def test_second_tab(self):
        """Row 3-01: a form opened before the validation is refused, and told why."""
        self.start_tour(START, "koban_second_tab", login="parcours", timeout=120)
        order = self._get_last_order()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.order_line.price_unit, 100)
