"""The eco-tax in electronic invoices (case T14, wish C8): the official rules, the same sums."""

from lxml import etree
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.schematron import get_broken_rules

from .common import EcotaxCase

CII, UBL = "account.edi.xml.cii", "account.edi.xml.ubl_bis3"
CHARGE = {
    CII: "SpecifiedLineTradeSettlement/SpecifiedTradeAllowanceCharge",
    UBL: "InvoiceLine/AllowanceCharge",
}


@tagged("post_install", "-at_install")
class TestElectronicInvoices(EcotaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"vat": "FR11123456782", "phone": "+33465712030", "email": "contact@atelier.example"}
        )
        cls.company.partner_id.write(
            {"street": "12 chemin de la Scierie", "zip": "69210", "city": "L'Arbresle"}
        )
        cls.customer.vat = "FR40303265045"
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )

    def export(self, kind, invoice):
        content, errors = self.env[kind]._export_invoice(invoice)
        self.assertFalse([error for error in errors if "BR-" in error])
        rules = "cii" if kind == CII else "ubl"
        self.assertEqual(get_broken_rules(rules, content), [])
        return etree.fromstring(content)

    def get_values(self, tree, path):
        parts = (f"*[local-name()='{name}']" for name in path.split("/"))
        return tree.xpath(".//" + "/".join(parts))

    def get_numbers(self, tree, *paths):
        return [float(node.text) for path in paths for node in self.get_values(tree, path)[:1]]

    def get_charges(self, tree, kind):
        """Return the charges of the lines that collect eco-taxes: amount and reason."""
        told = []
        for charge in self.get_values(tree, CHARGE[kind]):
            codes = ("ReasonCode", "AllowanceChargeReasonCode")
            if [node.text for name in codes for node in self.get_values(charge, name)] == ["AEO"]:
                [amount] = self.get_numbers(charge, "ActualAmount" if kind == CII else "Amount")
                reason = "Reason" if kind == CII else "AllowanceChargeReason"
                told.append((amount, self.get_values(charge, reason)[0].text))
        return told

    def get_totals(self, tree, kind):
        """Return the total of the lines, before VAT, VAT, with VAT."""
        if kind == CII:
            head = "SpecifiedTradeSettlementHeaderMonetarySummation"
            names = ("LineTotalAmount", "TaxBasisTotalAmount", "TaxTotalAmount", "GrandTotalAmount")
            return self.get_numbers(tree, *(f"{head}/{name}" for name in names))
        head = "LegalMonetaryTotal"
        names = ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount")
        line, before, total = self.get_numbers(tree, *(f"{head}/{name}" for name in names))
        [vat] = self.get_numbers(tree, "TaxTotal/TaxAmount")
        return [line, before, vat, total]

    def check(self, invoice, *charges):
        untaxed, ecotax, vat, total = self.get_amounts(invoice)
        for kind in (CII, UBL):
            with self.subTest(kind=kind):
                tree = self.export(kind, invoice)
                before = round(untaxed + ecotax, 2)
                self.assertEqual(self.get_totals(tree, kind), [before, before, vat, total])
                told = self.get_charges(tree, kind)
                self.assertEqual([amount for amount, _reason in told], list(charges))
                for _amount, reason in told:
                    self.assertIn("Ecorecycle", reason)
                    self.assertNotIn("in the price", reason)

    def test_piece(self):
        """Case T14: 3 pieces at 10.00: a charge of 30.00 on the line, in the base of VAT."""
        invoice = self.make_eco_invoice(
            {"product_id": self.article.id, "quantity": 3, "discount": 50}, self.product
        )
        self.assertEqual(self.get_amounts(invoice), (250.0, 30.0, 56.0, 336.0))
        self.check(invoice, 30.0)

    def test_included(self):
        """Case T14: 12.00 incl. VAT of which 2.40, 90 % off: 3.36."""
        invoice = self.make_eco_invoice(self.included(discount=90))
        self.assertEqual(self.get_amounts(invoice), (0.8, 2.0, 0.56, 3.36))
        self.check(invoice, 2.0)

    def test_all_off(self):
        """Case T14: 100 % off leaves the eco-tax, in a price with and without it."""
        invoice = self.make_eco_invoice(
            self.included(discount=100), {"product_id": self.article.id, "discount": 100}
        )
        self.assertEqual(self.get_amounts(invoice), (0.0, 12.0, 2.4, 14.4))
        self.check(invoice, 2.0, 10.0)

    def test_cents(self):
        """Amounts of a third of a cent: each line is rounded, and they add up."""
        table = self.make_ecotax("NUT", "Nuts", ("2025-01-01", 0.0333))
        nut = self.make_article("Nut", table, list_price=1.0)
        invoice = self.make_eco_invoice(nut, nut, nut)
        self.assertEqual(invoice._get_ecotax_total(), 0.09)
        self.check(invoice, 0.03, 0.03, 0.03)

    def test_credit_note(self):
        """2-59: the credit note says the same sums."""
        invoice = self.make_eco_invoice({"product_id": self.article.id, "quantity": 3})
        invoice.action_cancel_document(reason="Wrong")
        note = invoice.reversal_move_ids
        tree = self.export(CII, note)
        self.assertEqual(self.get_totals(tree, CII), [330.0, 330.0, 66.0, 396.0])

    def test_group(self):
        """4-07: a group that hides its detail is one line by VAT, with the eco-tax of its lines."""
        section = {"display_type": "line_section", "name": "Kitchen", "collapse_composition": True}
        invoice = self.make_eco_invoice(
            section, {"product_id": self.article.id, "quantity": 3}, self.product, self.lamp
        )
        untaxed, ecotax, vat, total = self.get_amounts(invoice)
        for kind, line in ((CII, "IncludedSupplyChainTradeLineItem"), (UBL, "InvoiceLine")):
            with self.subTest(kind=kind):
                tree = self.export(kind, invoice)
                self.assertEqual(len(self.get_values(tree, line)), 1)
                self.assertNotIn("Deck oven", etree.tostring(tree).decode())
                before = round(untaxed + ecotax, 2)
                self.assertEqual(self.get_totals(tree, kind), [before, before, vat, total])
                charged = [amount for amount, _reason in self.get_charges(tree, kind)]
                self.assertEqual(sorted(charged), [2.0, 30.0])

    def test_renamed(self):
        """DESIGN §2: renamed since, the eco-tax is called as at the validation."""
        invoice = self.make_eco_invoice({"product_id": self.article.id})
        self.ecotax.name = "Furnaces"
        self.env.flush_all()
        self.env.invalidate_all()
        for kind in (CII, UBL):
            [(_amount, reason)] = self.get_charges(self.export(kind, invoice), kind)
            self.assertIn("Ovens", reason)

    def test_two_rates(self):
        """Two rates of VAT, one with an eco-tax: each base is its own."""
        invoice = self.make_eco_invoice(
            self.article,
            {"product_id": self.product.id, "tax_ids": [Command.set(self.other_tax.ids)]},
        )
        tree = self.export(CII, invoice)
        bases = self.get_values(
            tree, "ApplicableHeaderTradeSettlement/ApplicableTradeTax/BasisAmount"
        )
        self.assertEqual(sorted(float(node.text) for node in bases), [100.0, 110.0])
