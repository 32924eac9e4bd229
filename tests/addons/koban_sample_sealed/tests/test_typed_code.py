"""Issue 12, line 2: code typed in the client opens nothing on any document under the guard."""

from odoo.tests import tagged

from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_sample.tests.common import SampleCase
from odoo.addons.koban_seal.tests.typed import TypedCode


@tagged("post_install", "-at_install")
class TestTypedCode(TypedCode, SampleCase):
    def get_forged_values(self, document):
        return {"city": "Forged"}

    def test_keys(self):
        """Neither a pass nor a signer hangs on an environment, a cursor or a record."""
        with open_pass(self.sample, fields=["city"]):
            for name, found in {
                "env": self.env,
                "cr": self.env.cr,
                "precommit": self.env.cr.precommit,
                "postcommit": self.env.cr.postcommit,
                "transaction": self.env.transaction,
                "journal": self.env["koban.event"],
                "keys": self.env["koban.signing.key"],
                "sample": self.sample,
            }.items():
                with self.subTest(name):
                    self.assertEqual(self.find_keys(found), [])

    def test_key_declared(self):
        """The signer of a key that is being declared does not either."""
        self.env["koban.signing.key"].declare_new_key("Tried")
        for found in (self.env.cr.postcommit, self.env.cr.precommit):
            self.assertEqual(self.find_keys(found, 3), [])

    def test_methods(self):
        """Each method of ours called from typed code leaves the document, or is found."""
        self.check_methods(self.sample)

    def test_within_a_pass(self):
        """What was typed has none of the leave that is open while it runs."""
        code = "record.write({'city': 'Forged'})"
        with open_pass(self.sample, fields=["city"]):
            self.refusal("document_validated", self.run_typed, code, record=self.sample)
            self.sample.city = "Meant"
        self.assertEqual(self.sample.city, "Meant")

    def test_server_action(self):
        """A server action, as an administrator types it, is refused like anybody."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Forge",
                "model_id": self.env["ir.model"]._get("koban.sample").id,
                "state": "code",
                "code": "record.sudo().write({'city': 'Forged'})",
            }
        )
        context = {"active_model": "koban.sample", "active_id": self.sample.id}
        self.refusal("document_validated", action.with_context(**context).run)

    def test_computed_field(self):
        """A computed custom field that writes on its record as it is computed is refused too."""
        self.addCleanup(self.registry.clear_cache)
        self.addCleanup(self.registry.reset_changes)
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_forged",
                "model_id": self.env["ir.model"]._get("koban.sample").id,
                "ttype": "char",
                "field_description": "Forged",
                "store": False,
                "depends": "name",
                "compute": "for one in self:\n"
                "    one['x_forged'] = 'x'\n"
                "    one.write({'city': 'Forged'})\n",
            }
        )
        with open_pass(self.sample, fields=["city"]):
            self.refusal("document_validated", self.sample.mapped, field.name)
