"""Who sees and who writes the tables and the declaration."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestRights(EcotaxCase):
    def test_least_rights(self):
        """A salesperson charges eco-taxes, and writes no table and no tax."""
        clerk = self.make_user("eco_clerk", "sales_team.group_sale_salesman")
        order = (
            self.env["sale.order"]
            .with_user(clerk)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.article.id})],
                }
            )
        )
        self.assertEqual(order.order_line.koban_ecotax_amount, 10.0)
        order.date_order = "2026-01-05 10:00:00"
        ecotax = self.ecotax.with_user(clerk)
        self.assertEqual(ecotax.amount, 10.0)
        for call in (
            lambda: ecotax.write({"name": "X"}),
            lambda: ecotax.rate_ids.write({"amount": 1.0}),
            lambda: ecotax.rate_ids.unlink(),
            lambda: ecotax.organisation_id.write({"name": "X"}),
            lambda: self.env["koban.ecotax.report"].with_user(clerk).search([]),
            lambda: (
                self.env["koban.ecotax.report"]
                .with_user(clerk)
                .get_declaration("2026-01-01", "2026-12-31")
            ),
            lambda: self.env["koban.ecotax.declaration"].with_user(clerk).create({}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_portal(self):
        """A customer reads the eco-tax of one unit on the line of their order, as on its page."""
        contact = self.env["res.users"].create(
            {
                "name": "Claire Martin",
                "login": "eco_portal",
                "partner_id": self.contact.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        line = self.make_eco_order(self.article, confirm=True).order_line
        self.env.flush_all()
        self.env.invalidate_all()
        fields = ["koban_ecotax_unit", "koban_ecotax_amount"]
        [row] = self.rpc(contact, line, "read", fields)
        self.assertEqual([row[name] for name in fields], [10.0, 10.0])

    def test_manager(self):
        """The administrator of commercial management writes the tables; their taxes follow."""
        manager = self.manager
        organisation = self.organisation.with_user(manager)
        ecotax = (
            self.env["koban.ecotax"]
            .with_user(manager)
            .create(
                {
                    "code": "SOFA",
                    "name": "Sofas",
                    "organisation_id": organisation.id,
                    "rate_ids": [Command.create({"date_from": "2026-01-01", "amount": 4.17})],
                }
            )
        )
        taxes = ecotax.tax_ids.filtered(lambda tax: tax.company_id == self.company)
        self.assertEqual(
            sorted(taxes.mapped("price_include_override")), ["tax_excluded", "tax_included"]
        )
        self.assertEqual(set(taxes.mapped("amount")), {4.17})
        self.assertEqual(len(taxes.tax_group_id), 1)

    def test_accountant(self):
        """« Expert-comptable » reads the tables and the declaration, and changes nothing."""
        auditor = self.make_user("koban_auditor", "koban_seal.group_auditor")
        self.make_eco_invoice(self.article)
        report = self.env["koban.ecotax.report"].with_user(auditor)
        self.assertTrue(report.search([("ecotax_id", "=", self.ecotax.id)]))
        with self.assertRaises(AccessError):
            self.ecotax.with_user(auditor).write({"name": "X"})

    def test_companies(self):
        """Who works in another company sees neither a table of this one nor what it declares."""
        self.make_eco_invoice(self.article)
        company = self.make_company("Elsewhere")
        stranger = self.make_user("eco_stranger", "koban_guard.group_manager")
        stranger.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        own = self.make_ecotax("OWN", "Own", ("2025-01-01", 1.0), company_id=self.company.id)
        self.env.flush_all()
        seen = self.env["koban.ecotax"].with_user(stranger).search([])
        self.assertIn(self.ecotax, seen)
        self.assertNotIn(own, seen)
        self.assertFalse(
            self.env["koban.ecotax.rate"].with_user(stranger).search([("ecotax_id", "=", own.id)])
        )
        with self.assertRaises(AccessError):
            own.with_user(stranger).read(["name"])
        self.assertFalse(self.env["koban.ecotax.report"].with_user(stranger).search([]))
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        stranger.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        self.assertIn(own, self.env["koban.ecotax"].with_user(stranger).search([]))
