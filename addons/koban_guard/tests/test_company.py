"""DESIGN §2: where the guard is on."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocumentCase

# Article 286-I-3 bis and its transpositions: France and its territories.
GUARDED = ("fr", "gp", "mq", "gf", "re", "yt", "pm", "bl", "mf", "wf", "pf", "nc", "tf")
NOT_GUARDED = ("be", "ch", "lu", "mc", "de", "us", "ca", "ma")


@tagged("post_install", "-at_install", "koban_alone")
class TestCompanyGuard(DocumentCase):
    def test_countries(self):
        """The guard is on from the start in France and its territories, and nowhere else."""
        for code, expected in (*((code, True) for code in GUARDED),
                               *((code, False) for code in NOT_GUARDED)):  # fmt: skip
            with self.subTest(country=code):
                company = self.env["res.company"].new(
                    {"name": code, "account_fiscal_country_id": self.env.ref(f"base.{code}").id}
                )
                self.assertEqual(company.document_guard, expected)
        self.assertTrue(self.make_company("Réunion", "base.re").document_guard)
        self.assertFalse(self.make_company("Bruxelles", "base.be").document_guard)

    def test_country_change(self):
        """Moving to France switches it on; moving away does not switch it off."""
        company = self.make_company("Mover", "base.be")
        company.account_fiscal_country_id = self.france
        self.assertTrue(company.document_guard)
        company.account_fiscal_country_id = self.env.ref("base.be")
        self.env.flush_all()
        company.invalidate_recordset()
        self.assertTrue(company.document_guard)

    def test_by_hand(self):
        """It is switched on for any company, and off while nothing is validated."""
        company = self.make_company("Belgian", "base.be")
        company.document_guard = True
        self.assertTrue(company.document_guard)
        company.document_guard = False
        self.assertFalse(company.document_guard)
        company.name = "Still Belgian"
        self.env.flush_all()
        self.assertFalse(company.document_guard)

    def test_who(self):
        """Only who may set up companies switches it."""
        manager = self.make_user("koban_manager_guard", "koban_guard.group_manager")
        with self.assertRaises(AccessError):
            self.rpc(manager, self.company, "write", {"document_guard": False})
        self.assertTrue(self.company.document_guard)

    def test_branch(self):
        """A branch follows the country of its company."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertTrue(branch.document_guard)

    def test_tracked(self):
        """Switching it is recorded on the company."""
        company = self.make_company("Tracked", "base.be")
        self.env.flush_all()
        self.env.cr.flush()
        before = company.message_ids
        company.document_guard = True
        self.env.flush_all()
        self.env.cr.flush()
        tracked = (company.message_ids - before).tracking_value_ids
        self.assertIn("document_guard", tracked.field_id.mapped("name"))
