"""What the tests of closings share."""

from odoo import fields
from odoo.fields import Command

from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_seal.tests.travel import TimeTravel

from ..tools.closing_calendar import month_end, month_start
from ..tools.writer import close


class ClosingCase(TimeTravel, InvoiceCase):
    """Invoices of one line, months closed in the test's own transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Closing = cls.env["koban.closing"]
        cls.reader = cls.make_user("koban_reader", "account.group_account_readonly")
        # Messages are read below in one language, whatever that of the database.
        cls.env.ref("base.lang_en").active = True
        (cls.billing_user | cls.manager | cls.reader | cls.env.user).lang = "en_US"
        cls.company.partner_id.lang = "en_US"

    @classmethod
    def invoice(cls, date, price=100.0, tax=None, post=True, **values):
        """Create an invoice of one line."""
        line = cls.make_line(
            quantity=1, price_unit=price, tax_ids=[Command.set((tax or cls.tax).ids)]
        )
        values = {"invoice_payment_term_id": False, **values}
        return cls.make_invoice(post=post, lines=[line], invoice_date=date, **values)

    def credit(self, date, price=100.0):
        """Create a validated credit note of one line, with the tax of 20 %."""
        return self.invoice(date, price, move_type="out_refund")

    def receive(self, date, amount=100.0, **values):
        """Record a payment of the customer."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "date": date,
                "journal_id": self.bank_journal.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def close(cls, company=None):
        """Close the next month of a company."""
        company = company or cls.company
        result = close(company, cls.Closing._get_next_month(company))
        return cls.Closing.browse(result["closing_id"])

    @classmethod
    def close_until(cls, date, company=None):
        """Close every month up to that of a day; return the closings of months."""
        last = month_start(fields.Date.to_date(date))
        closings = cls.Closing
        while cls.Closing._get_next_month(company or cls.company) <= last:
            closings |= cls.close(company)
        return closings

    def get_years(self, company=None):
        return self.Closing.search(
            [("company_id", "=", (company or self.company).id), ("kind", "=", "year")],
            order="date_from",
        )

    def except_until(self, date_from, user=None, **values):
        """Open an exception for a user, from a day on."""
        wizard = self.env["koban.closing.exception"].create(
            {
                "date_from": date_from,
                "reason": "Forgotten by the workshop",
                "user_ids": [Command.set((user or self.env.user).ids)],
                **values,
            }
        )
        domain = wizard.action_open_exception()["domain"]
        return self.env["account.lock_exception"].search(domain)

    def check_totals(self, closing, untaxed, tax, **values):
        """Compare the turnover of the period, and other fields."""
        self.assertEqual(
            (closing.untaxed, closing.tax, closing.total),
            (untaxed, tax, round(untaxed + tax, 2)),
        )
        self.assertEqual({name: closing[name] for name in values}, values)

    @staticmethod
    def end(date):
        return month_end(fields.Date.to_date(date))
