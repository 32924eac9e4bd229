"""A credit note takes back what its invoice charged, whatever the table says since (2-59)."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestCreditNotes(EcotaxCase):
    def credit(self, invoice):
        """Cancel an invoice; return the posted note, whose entry takes its one back."""
        invoice.action_cancel_document(reason="Wrong")
        note = invoice.reversal_move_ids
        self.assertEqual(note.state, "posted")
        self.assertEqual(self.get_amounts(note), self.get_amounts(invoice))
        back = sum(self.get_ecotax_lines(note).mapped("balance"))
        self.assertAlmostEqual(back, -sum(self.get_ecotax_lines(invoice).mapped("balance")), 2)
        return note

    def test_nothing_due(self):
        """2-59: where the table charges nothing any more, what was charged is taken back."""
        invoices = self.make_eco_invoice(self.article) | self.make_eco_invoice(self.included())
        # The amount of the day before ends the tables, though both invoices are of March.
        for ecotax in (self.ecotax, self.small):
            ecotax.rate_ids = [Command.create({"date_from": "2026-03-09", "amount": 0.0})]
        for invoice in invoices:
            self.assertEqual(self.credit(invoice)._get_ecotax_total(), invoice._get_ecotax_total())

    def test_nothing_charged(self):
        """2-59: an eco-tax that the table got afterwards was not charged: none is taken back."""
        late = self.make_ecotax("LATE", "Late")
        article = self.make_article("Late", late)
        invoice = self.make_eco_invoice(article)
        late.rate_ids = [Command.create({"date_from": "2026-01-01", "amount": 3.0})]
        self.assertEqual(self.credit(invoice)._get_ecotax_total(), 0.0)

    def test_other_vat(self):
        """2-59: another VAT on the line of the note: the amount charged, the way of this VAT."""
        invoice = self.make_eco_invoice(self.article)
        self.ecotax.rate_ids = [Command.create({"date_from": "2026-01-02", "amount": 99.0})]
        note = invoice._reverse_moves([{"invoice_date": "2026-03-12"}])
        line = self.get_product_lines(note)
        line.tax_ids = self.tax_included
        [due] = line._get_ecotaxes()
        self.assertEqual((due.amount, due.price_include_override), (10.0, "tax_included"))

    def test_used_amount(self):
        """2-59, 3-14: an amount that was charged is neither changed nor deleted; others are."""
        used = self.ecotax.rate_ids
        self.make_eco_invoice(self.article, post=False)
        used.amount = 11.0
        used.amount = 10.0
        self.make_eco_invoice(self.article)
        manager = self.manager
        for values in ({"amount": 11.0}, {"date_from": "2026-01-02"}, {"date_from": "2024-01-01"}):
            self.refusal("ecotax_rate_used", self.rpc, manager, used, "write", values)
        self.refusal("ecotax_rate_used", self.rpc, manager, used, "unlink")
        delete = {"rate_ids": [Command.delete(used.id)]}
        self.refusal("ecotax_rate_used", self.rpc, manager, self.ecotax, "write", delete)
        self.rpc(manager, used, "write", {"amount": 10.0})
        values = {"ecotax_id": self.ecotax.id, "date_from": "2027-01-01", "amount": 12.0}
        later = used.create(values)
        self.rpc(manager, later, "write", {"amount": 13.0})
        self.rpc(manager, later, "unlink")
        self.assertEqual(self.ecotax.rate_ids, used)
