"""A pass is a Python object: nothing a client sends is one."""

from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.passes import CONTEXT_KEY, GuardPass, get_passes

from .common import DocumentCase


@tagged("post_install", "-at_install", "koban_alone")
class TestPasses(DocumentCase):
    def get(self, value):
        return get_passes(self.env(context={CONTEXT_KEY: value}))

    def test_client_values(self):
        """Bad input: no JSON value is a pass, alone or in a list."""
        values = {"model": "res.partner", "ids": None, "fields": None, "lines": True}
        for value in (True, 1, "x", [], [True], ["res.partner"], [values], values, None, (), (1,),
                      ("res.partner", None), [GuardPass("res.partner", None)]):  # fmt: skip
            with self.subTest(value=value):
                self.assertEqual(self.get(value), ())

    def test_mixed(self):
        """Among other values, only the passes count."""
        guard_pass = GuardPass("res.partner", [1])
        self.assertEqual(self.get((guard_pass, True, "x")), (guard_pass,))

    def test_covers(self):
        """A pass names its model and its documents."""
        partner, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        self.assertTrue(GuardPass("res.partner", partner.ids).covers(partner))
        self.assertFalse(GuardPass("res.partner", partner.ids).covers(other))
        self.assertFalse(GuardPass("res.users", partner.ids).covers(partner))
        self.assertTrue(GuardPass("res.partner", None).covers(other))
        self.assertFalse(GuardPass("res.partner", []).covers(other))

    def test_error(self):
        """Bad input: a refusal carries its code in the text and in the data."""
        error = DocumentError("No.", "some_code", model="res.partner", ids=[1])
        self.assertEqual(error.code, "some_code")
        self.assertIn("[some_code]", str(error))
        self.assertEqual(error.context, {"code": "some_code", "model": "res.partner", "ids": [1]})
