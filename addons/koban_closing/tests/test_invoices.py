"""Invoices and closings: the order of the steps, and TEST documents, which count in none."""

from odoo import fields
from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.fictitious import FictitiousCase


@tagged("post_install", "-at_install")
class TestClosedInvoices(FictitiousCase):
    def test_steps(self):
        """DESIGN §1: what happens to an invoice, in one order, whatever the order of imports."""
        steps = self.env["account.move"]._get_validation_steps()
        known = ["choose", "check", "mentions", "gate", "key", "open", "host", "seal", "follow"]
        self.assertEqual([step for step in steps if step in known], known)
        steps = self.env["account.move"]._get_cancellation_steps()
        known = ["check", "gate", "open", "host", "seal", "follow"]
        self.assertEqual([step for step in steps if step in known], known)

    def test_counted_apart(self):
        """Row 2-60: a closing tells how many documents were validated in TEST, on their day."""

        def count(day):
            text = fields.Date.to_string(day)
            return self.env["koban.closing"].get_period_totals(text, text)["test_count"]

        today = fields.Datetime.context_timestamp(
            self.env.user.with_context(tz="Europe/Paris"), fields.Datetime.now()
        ).date()
        self.env.cr.flush()
        before = count(today)
        self.make_test_invoice(validate=True)
        self.make_test_invoice()
        self.env.cr.flush()
        self.assertEqual(count(today), before + 1)
        self.assertEqual(count(fields.Date.subtract(today, days=40)), 0)

    def test_no_finding_before_a_closing(self):
        """Checklist 11: TEST drafts are none that must be validated before a month closes."""
        test, real = self.make_test_invoice(validate=True), self.make_invoice(post=False)
        closings = self.env["koban.closing.preflight"]
        [finding] = closings._find_drafts(self.company, fields.Date.to_date("2026-03-31"))
        self.assertIn(real.id, finding["ids"])
        self.assertNotIn(test.id, finding["ids"])
