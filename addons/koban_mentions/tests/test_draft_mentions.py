"""Rows 2-14 to 2-33 on a draft invoice, with nothing of the guard above."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import IdentityCase


@tagged("post_install", "-at_install", "koban_alone")
class TestDraftMentions(IdentityCase):
    """What a draft says by law, and what it lacks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "legal_form": "sarl",
                "share_capital": 20000.0,
                "rcs_city": "Lyon",
                "company_registry": "73282932000074",
                "vat": "FR44732829320",
                "street": "12 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
            }
        )
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [
                    Command.create({"name": "Oak door", "quantity": 1, "price_unit": 400.0})
                ],
            }
        )

    def test_identity(self):
        """Row 2-17: form, capital, register and SIRET stand at the foot."""
        [identity, *_others] = self.invoice.with_context(lang="en_US")._get_legal_identity()
        for words in ("SARL", "20", "RCS Lyon", "732\u00a0829\u00a0320", "FR44732829320"):
            self.assertIn(words, identity)

    def test_recovery_fee(self):
        """Row 2-24: a professional reads the flat fee of 40 €, a private customer does not."""
        self.assertIn("40", self._get_texts())
        self.customer.customer_type = "consumer"
        self.assertNotIn("40\u00a0€", self._get_texts())

    def _get_texts(self):
        mentions = self.invoice.with_context(lang="en_US")._get_legal_mentions()
        return " ".join(mention["text"] for mention in mentions)

    def test_missing(self):
        """Row 2-33: all that is missing is told at once, and goes when it is typed."""
        invoice = self.invoice.with_context(lang="en_US")
        self.assertIn("the SIRET of Menuiserie Blanc", invoice.missing_mentions)
        self.customer.company_registry = "12345678200010"
        self.invoice.invoice_line_ids.name = False
        invoice.invalidate_recordset()
        self.assertNotIn("SIRET", invoice.missing_mentions)
        self.assertIn("the description of line 1", invoice.missing_mentions)

    def test_own_rate(self):
        """M20: the rate of late interest that the company sets replaces the legal one."""
        self.company.late_rate = "12 % a year"
        self.assertIn("12 % a year", self._get_texts())
