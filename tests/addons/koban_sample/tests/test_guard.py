"""DESIGN §2 for any addon: a document that no trade of ours knows, with the guard alone."""

import base64

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SampleCase

DRAWING = base64.b64encode(b"before").decode()
OTHER_DRAWING = base64.b64encode(b"after").decode()


@tagged("post_install", "-at_install")
class TestGuard(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.sample.line_ids

    def call(self, method, *args, record=None, **kwargs):
        """Call a method of the sample, or of another record, as the clerk's client does."""
        return self.rpc(
            self.clerk, self.sample if record is None else record, method, *args, **kwargs
        )

    def check_refused(self, code, method, *args, record=None, **kwargs):
        with self.unchanged(self.sample):
            return self.refusal(code, self.call, method, *args, record=record, **kwargs)

    def test_header(self):
        """Each stored field is refused by default, technical and editable ones aside."""
        other = self.env["res.partner"].create({"name": "Another"})
        for vals in (
            {"partner_id": other.id},
            {"partner_id": False},
            {"company_id": False},
            {"city": "Paris"},
            {"total": 1},
            {"name": "S0"},
            {"state": "draft"},
            {"drawing": DRAWING},
            {"user_id": self.clerk.id, "city": "Paris"},
        ):
            with self.subTest(vals=vals):
                self.check_refused("document_validated", "write", vals)
        self.check_refused("document_delete", "unlink")

    def test_lines(self):
        """Lines follow their document: by commands, by their own methods, from elsewhere."""
        draft = self.make_sample()
        id_, values = self.line.id, {"name": "More", "price": 1}
        for command in (
            Command.create(values),
            Command.update(id_, values),
            Command.delete(id_),
            Command.unlink(id_),
            Command.link(draft.line_ids.id),
            Command.clear(),
            Command.set([]),
        ):
            with self.subTest(command=command):
                self.check_refused("document_validated", "write", {"line_ids": [command]})
        moved = {"sample_id": draft.id}
        here = {"sample_id": self.sample.id}
        for record, method, args in (
            (self.line, "write", [{"price": 1}]),
            (self.line, "write", [moved]),
            (self.line, "unlink", []),
            (draft.line_ids, "write", [here]),
            (self.line.browse(), "create", [{**values, **here}]),
        ):
            with self.subTest(method=method, args=args):
                self.check_refused("document_validated", method, *args, record=record)
        self.assertEqual(draft.line_ids.sample_id, draft)

    def test_same_value(self):
        """A client sends back all that it shows: what is equal to the stored value passes."""
        vals = {
            "name": self.sample.name,
            "state": "done",
            "partner_id": self.partner.id,
            "line_ids": [
                Command.link(self.line.id),
                Command.update(self.line.id, {"price": 12.5, "name": "Work"}),
            ],
            "user_id": self.clerk.id,
        }
        self.call("write", vals)
        self.assertEqual(self.sample.user_id, self.clerk)
        vals["line_ids"][1] = Command.update(self.line.id, {"price": 12.51})
        self.check_refused("document_validated", "write", vals)

    def test_business_fields(self):
        """Drafts too: a number and a status come of the validation alone, not from a client."""
        draft = self.make_sample()
        count = self.env["koban.sample"].search_count([])
        for code, vals in (
            ("document_number", {"name": "S1"}),
            ("document_state", {"state": "done"}),
            ("document_state", {"state": "cancel"}),
        ):
            with self.subTest(vals=vals):
                self.check_refused(code, "write", vals, record=draft)
                self.check_refused(code, "create", vals, record=draft.browse())
                defaults = {f"default_{name}": value for name, value in vals.items()}
                created = {"record": draft.browse(), "context": defaults}
                self.check_refused(code, "create", {}, **created)
        self.assertEqual((draft.name, draft.state), (False, "draft"))
        # Not even for a caller who catches the error.
        self.assertEqual(self.env["koban.sample"].search_count([]), count)

    def test_told(self):
        """A refusal names the document, the fields, what may still be edited and the remedy."""
        vals = {"city": "Paris", "line_ids": [Command.update(self.line.id, {"price": 1})]}
        error = self.check_refused("document_validated", "write", vals)
        for told in (self.sample.name, "City", "Price", "Work", "Cancel it, and make another one."):
            self.assertIn(told, str(error))
        self.assertRegex(str(error), "(Still editable|Restent modifiables)[^\n]*Follow-up by")
        self.assertEqual(error.context["ids"], self.sample.ids)
        self.assertEqual(error.context["fields"], ["city", "price"])

    def test_access_first(self):
        """Who may not write is answered by the host, and told nothing of the document."""
        reader = self.make_user("sample_reader", "account.group_account_readonly")
        stranger = self.make_user("sample_stranger", "")
        for user in (reader, stranger):
            for record, method, args in (
                (self.sample, "write", [{"city": "Paris"}]),
                (self.sample, "write", [{"city": "Lyon"}]),
                (self.sample, "unlink", []),
                (self.line, "write", [{"price": 1}]),
                (self.line, "unlink", []),
                (self.line.browse(), "create", [{"name": "A", "sample_id": self.sample.id}]),
            ):
                with (
                    self.subTest(user=user.login, method=method, args=args),
                    self.assertRaises(AccessError) as caught,
                ):
                    self.rpc(user, record, method, *args)
                self.assertNotIn(self.sample.name, str(caught.exception))

    def test_files(self):
        """The file behind a frozen field is refused by its own id too; other files come and go."""
        drawn = self.make_sample(drawing=DRAWING)
        drawn.with_user(self.clerk).action_validate()
        place = {"res_model": "koban.sample", "res_id": drawn.id}
        attachments = self.env["ir.attachment"]
        file = attachments.search([("res_field", "=", "drawing"), ("res_id", "=", drawn.id)])
        loose = attachments.with_user(self.clerk).create(
            {"name": "Plan", "datas": OTHER_DRAWING, **place}
        )
        for method, args, record in (
            ("write", [{"datas": OTHER_DRAWING}], file),
            ("write", [{"res_field": False}], file),
            ("unlink", [], file),
            ("write", [{"res_field": "drawing"}], loose),
            ("create", [{"name": "x", "res_field": "drawing", **place}], attachments),
        ):
            with self.subTest(method=method, args=args), self.undone():
                self.refusal("document_validated", self.call, method, *args, record=record)
        self.env.invalidate_all()
        self.assertEqual(drawn.drawing.decode(), DRAWING)
        self.call("unlink", record=loose)
        self.assertFalse(loose.exists())

    def test_references(self):
        """What a validated document names stays; what only drafts name may go."""
        self.refusal("document_reference", self.partner.unlink)
        nameless = self.make_sample()
        self.make_validated(former_id=nameless.id)
        error = self.refusal("document_reference", nameless.unlink)
        self.assertIn("Sample", str(error))
        other = self.env["res.partner"].create({"name": "Other"})
        draft = self.make_sample(partner_id=other.id)
        other.unlink()
        self.assertFalse(draft.partner_id)

    def test_computed(self):
        """What was computed from a master record stays that of the validation."""
        draft = self.make_sample()
        self.partner.city = "Marseille"
        self.assertEqual((self.sample.city, draft.city), ("Lyon", "Marseille"))

    def test_opened_field(self):
        """A field that an administrator added is closed, opened by him, and closed again."""
        self.addCleanup(self.registry.clear_cache)
        self.addCleanup(self.registry.reset_changes)
        model = self.env["ir.model"]._get("koban.sample")
        values = {"name": "x_shelf", "model_id": model.id, "ttype": "char"}
        field = self.env["ir.model.fields"].create({**values, "field_description": "Shelf"})
        self.check_refused("document_validated", "write", {"x_shelf": "B12"})
        administrator = self.make_user("sample_administrator", "base.group_system")
        Opened = self.env["koban.opened.field"].with_user(administrator)
        opened = Opened.create({"field_id": field.id, "reason": "Where it lies"})
        self.call("write", {"x_shelf": "B12"})
        self.assertEqual(self.sample.x_shelf, "B12")
        opened.unlink()
        self.check_refused("document_validated", "write", {"x_shelf": "C3"})
        city = self.env["ir.model.fields"]._get("koban.sample", "city")
        with self.assert_refused("opened_field_module"):
            Opened.create({"field_id": city.id, "reason": "x"})

    def test_form(self):
        """The form shows as read-only what the guard refuses, once the document is protected."""
        view = self.env["ir.ui.view"].create(
            {
                "name": "Sample",
                "type": "form",
                "model": "koban.sample",
                "arch": '<form><field name="city"/><field name="user_id"/></form>',
            }
        )
        arch = self.env["koban.sample"].get_view(view.id, "form")["arch"]
        self.assertRegex(arch, '<field name="city"[^>]* readonly="is_protected"')
        self.assertNotRegex(arch, '<field name="user_id"[^>]* readonly="is_protected"')
        self.assertTrue(self.sample.is_protected)
        self.assertFalse(self.make_sample().is_protected)

    def test_switch(self):
        """Off, the host's own rules alone are left; it is not switched off once it was used."""
        self.refusal("document_guard_off", self.company.write, {"document_guard": False})
        self.set_guard(False)
        self.call("write", {"city": "Paris", "line_ids": [Command.clear()]})
        self.assertEqual((self.sample.city, self.sample.total), ("Paris", 0))
        self.call("unlink")
        self.assertFalse(self.sample.exists())
