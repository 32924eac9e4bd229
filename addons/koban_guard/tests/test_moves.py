"""What an addon takes over from another one when it is installed, before that one is upgraded."""

from odoo.tests import tagged

from ..tools.moves import give_back, take_over
from .common import DocumentCase

OLD, NEW = "koban_old", "koban_new"


@tagged("post_install", "-at_install", "koban_alone")
class TestMoves(DocumentCase):
    def make_ids(self, *names, module=OLD):
        self.env["ir.model.data"].create(
            [
                {"module": module, "name": name, "model": "res.partner", "res_id": rank}
                for rank, name in enumerate(names, 1)
            ]
        )
        self.env.flush_all()

    def get_ids(self, module):
        data = self.env["ir.model.data"].search([("module", "=", module)])
        data.invalidate_recordset()
        return set(data.mapped("name"))

    def test_ids(self):
        """Issue 11: records, models and fields change their addon, and nothing else does."""
        moved = {
            "group_x", "model_koban_thing", "field_koban_thing__name",
            "selection__koban_thing__state__done", "constraint_koban_thing_name_unique",
            "model_inherit__koban_thing__mail_thread", "field_res_company__switch",
            "selection__res_company__switch__on",
        }  # fmt: skip
        kept = {
            "group_xy", "model_koban_thing_line", "field_koban_thing_line__name",
            "field_res_company__switch_other", "selection__koban_thing_line__state__done",
        }  # fmt: skip
        self.make_ids(*moved, *kept)
        for _turn in range(2):  # the second time, of an upgrade that is run again, changes nothing
            take_over(self.env, OLD, NEW, ["group_x"], ["koban.thing"], ["res.company.switch"])
            self.assertEqual(self.get_ids(NEW), moved)
            self.assertEqual(self.get_ids(OLD), kept)

    def test_known_id(self):
        """An id that the new addon has already stays as it is."""
        self.make_ids("group_x", module=NEW)
        self.make_ids("group_y", "group_x")
        take_over(self.env, OLD, NEW, ["group_x"])
        record = self.env["ir.model.data"].search([("module", "=", NEW)])
        self.assertEqual((record.name, record.res_id), ("group_x", 1))
        self.assertEqual(self.get_ids(OLD), {"group_x", "group_y"})

    def test_views(self):
        """A view of an administrator goes on to name the group, in each language."""
        self.install_language("fr_FR")
        groups = f"{OLD}.group_x,{OLD}.group_xy"
        arch = f'<t t-name="own"><p name="{groups}">A</p></t>'
        view = self.env["ir.ui.view"].create({"name": "Own", "type": "qweb", "arch": arch})
        view.update_field_translations("arch_db", {"fr_FR": {"A": "À"}})
        self.env.flush_all()
        take_over(self.env, OLD, NEW, ["group_x"])
        view.invalidate_recordset()
        for lang, text in (("en_US", "A"), ("fr_FR", "À")):
            arch = view.with_context(lang=lang).arch
            self.assertIn(f'"{NEW}.group_x,{OLD}.group_xy"', arch)
            self.assertIn(f">{text}<", arch)

    def test_schema(self):
        """The constraints of a table go with the addon that holds its model now."""
        Module = self.env["ir.module.module"]
        account, guard = Module._get("account"), Module._get("koban_guard")
        constraints = self.env["ir.model.constraint"].search([("module", "=", account.id)])
        moved = constraints.filtered(lambda one: one.model.model == "account.move.line")
        self.assertTrue(moved)
        take_over(self.env, "account", "koban_guard", models=["account.move.line"])
        constraints.invalidate_recordset()
        self.assertEqual(moved.module, guard)
        self.assertEqual((constraints - moved).module, account)

    def test_what_people_set(self):
        """What an upgrade leaves to people is as they set it, though the data are read anew."""
        partner = self.env["res.partner"].create({"name": "Set by people", "ref": "R1"})
        other = self.env["res.partner"].create({"name": "Another"})
        self.env["ir.model.data"].create(
            [
                {
                    "module": OLD, "name": name, "model": "res.partner",
                    "res_id": record.id, "noupdate": noupdate,
                }
                for name, record, noupdate in (("mine", partner, True), ("yours", other, False))
            ]
        )  # fmt: skip
        self.env.flush_all()
        take_over(self.env, OLD, NEW, ["mine", "yours"])
        (partner | other).write({"name": "Read anew", "ref": False})
        give_back(self.env)
        self.assertEqual((partner.name, partner.ref), ("Set by people", "R1"))
        self.assertEqual(other.name, "Read anew")
