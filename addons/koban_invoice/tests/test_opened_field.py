"""Fields of other addons that an administrator opens on validated documents (DESIGN §2)."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install", "koban_alone")
class TestOpenedField(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls.registry.reset_changes)
        cls.note, cls.other, cls.line_note = cls.env["ir.model.fields"].create(
            [
                {
                    "name": name,
                    "model_id": cls.env.ref(model).id,
                    "ttype": "char",
                    "field_description": name,
                }
                for model, name in (
                    ("account.model_account_move", "x_policy"),
                    ("account.model_account_move", "x_other"),
                    ("account.model_account_move_line", "x_follow_up"),
                )
            ]
        )
        cls.invoice = cls.make_invoice()
        cls.line = cls.get_product_lines(cls.invoice)[0]
        cls.administrator = cls.make_user("opened_administrator", "base.group_system")
        cls.Opened = cls.env["koban.opened.field"]

    def setUp(self):
        super().setUp()
        self.addCleanup(self.registry.clear_cache)

    def open_field(self, field, user=None, reason="Follow-up"):
        values = {"field_id": field.id, "reason": reason}
        [id_] = self.rpc(user or self.administrator, self.Opened, "create", [values])
        return self.Opened.browse(id_)

    def check_closed(self, record, name):
        self.refusal(
            "document_validated", self.rpc, self.billing_user, record, "write", {name: "new"}
        )

    def test_opened_and_closed(self):
        """Once opened the field is written, and it alone; closed again, it is refused."""
        self.check_closed(self.invoice, "x_policy")
        self.registry.cache_invalidated.clear()
        opened = self.open_field(self.note)
        # The other workers are told at the commit.
        self.assertLessEqual({"default", "templates"}, self.registry.cache_invalidated)
        self.rpc(self.billing_user, self.invoice, "write", {"x_policy": "three times"})
        self.assertEqual(self.invoice.x_policy, "three times")
        self.check_closed(self.invoice, "x_other")
        self.check_closed(self.line, "x_follow_up")
        self.open_field(self.line_note)
        self.rpc(self.billing_user, self.line, "write", {"x_follow_up": "seen"})
        self.registry.cache_invalidated.clear()
        self.rpc(self.administrator, opened, "unlink")
        self.assertIn("default", self.registry.cache_invalidated)
        self.check_closed(self.invoice, "x_policy")

    def test_recorded(self):
        """Opening and closing are in the journal: which field, by whom and why."""
        opened = self.open_field(self.note, reason="Chosen after the invoice")
        self.assertEqual(opened.user_id, self.administrator)
        self.rpc(self.administrator, opened, "unlink")
        events = self.get_events("parameter").filtered(
            lambda event: (
                event.res_model == "koban.opened.field" and event.company_id == self.company
            )
        )
        self.assertEqual(events.user_id, self.administrator)
        told = [json.loads(event.content) for event in events]
        self.assertEqual([content["state"] for content in told], ["opened", "closed"])
        for content in told:
            self.assertEqual(content["fields"], "account.move.x_policy")
            self.assertEqual(content["reason"], "Chosen after the invoice")

    def test_content_stays_closed(self):
        """Fields of Odoo and ours, of no document, sealed or printed: refused with a code."""
        get = self.env["ir.model.fields"]._get
        for code, field in (
            ("opened_field_module", get("account.move", "ref")),
            ("opened_field_module", get("account.move", "is_test")),
            ("opened_field_module", get("account.move.line", "price_unit")),
            ("opened_field", get("res.partner", "name")),
        ):
            with self.subTest(field=field), self.assert_refused(code), self.cr.savepoint():
                self.Opened.create({"field_id": field.id, "reason": "x"})
        invoices = type(self.invoice)
        sealed = (*self.invoice._get_sealed_fields(), "x_policy")
        with (
            patch.object(invoices, "_get_sealed_fields", lambda model: sealed),
            self.assert_refused("opened_field_sealed"),
        ):
            self.Opened.create({"field_id": self.note.id, "reason": "x"})

    def test_printed_stays_closed(self):
        """A field that the paper of the document, or of its lines, shows is refused."""
        for field, shown in ((self.note, "o.x_policy"), (self.line_note, "line.x_follow_up")):
            self.env["ir.ui.view"].create(
                {
                    "name": shown,
                    "type": "qweb",
                    "inherit_id": self.env.ref("account.report_invoice_document").id,
                    "arch": f'<xpath expr="//t[@t-call]" position="inside">'
                    f'<span t-if="False" t-out="{shown}"/></xpath>',
                }
            )
            with self.subTest(shown=shown), self.assert_refused("opened_field_printed"):
                self.Opened.create({"field_id": field.id, "reason": "x"})

    def test_rights(self):
        """A system administrator opens; who administers the suite sees it, others do not."""
        for user in (self.manager, self.billing_user):
            with self.assertRaises(AccessError):
                self.open_field(self.note, user)
        opened = self.open_field(self.note)
        with self.assertRaises(AccessError):
            self.rpc(self.administrator, opened, "write", {"reason": "other"})
        self.assertTrue(self.rpc(self.manager, opened, "read", ["reason"]))
        with self.assertRaises(AccessError):
            self.rpc(self.billing_user, opened, "read", ["reason"])
