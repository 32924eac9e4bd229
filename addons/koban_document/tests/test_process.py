"""Row 3-05: processes, by profile and by company."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.koban_guard.tests.common import DocumentCase


@tagged("post_install", "-at_install", "koban_alone")
class TestProcess(DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.processes = cls.env["koban.process"]
        cls.shared = cls.processes.create({"name": "Shared"})
        cls.other_company = cls.make_company("Company B")
        cls.mine = cls.processes.create({"name": "A", "company_id": cls.company.id})
        cls.theirs = cls.processes.create({"name": "B", "company_id": cls.other_company.id})
        cls.manager = cls.make_user("koban_process_manager", "koban_guard.group_manager")
        cls.person = cls.make_user("koban_process_reader", "account.group_account_invoice")

    def test_manager(self):
        """Rows 0-01, 3-05: the administrator of commercial management sets them up."""
        process = self.processes.browse(
            self.rpc(self.manager, self.processes, "create", {"name": "Delivery"})
        )
        self.rpc(self.manager, process, "write", {"description": "By van", "active": False})
        self.assertFalse(process.active)
        self.rpc(self.manager, process, "unlink")

    def test_others_read(self):
        """Row 3-05: everybody else reads them."""
        self.assertEqual(self.rpc(self.person, self.shared, "read", ["name"])[0]["name"], "Shared")
        for method, arguments in (
            ("write", [{"name": "x"}]),
            ("unlink", []),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.person, self.shared, method, *arguments)
        with self.assertRaises(AccessError):
            self.rpc(self.person, self.processes, "create", {"name": "x"})

    def test_companies(self):
        """Row 0-03: company A sees its own and the shared ones, nothing of B."""
        for user in (self.person, self.manager):
            found = self.processes.browse(self.rpc(user, self.processes, "search", []))
            self.assertIn(self.shared, found)
            self.assertIn(self.mine, found)
            self.assertNotIn(self.theirs, found)
            for method, arguments in (("read", [["name"]]),):
                with self.assertRaises(AccessError):
                    self.rpc(user, self.theirs, method, *arguments)
        with self.assertRaises(AccessError):
            self.rpc(self.manager, self.theirs, "write", {"name": "x"})
        both = self.make_user(
            "koban_both", "koban_guard.group_manager", company_id=self.company.id,
            company_ids=[Command.set((self.company | self.other_company).ids)],
        )  # fmt: skip
        found = self.rpc(
            both, self.processes, "search", [],
            context={"allowed_company_ids": (self.company | self.other_company).ids},
        )  # fmt: skip
        self.assertIn(self.theirs.id, found)

    def test_order(self):
        """Row 3-05: shown in the order chosen by the administrator."""
        self.shared.sequence, self.mine.sequence = 2, 1
        found = self.processes.search([("id", "in", (self.shared | self.mine).ids)])
        self.assertEqual(found.ids, [self.mine.id, self.shared.id])

    def test_form(self):
        """Row 3-05: typed on the screen."""
        with Form(self.processes.with_user(self.manager)) as form:
            form.name = "Installation"
            form.description = "Two people"
        self.assertEqual(form.record.description, "Two people")
