"""Seed 003, invoices, row by row: what can and cannot be changed after the validation."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install", "koban_alone")
class TestInvoiceSeed(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()
        cls.line = cls.get_product_lines(cls.invoice)[0]

    def check_frozen(self, record, **values):
        for name, value in values.items():
            with self.subTest(field=name), self.unchanged(self.invoice):
                self.refusal(
                    "document_validated",
                    self.rpc,
                    self.billing_user,
                    record,
                    "write",
                    {name: value},
                )

    def check_editable(self, **values):
        for name, value in values.items():
            with self.subTest(field=name):
                self.rpc(self.billing_user, self.invoice, "write", {name: value})
                self.invoice.invalidate_recordset()
                field = self.invoice._fields[name]
                stored = field.convert_to_write(self.invoice[name], self.invoice)
                self.assertEqual(str(stored), str(value))

    def test_lines(self):
        """Row 3-14: quantities, prices, discounts, descriptions, taxes."""
        self.check_frozen(
            self.line,
            quantity=9,
            price_unit=1.0,
            discount=50.0,
            name="Other description",
            tax_ids=[Command.clear()],
        )

    def test_number_date_partner_currency(self):
        """Row 3-15: number, date, invoiced partner, currency."""
        self.check_frozen(
            self.invoice,
            name="FAC/2026/90000",
            invoice_date="2026-05-05",
            date="2026-05-05",
            partner_id=self.other_customer.id,
            partner_shipping_id=self.other_customer.id,
            currency_id=self.env.ref("base.USD").id,
            journal_id=self.sale_journal.copy({"code": "VTX"}).id,
        )

    def test_people_and_terms(self):
        """Row 3-16: salesperson, payment method, due date and terms, process, company."""
        self.check_frozen(
            self.invoice,
            invoice_user_id=self.manager.id,
            preferred_payment_method_line_id=False,
            invoice_date_due="2030-01-01",
            invoice_payment_term_id=False,
            process_id=self.other_process.id,
            company_id=self.make_company("Other").id,
        )
        due_line = self.get_receivable_lines(self.invoice)[0]
        self.check_frozen(due_line, date_maturity="2030-01-01")

    def test_texts(self):
        """Row 3-18: header, footer, general comment and contact stay editable."""
        self.check_editable(
            header="<p>1</p>",
            footer="<p>2</p>",
            comment="<p>3</p>",
            contact_id=self.other_contact.id,
        )

    def test_reminders(self):
        """Row 3-19: “no automatic reminder” stays editable, and reaches the due lines."""
        self.check_editable(no_followup=True)
        self.assertEqual(set(self.get_receivable_lines(self.invoice).mapped("no_followup")), {True})
        self.check_editable(no_followup=False)
