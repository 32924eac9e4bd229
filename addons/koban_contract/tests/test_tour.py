from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestContractTour(HttpCase):
    """A contract in the real web client, in French (issue 5 §1, §2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        groups = "sales_team.group_sale_salesman_all_leads,account.group_account_invoice"
        cls.user = new_test_user(
            cls.env, "parcours", groups=groups, lang="fr_FR", tz="Europe/Paris"
        )
        cls.env["res.partner"].create({"name": "Client du parcours"})
        cls.env["product.product"].create(
            {
                "name": "Entretien",
                "type": "service",
                "list_price": 50,
                "taxes_id": False,
                "contract_ok": True,
            }
        )
        definition = [{"name": "page_price", "type": "float", "string": "Coût copie"}]
        cls.env["koban.contract.type"].create(
            {"name": "Type du parcours", "properties_definition": definition}
        )
        cls.env["koban.contract.stop.reason"].create({"name": "Fin du parcours"})

    def test_contract(self):
        """Rows 2-63, 2-67: from entry to invoice to end, own fields included."""
        today = fields.Date.context_today(self.user.with_user(self.user))
        url = "/odoo/action-koban_contract.contract_action?debug=tests"
        self.start_tour(url, "koban_contract", login="parcours", timeout=180)
        contract = self.env["koban.contract"].search([("title", "=", "Entretien du parcours")])
        self.assertEqual(contract.properties["page_price"], 0.0085)
        self.assertEqual(contract.date_start, today)
        self.assertEqual(contract.period_ids.date_from, today)
        self.assertTrue(contract.close_date)
