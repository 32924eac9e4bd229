"""Names that other addons use: our fields and pages left them (issue 10)."""

from odoo.tests import HttpCase, tagged

from .common import ContractCase

RENAMED = ("koban_contract", "19.0.1.1.0/pre-names_of_others", "19.0.1.0.0")


@tagged("post_install", "-at_install")
class TestNames(ContractCase):
    def test_names_left(self):
        """account and the contracts of the OCA have contract_ids, product_contract a count."""
        for model in ("res.partner", "sale.order", "account.move"):
            for name in ("contract_ids", "contract_count"):
                field = self.env[model]._fields.get(name)
                # Where an addon of others is installed, the name is theirs.
                self.assertFalse(
                    field and any(module.startswith("koban") for module in field._modules)
                )

    def test_upgrade(self):
        """What people built with the old names is found under the new ones."""
        models = self.env["ir.model"]
        old_filter = self.env["ir.filters"].create(
            {"name": "Mine", "model_id": "res.partner", "domain": "[('contract_ids', '!=', False)]"}
        )
        of_run = self.env["ir.filters"].create(
            {
                "name": "Run",
                "model_id": "koban.billing.run",
                "domain": "[('contract_count', '>', 1)]",
            }
        )
        rule = self.env["ir.rule"].create(
            {
                "name": "Mine",
                "model_id": models._get_id("sale.order"),
                "domain_force": "[('koban_contract_ids', '=', False)]",
            }
        )
        view = self.env["ir.ui.view"].create(
            {
                "name": "mine",
                "model": "res.partner",
                "type": "list",
                "arch": "<list><field name='koban_contract_count'/></list>",
            }
        )
        field = self.env["ir.model.fields"]._get("sale.order", "koban_contract_ids")
        of_host = self.env["ir.model.fields"]._get("res.partner", "contract_ids")
        self.set_old(view, rule, field)
        # The host's own field of that name was hidden by ours, which had its row as well.
        self.env["ir.model.data"].create(
            {
                "module": "koban_contract",
                "name": "field_res_partner__contract_ids",
                "model": "ir.model.fields",
                "res_id": of_host.id,
            }
        )
        for _again in range(2):
            self.run_migration(*RENAMED)
        self.assertEqual(old_filter.domain, "[('koban_contract_ids', '!=', False)]")
        self.assertEqual(of_run.domain, "[('contract_count', '>', 1)]")
        self.assertEqual(rule.domain_force, "[('koban_contract_ids', '=', False)]")
        self.assertIn("koban_contract_count", view.arch)
        self.assertEqual(field.name, "koban_contract_ids")
        self.assertEqual(self.env.ref("koban_contract.field_sale_order__koban_contract_ids"), field)
        self.assertEqual(of_host.name, "contract_ids")
        self.assertEqual(self.env.ref("account.field_res_partner__contract_ids"), of_host)
        self.assertFalse(
            self.env.ref("koban_contract.field_res_partner__contract_ids", raise_if_not_found=False)
        )

    def set_old(self, view, rule, field):
        """Bring rows back to the names that they had."""
        self.env.flush_all()
        execute = self.env.cr.execute
        for table, column, row in (
            ("ir_ui_view", "arch_db", view),
            ("ir_rule", "domain_force", rule),
            ("ir_model_fields", "name", field),
        ):
            kind = "::jsonb" if table == "ir_ui_view" else ""
            text = f"replace({column}::text, 'koban_contract', 'contract'){kind}"
            execute(f"UPDATE {table} SET {column} = {text} WHERE id = %s", [row.id])
        execute(
            "UPDATE ir_model_data SET name = replace(name, '__koban_', '__') "
            "WHERE model = 'ir.model.fields' AND res_id = %s",
            [field.id],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestOldLinks(HttpCase, ContractCase):
    def test_old_links(self):
        """A link that a customer was sent before the pages moved still opens his contract."""
        contract = self.make_contract(title="Boiler maintenance")
        token = contract._portal_ensure_token()
        self.env.flush_all()
        page = self.url_open(f"/my/contracts/{contract.id}?access_token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Boiler maintenance", page.text)
        self.assertIn(f"/my/koban/contracts/{contract.id}?access_token={token}", page.url)
