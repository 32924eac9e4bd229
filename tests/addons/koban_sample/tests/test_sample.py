"""DESIGN §2 and §3 for any addon: a document that no trade of ours knows, with the guard alone."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.common import DocumentCase
from odoo.addons.koban_seal.tests.attacker import Attacker


@tagged("post_install", "-at_install")
class TestSample(Attacker, DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("sample_clerk", "account.group_account_invoice")
        cls.partner = cls.env["res.partner"].create({"name": "Customer"})
        cls.sample = cls.make_sample()
        cls.sample.with_user(cls.clerk).action_validate()

    @classmethod
    def make_sample(cls, **values):
        line = Command.create({"name": "Work", "price": 12.5})
        values = {"partner_id": cls.partner.id, "line_ids": [line], **values}
        return cls.env["koban.sample"].create(values)

    def test_guarded(self):
        """What a validated document says is refused, whichever way; what follows it up passes."""
        for attempt in (
            lambda sample: sample.write({"partner_id": False}),
            lambda sample: sample.line_ids.write({"price": 1}),
            lambda sample: sample.write({"line_ids": [Command.clear()]}),
            lambda sample: sample.line_ids.create({"sample_id": sample.id, "name": "More"}),
        ):
            with self.assert_refused(), self.unchanged(self.sample), self.undone():
                attempt(self.sample.with_user(self.clerk))
        self.refusal("document_delete", self.sample.with_user(self.clerk).unlink)
        self.sample.with_user(self.clerk).user_id = self.clerk
        self.refusal("document_reference", self.partner.unlink)

    def test_number(self):
        """A number is written by the validation alone, and access speaks before the guard."""
        draft = self.make_sample()
        self.refusal("document_number", draft.with_user(self.clerk).write, {"name": "S1"})
        stranger = self.make_user("sample_stranger", "")
        with self.assertRaises(AccessError):
            self.sample.with_user(stranger).write({"partner_id": False})

    def test_sealed(self):
        """Each value that the seal covers is found when SQL changes it, by its name."""
        self.env.cr.flush()
        self.assertEqual(self.sample.seal_id.kind, "validation")
        self.assertEqual(self.find_codes(), [])
        for query, field in (
            ("UPDATE koban_sample SET total = 1 WHERE id = %s", "total"),
            ("UPDATE koban_sample_line SET name = 'Other' WHERE sample_id = %s", "name"),
        ):
            with self.subTest(query=query), self.undone():
                self.sql(query, self.sample.id)
                found = [(one.code, one.field) for one in self.find()]
                self.assertEqual(found, [("document_altered", field)])
        with self.undone():
            self.sql("DELETE FROM koban_sample WHERE id = %s", self.sample.id)
            self.assertIn("document_deleted", self.find_codes())

    def test_steps_of_another_addon(self):
        """Issue 11: another addon's steps run before and after the named ones."""
        steps = self.sample._get_validation_steps()
        named = ["check", "toll", "key", "open", "host", "bell", "seal", "follow"]
        self.assertEqual([step for step in steps if step in named], named)
        self.assertEqual(self.sample.trail, f"toll draft, bell done S{self.sample.id}")

    def test_held(self):
        """What the host leaves as it is sees no second half: no number, no seal."""
        held, passed = self.make_sample(is_held=True), self.make_sample()
        (held | passed).with_user(self.clerk).action_validate()
        self.env.cr.flush()
        self.assertEqual((held.state, held.name, held.trail), ("draft", False, False))
        self.assertFalse(held.seal_id)
        self.assertTrue(passed.seal_id)

    def test_uninstall(self):
        """The addon of sealed documents is not uninstalled with a click."""
        self.env.cr.flush()
        addon = self.env["ir.module.module"]._get("koban_sample")
        self.refusal("sealed_documents", addon.button_uninstall)
