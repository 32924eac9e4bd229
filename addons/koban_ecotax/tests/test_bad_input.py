"""Issue 13, “bad input”: refused with each reason, all at once, nothing half done."""

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from odoo.addons.koban_guard.exceptions import DocumentError

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestBadInput(EcotaxCase):
    def test_article(self):
        """An eco-tax with its VAT code missing: with every other reason, of every article."""
        values = {"koban_ecotax_id": self.ecotax.id, "taxes_id": [Command.clear()]}
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            self.env["product.template"].create(
                [
                    {"name": "First", **values, "koban_ecotax_quantity": 0},
                    {"name": "Second", **values},
                ]
            )
        told = str(caught.exception)
        self.assertIn("[ecotax_article]", told)
        # No VAT and no unit; no VAT.
        self.assertEqual((told.count("– First"), told.count("– Second")), (2, 1))
        loaded = self.env["product.template"].load(
            ["name", "koban_ecotax_id/.id", "taxes_id/.id"],
            [["Right", "", str(self.tax.id)], ["Wrong", str(self.ecotax.id), ""]],
        )
        self.assertFalse(loaded["ids"])
        self.assertFalse(self.env["product.template"].search([("name", "=", "Right")]))

    def test_invoices(self):
        """Lines without VAT or weight: each reason of each line, and no invoice is validated."""
        ecotax = self.make_ecotax("TEX", "Textiles", ("2025-01-01", 0.05), kind="weight")
        shirt = self.make_article("Shirt", ecotax)
        right = self.make_eco_invoice(self.lamp, post=False)
        no_vat = [Command.clear()]
        wrong = self.make_eco_invoice(
            {"product_id": self.article.id, "name": "Oven A", "tax_ids": no_vat},
            {"product_id": shirt.id, "name": "Shirt B"},
            self.included(name="Lamp C", price_unit=1.0),
            post=False,
        )
        error = self.refusal("ecotax_incomplete", (right | wrong).action_post)
        self.assertEqual(error.context["faults"], {wrong.id: ["vat", "weight", "price"]})
        for text in ("Oven A", "Shirt B", "Lamp C"):
            self.assertIn(text, str(error))
        self.assertEqual((right | wrong).mapped("state"), ["draft", "draft"])

    def test_orders(self):
        """The same for orders."""
        order = self.make_eco_order({"product_id": self.article.id, "tax_ids": [Command.clear()]})
        self.assertTrue(order.order_line.koban_ecotax_amount)
        with self.assert_refused("ecotax_incomplete"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_without_vat(self):
        """A company that charges no VAT (article 293 B) charges eco-taxes all the same."""
        self.company.vat_scheme = "franchise"
        invoice = self.make_eco_invoice(
            {"product_id": self.article.id, "tax_ids": [Command.clear()]}
        )
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(self.get_amounts(invoice), (100.0, 10.0, 0.0, 110.0))
        self.assertEqual(invoice._get_hidden_vat(), "franchise")
        missing = [item.code for item in invoice._get_missing_mentions().get(invoice, [])]
        self.assertNotIn("franchise_vat", missing)

    def test_table(self):
        """Negative amounts, each told; two amounts of one day; a code twice."""
        with self.assertRaises(DocumentError) as caught, self.cr.savepoint():
            self.make_ecotax("NEG", "Negative", ("2025-01-01", -1.0), ("2026-01-01", -2.0))
        self.assertEqual(caught.exception.code, "ecotax_rate")
        for make in (
            lambda: self.make_ecotax("TWO", "Twice", ("2025-01-01", 1.0), ("2025-01-01", 2.0)),
            lambda: self.make_ecotax(" oven ", "Again", ("2025-01-01", 1.0)),
        ):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                make()
                self.env.flush_all()

    def test_made_taxes(self):
        """The taxes of a table are changed by it alone; what was charged stays its kind."""
        tax = self.ecotax.tax_ids[:1]
        for values in (
            {"amount": 11.0},
            {"include_base_amount": False},
            {"amount_type": "percent"},
        ):
            self.refusal("ecotax_tax", tax.write, values)
        self.make_eco_invoice(self.article)
        self.refusal("ecotax_kind", self.ecotax.write, {"kind": "weight"})
        self.ecotax.write({"kind": "piece", "name": "Big ovens"})
        self.assertIn("Big ovens", tax.invoice_label)

    def test_declaration_calls(self):
        """Wrong periods, formats and ids are refused by their codes."""
        report = self.env["koban.ecotax.report"]

        def call(code, method, *args, **kwargs):
            self.refusal(code, self.rpc, self.billing_user, report, method, *args, **kwargs)

        call("ecotax_period", "get_declaration", "2026-04-01", "2026-03-31")
        call("wrong_date", "get_declaration", "31/03/2026", "2026-03-31")
        call("wrong_date", "export_declaration", "2026-13-01", "2026-12-31")
        call("unknown_record", "get_declaration", "2026-01-01", "2026-03-31", 2**30)
        call("wrong_argument", "get_declaration", "2026-01-01", "2026-03-31", "Ecorecycle")
        call("ecotax_format", "export_declaration", "2026-01-01", "2026-03-31", file_format="pdf")
