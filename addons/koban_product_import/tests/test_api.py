"""The public methods: states, rights, companies (DESIGN §6, §7)."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ImportCase, make_csv

ROWS = [["Code", "Libellé"], ["ZX1", "Four"]]


@tagged("post_install", "-at_install", "koban_alone")
class TestApi(ImportCase):
    def test_states(self):
        """“Bad input”: imported twice, started unchecked, changed while it runs."""
        one = self.imports.create({"file": make_csv(ROWS), "filename": "a.csv"})
        self.refusal("article_import_state", one.action_start)
        self.refusal("article_import_state", one.import_rows)
        one.action_check()
        one.action_start()
        self.refusal("article_import_state", one.action_check)
        self.refusal("article_import_state", one.write, {"file": make_csv(ROWS)})
        self.refusal("article_import_state", one.import_rows)
        self.run_job()
        self.refusal("article_import_state", one.import_rows)
        self.assertEqual(len(self.find("ZX1")), 1)

    def test_no_none(self):
        """DESIGN §6: what is returned goes through XML-RPC, which knows no None."""
        import xmlrpc.client  # noqa: PLC0415

        one, report = self.check([["Code", "Libellé", "Prix HT"], ["", "", "x"]])
        for answer in (report, one.get_report(), one.import_rows(), one.get_template()):
            xmlrpc.client.dumps((answer,), methodresponse=True)

    def test_rights(self):
        """DESIGN §7: who may not make articles imports none; rows are nobody's to write."""
        with self.assertRaises(AccessError):
            self.imports.with_user(self.clerk).import_file(make_csv(ROWS), "a.csv")
        one, _report = self.check(ROWS)
        for call in (
            lambda: one.with_user(self.clerk).get_report(),
            lambda: one.row_ids.write({"state": "done"}),
            lambda: one.row_ids.unlink(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_companies(self):
        """DESIGN §7: a company reads no files of another one."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "import_stranger", "product.group_product_manager",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        one, _report = self.check(ROWS)
        mine = self.imports.with_user(stranger)
        self.assertFalse(mine.search([("id", "=", one.id)]))
        self.assertFalse(mine.env["koban.product.import.row"].search([("import_id", "=", one.id)]))
        with self.assertRaises(AccessError):
            one.with_user(stranger).get_report()

    def test_current_company(self):
        """DESIGN §7: costs are those of the company of the import, whatever the current one is."""
        here, elsewhere = self.env.company, self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids |= elsewhere
        self.env["product.product"].create({"name": "Old", "default_code": "ZX2"})
        one, _report = self.check(
            [["Code", "Libellé", "Prix d'achat"], ["ZX1", "New", "55"], ["ZX2", "", "66"]]
        )
        there = one.with_context(allowed_company_ids=[elsewhere.id, here.id])
        there.action_check()
        there.import_rows()
        for code, cost in (("ZX1", 55), ("ZX2", 66)):
            article = self.find(code)
            self.assertEqual(article.with_company(here).standard_price, cost)
            self.assertFalse(article.with_company(elsewhere).standard_price)

    def other_manager(self, **values):
        groups = "koban_guard.group_manager,product.group_product_manager"
        return new_test_user(self.env, "import_other", groups, lang="en_US", **values)

    def test_its_own_fields(self):
        """DESIGN §7: nobody sets by RPC as whom, for whom or where an import is."""
        one, _report = self.check(ROWS)
        for name, value in (
            ("user_id", 1),
            ("state", "running"),
            ("company_id", self.env.company.id),
            ("column_names", ["name"]),
            ("heads", ["Libellé"]),
            ("format", "XLSX"),
        ):
            with self.subTest(name=name):
                told = self.refusal("article_import_field", self.imports.create, {name: value})
                self.assertIn(name, told)
                self.refusal("article_import_field", one.write, {name: value})
        with_default = self.imports.with_context(default_user_id=1, default_state="running")
        made = with_default.create({"filename": "a.csv"})
        self.assertEqual((made.user_id, made.state), (self.manager, "draft"))
        self.assertEqual(one.copy().state, "draft")

    def test_as_who_started(self):
        """DESIGN §7: whoever brought the file, the import runs as who starts it."""
        other = self.other_manager()
        for start in ("action_start", "import_rows"):
            one, _report = self.check([["Code", "Libellé"], [f"ZX-{start}", "Four"]])
            getattr(one.with_user(other), start)()
            self.run_job()
            self.assertEqual((one.state, one.user_id), ("done", other))
            self.assertEqual(self.find(f"ZX-{start}").create_uid, other)

    def test_who_started_is_gone(self):
        """DESIGN §7: the job does nothing as somebody who is archived or has left the company."""
        here, elsewhere = self.env.company, self.env["res.company"].create({"name": "Elsewhere"})
        other = self.other_manager()
        for change in (
            {"active": False},
            {"active": True, "company_id": elsewhere.id, "company_ids": [(6, 0, elsewhere.ids)]},
        ):
            one, _report = self.check(ROWS)
            one.with_user(other).action_start()
            other.write(change)
            self.run_job()
            self.assertEqual((one.state, one.done_count), ("checked", 0))
            self.assertFalse(self.find("ZX1"))
            other.write({"active": True, "company_ids": [(6, 0, (here | elsewhere).ids)]})

    def test_as_who_asked(self):
        """DESIGN §7: the scheduled job imports as who asked for it: with his rights, no others."""
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get("product.template").id,
                "domain_force": "[('name', '!=', 'Forbidden')]",
                "perm_read": False,
            }
        )
        one, report = self.check([*ROWS, ["ZX2", "Forbidden"]])
        self.assertEqual(report["new"], 2)
        one.action_start()
        self.run_job()
        self.assertEqual((one.state, one.done_count, one.refused_count), ("done", 1, 1))
        self.assertEqual(self.find("ZX1").create_uid, self.manager)
        self.assertFalse(self.find("ZX2"))

    def test_rights_lost(self):
        """DESIGN §7: who may not make articles any more imports none, until he may again."""
        one, _report = self.check(ROWS)
        one.action_start()
        groups = self.manager.group_ids
        self.manager.group_ids = self.env.ref("base.group_user")
        self.run_job()
        self.assertEqual((one.sudo().state, one.sudo().done_count), ("checked", 0))
        self.assertFalse(self.find("ZX1"))
        self.manager.group_ids = groups
        one.action_start()
        self.run_job()
        self.assertEqual((one.state, one.done_count), ("done", 1))
        self.assertEqual(self.find("ZX1").create_uid, self.manager)
