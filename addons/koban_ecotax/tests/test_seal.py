"""The seal covers the eco-tax of a validated invoice (DESIGN §3)."""

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.koban_invoice.tests.chain import ChainCase

from .common import EcotaxCase


@tagged("post_install", "-at_install")
class TestSeal(ChainCase, EcotaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_eco_invoice({"product_id": cls.article.id, "quantity": 3})
        cls.line = cls.get_product_lines(cls.invoice)
        cls.other = cls.small._get_tax(cls.company, cls.invoice.invoice_date, included=False)
        cls.env.cr.flush()

    def find_fields(self):
        """Return which fields of the invoice and its lines the verification finds altered."""
        found = self.verify()["findings"]
        return {item["field"] for item in found if item["code"] == "document_altered"}

    def test_intact(self):
        """A table, an article and a name that change afterwards alter no invoice."""
        self.ecotax.write(
            {
                "name": "Furnaces",
                "rate_ids": [Command.create({"date_from": "2026-01-01", "amount": 99.0})],
            }
        )
        self.article.write({"koban_ecotax_id": self.small.id})
        self.env.flush_all()
        self.assertEqual(self.find_fields(), set())

    def test_altered(self):
        """What is changed by SQL is found: the category, its units, the amount and the tax."""
        for name, value in (
            ("koban_ecotax_id", self.small.id),
            ("koban_ecotax_units", 2),
            ("koban_ecotax_amount", 60),
        ):
            with self.subTest(field=name), self.attack():
                self.env.cr.execute(
                    SQL(
                        "UPDATE account_move_line SET %s = %s WHERE id = %s",
                        SQL.identifier(name),
                        value,
                        self.line.id,
                    )
                )
                self.assertIn(name, self.find_fields())
        with self.attack():
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move_line_account_tax_rel SET account_tax_id = %s "
                    "WHERE account_move_line_id = %s AND account_tax_id <> %s",
                    self.other.id,
                    self.line.id,
                    self.tax.id,
                )
            )
            self.assertTrue(self.find_fields())
