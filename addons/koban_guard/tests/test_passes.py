"""A pass is open for a block of our own code: nothing a client sends or types holds one."""

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.passes import GuardPass, get_passes, open_pass

from .common import DocumentCase


@tagged("post_install", "-at_install", "koban_alone")
class TestPasses(DocumentCase):
    def test_block(self):
        """A pass is open until its block ends, by an error too; one may stand within another."""
        partner = self.env["res.partner"].create({"name": "A"})
        self.assertEqual(get_passes(), ())
        with self.assertRaises(ZeroDivisionError), open_pass(partner, fields=["name"]):
            with open_pass(partner, every=True):
                self.assertEqual([item.ids for item in get_passes()], [{partner.id}, None])
            self.assertEqual(get_passes()[0].fields, {"name"})
            raise ZeroDivisionError
        self.assertEqual(get_passes(), ())

    def test_typed_code(self):
        """Issue 12, line 2: code that a client typed has no pass, nor has what it calls."""
        partner = self.env["res.partner"].create({"name": "A"})
        found = []

        def look():
            found.append(len(get_passes()))

        def work():
            with open_pass(partner):
                look()

        with open_pass(partner):
            look()
            safe_eval("look()", {"look": look})
            # What it calls opens its own, as usual.
            safe_eval("work()", {"work": work})
            self.env["ir.qweb"]._render(
                self.env["ir.ui.view"]
                .create({"type": "qweb", "arch": '<t t-name="x"><t t-esc="look()"/></t>'})
                .id,
                {"look": look},
            )
        self.assertEqual(found, [1, 0, 1, 0])

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
