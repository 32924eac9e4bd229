"""Seed 003, orders, row by row: what can and cannot be changed after the validation."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderSeed(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()
        cls.line = cls.get_order_lines(cls.order)[0]

    def check_frozen(self, record, **values):
        for name, value in values.items():
            with self.subTest(field=name), self.unchanged(self.order):
                self.refusal(
                    "document_validated", self.rpc, self.seller, record, "write", {name: value}
                )

    def check_editable(self, **values):
        for name, value in values.items():
            with self.subTest(field=name):
                self.rpc(self.seller, self.order, "write", {name: value})
                self.order.invalidate_recordset()
                stored = self.order._fields[name].convert_to_write(self.order[name], self.order)
                self.assertEqual(str(stored), str(value))

    def test_lines(self):
        """Row 3-01: quantities, prices and discounts, description of the product."""
        self.check_frozen(
            self.line,
            product_uom_qty=9,
            price_unit=1.0,
            discount=50.0,
            name="Other description",
            product_id=self.delivered_service.id,
            tax_ids=[Command.clear()],
        )

    def test_number_and_date(self):
        """Row 3-02: number and date of the order."""
        self.check_frozen(self.order, name="CDE-2026-90000", date_order="2026-05-05 10:00:00")

    def test_company(self):
        """Row 3-03: the company."""
        self.check_frozen(self.order, company_id=self.make_company("Other").id)

    def test_payment(self):
        """Row 3-04: payment method and terms."""
        self.check_frozen(self.order, preferred_payment_method_line_id=False, payment_term_id=False)

    def test_process(self):
        """Row 3-05: the process."""
        self.check_frozen(self.order, process_id=self.other_process.id)

    def test_invoiced_partner(self):
        """Row 3-06: the invoiced partner."""
        self.check_frozen(
            self.order,
            partner_invoice_id=self.other_customer.id,
            partner_id=self.other_customer.id,
        )

    def test_currency(self):
        """Row 3-07: the currency, and what decides on prices and taxes."""
        self.check_frozen(
            self.order,
            currency_id=self.env.ref("base.USD").id,
            pricelist_id=False,
            fiscal_position_id=self.env["account.fiscal.position"].create({"name": "X"}).id,
        )

    def test_texts(self):
        """Row 3-09: header, footer and general comment stay editable."""
        self.check_editable(header="<p>1</p>", footer="<p>2</p>", comment="<p>3</p>")

    def test_people(self):
        """Row 3-10: salesperson, contact and campaign stay editable."""
        self.check_editable(
            user_id=self.manager.id,
            contact_id=self.other_contact.id,
            campaign_id=self.campaign.id,
        )

    def test_delivery(self):
        """Row 3-11: the planned delivery date stays editable."""
        self.check_editable(commitment_date="2026-07-01 08:00:00")
