"""Tables of several companies, of branches, archived ones and their namesakes (row 4-28)."""

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestTables(EcotaxCase):
    def test_account_of_branch(self):
        """4-28: an account chosen in a branch is its company's, also for amounts added later."""
        account = self.env["account.account"].create(
            {"name": "Eco-taxes", "code": "447890", "account_type": "liability_current"}
        )
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        # Who works in the branch alone.
        self.manager.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        tables = self.env["koban.ecotax"].with_user(self.manager).with_company(branch)
        old = tables.browse(self.ecotax.id)
        old.account_id = account
        values = {"code": "NEW", "name": "New", "organisation_id": self.organisation.id}
        amount = [Command.create({"date_from": "2025-01-01", "amount": 1.0})]
        new = tables.create({**values, "account_id": account.id, "rate_ids": amount})
        for table in (old, new):
            table.rate_ids = [Command.create({"date_from": "2026-01-01", "amount": 7.0})]
            taxes = table.sudo().tax_ids.filtered(lambda tax: tax.company_id == self.company)
            posted = taxes.repartition_line_ids.filtered(lambda r: r.repartition_type == "tax")
            self.assertEqual(len(posted), 8)
            self.assertEqual(posted.account_id, account)
            for company in (self.company, branch):
                self.assertEqual(table.sudo().with_company(company).account_id, account)
        old.account_id = False
        self.assertFalse(self.ecotax.with_company(self.company).account_id)
        invoice = self.make_eco_invoice(self.article)
        sold = self.get_product_lines(invoice).account_id
        self.assertEqual(self.get_ecotax_lines(invoice).account_id, sold)

    def test_archived(self):
        """4-28: the code of an archived table is free; there are not two of it in use."""
        self.rpc(self.manager, self.ecotax, "write", {"active": False})
        again = self.make_ecotax("OVEN", "Ovens", ("2026-01-01", 10.0))
        self.assertEqual(len(again.tax_ids.filtered(lambda t: t.company_id == self.company)), 2)
        invoice = self.make_eco_invoice(self.make_article("Oven", again))
        self.assertEqual(invoice._get_ecotax_total(), 10.0)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.ecotax.active = True
            self.env.flush_all()

    def test_namesake(self):
        """4-28: a company's own table may have the code, name and amount of a shared one."""
        own = self.make_ecotax("OVEN", "Ovens", ("2025-01-01", 10.0), company_id=self.company.id)
        taxes = (own | self.ecotax).tax_ids.filtered(lambda tax: tax.company_id == self.company)
        self.assertEqual(len(set(taxes.mapped("name"))), 4)
        own.name = "Our ovens"
        own.name = "Ovens"
        self.assertEqual(len(set(taxes.mapped("name"))), 4)

    def test_given_to_a_company(self):
        """4-28: a shared table that others use is not given to one company."""
        other = self.make_company("Elsewhere")
        table = self.make_ecotax("OWN", "Own", ("2025-01-01", 1.0))
        article = self.make_article("Own", table, company_id=self.company.id)
        table.company_id = self.company
        table.company_id = False
        # An article of all companies, and one of another one.
        for company in (False, other):
            article.product_tmpl_id.company_id = company
            self.refusal(
                "ecotax_company", self.rpc, self.manager, table, "write",
                {"company_id": self.company.id},
            )  # fmt: skip
        self.assertFalse(table.company_id)
        article.product_tmpl_id.koban_ecotax_id = False
        table.company_id = self.company

    def test_given_with_documents(self):
        """4-28: documents of others count too, once their article has another table."""
        self.make_eco_invoice(self.article, post=False)
        order = self.make_eco_order(self.lamp)
        (self.article | self.lamp).koban_ecotax_id = False
        other = self.make_company("Elsewhere")
        for table in (self.ecotax, self.small):
            self.refusal("ecotax_company", table.write, {"company_id": other.id})
            table.company_id = self.company
        self.assertEqual(order._get_ecotax_total(), 2.0)
