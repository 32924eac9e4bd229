"""Issue 12, line 11: who may do what, and what was typed, is told by the journal."""

import json

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.common import DocumentCase


@tagged("post_install", "-at_install", "koban_alone")
class TestTraced(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.make_user("traced_clerk", "account.group_account_invoice")
        cls.group = cls.env["res.groups"].create({"name": "Traced"})
        cls.model = cls.env["ir.model"]._get("res.partner")
        cls.env.cr.flush()

    def find_told(self, records):
        """Return what the journal of the company tells of records: kind, action and changes."""
        self.env.cr.flush()
        events = self.env["koban.event"].search(
            [
                ("company_id", "=", self.company.id),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
            ],
            order="id",
        )
        contents = [json.loads(event.content) for event in events]
        return [
            (event.kind, content["action"], content["changes"])
            for event, content in zip(events, contents, strict=True)
        ]

    def test_groups(self):
        """Who gets a group, by the group or by the user, and who loses it."""
        self.group.user_ids = self.user
        added = {"user_ids": {"added": [self.user.display_name]}}
        self.assertEqual(self.find_told(self.group)[-1], ("rights", "changed", added))
        self.user.group_ids = [Command.unlink(self.group.id)]
        removed = {"group_ids": {"removed": [self.group.display_name]}}
        self.assertEqual(self.find_told(self.user)[-1], ("rights", "changed", removed))
        self.user.group_ids = [Command.unlink(self.group.id)]
        self.assertEqual(self.find_told(self.user)[-1], ("rights", "changed", removed))
        self.user.signature = "Nothing to tell"
        self.assertEqual(len(self.find_told(self.user)), 2)  # and its creation is told before

    def test_access(self):
        """Access rights and record rules, made, changed and deleted."""
        for model, values, change in (
            ("ir.model.access", {"perm_read": True}, {"perm_write": True}),
            ("ir.rule", {"domain_force": "[]"}, {"domain_force": "[(1, '=', 1)]"}),
        ):
            with self.subTest(model):
                values = {"name": "Traced", "model_id": self.model.id, **values}
                record = self.env[model].create(values)
                record.write(change)
                [name] = change
                self.env.cr.flush()
                told = self.find_told(record)
                self.assertEqual([item[:2] for item in told],
                                 [("rights", "created"), ("rights", "changed")])  # fmt: skip
                self.assertEqual(list(told[-1][2]), [name])
                gone = record.browse(record.id)
                record.unlink()
                self.assertEqual(self.find_told(gone)[-1][:2], ("rights", "deleted"))

    def test_software(self):
        """Code that an administrator types, and addons that come or go."""
        action = self.env["ir.actions.server"].create(
            {"name": "Typed", "model_id": self.model.id, "state": "code", "code": "pass"}
        )
        action.code = "record.unlink()"
        told = self.find_told(action)
        self.assertEqual(told[-1], ("software", "changed", {"code": ["pass", "record.unlink()"]}))
        addon = self.env["ir.module.module"].search([("state", "=", "uninstalled")], limit=1)
        addon.state = "to install"
        self.assertEqual(self.find_told(addon)[-1][:2], ("software", "changed"))

    def test_guard_off(self):
        """A company whose documents are not protected has no journal of it."""
        self.set_guard(False)
        self.env.cr.flush()
        before = self.env["koban.event"].search_count([("company_id", "=", self.company.id)])
        self.group.user_ids = self.user
        self.env.cr.flush()
        after = self.env["koban.event"].search_count([("company_id", "=", self.company.id)])
        self.assertEqual(after, before)
