"""Quotes and orders of a French company."""

from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.koban_compliance.tests.common import InvoiceCase


class OrderCase(InvoiceCase):
    """Quotes, orders and the profiles of sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().allow_edit_validated_orders = False
        cls.product.write({"invoice_policy": "order", "service_type": "manual"})
        cls.delivered_service = cls.env["product.product"].create(
            {
                "name": "Training day",
                "type": "service",
                "invoice_policy": "delivery",
                "service_type": "manual",
                "list_price": 80.0,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.seller = cls.make_user("koban_seller", "koban_sales.group_sales")
        # Without a Koban profile: the host's own groups.
        cls.host_user = cls.make_user(
            "koban_host_user",
            "sales_team.group_sale_manager,account.group_account_manager",
        )
        cls.campaign = cls.env["utm.campaign"].create({"name": "Spring"})
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Trade", "company_id": cls.company.id}
        )

    @classmethod
    def make_order_line(cls, **values):
        return Command.create(
            {
                "product_id": cls.product.id,
                "product_uom_qty": 2,
                "price_unit": 100.0,
                "tax_ids": [Command.set(cls.tax.ids)],
                **values,
            }
        )

    @classmethod
    def make_order(cls, confirm=True, lines=None, **values):
        """Create an order of 2 × 100 and 1 × 45, with a section and a note."""
        lines = lines or [
            Command.create({"display_type": "line_section", "name": "Works"}),
            cls.make_order_line(),
            cls.make_order_line(product_uom_qty=1, price_unit=50.0, discount=10.0, name="Travel"),
            Command.create({"display_type": "line_note", "name": "Thank you"}),
        ]
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "date_order": "2026-02-03 09:00:00",
                "user_id": cls.seller.id,
                "payment_term_id": cls.terms.id,
                "preferred_payment_method_line_id": cls.payment_method_line.id,
                "process_id": cls.process.id,
                "contact_id": cls.contact.id,
                "pricelist_id": cls.pricelist.id,
                "header": "<p>Head</p>",
                "footer": "<p>Foot</p>",
                "comment": "<p>Comment</p>",
                "order_line": lines,
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def get_order_lines(cls, order):
        return order.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )

    def invoice_order(self, orders, user=None, **values):
        """Invoice through the host's wizard, as a person does."""
        wizard = self.env["sale.advance.payment.inv"].with_user(user or self.seller)
        form = Form(
            wizard.with_context(
                active_model="sale.order", active_ids=orders.ids, active_id=orders[:1].id
            )
        )
        for name, value in values.items():
            form[name] = value
        before = orders.sudo().invoice_ids
        form.save().create_invoices()
        self.env.flush_all()
        orders.invalidate_recordset()
        return (orders.sudo().invoice_ids - before).with_user(self.env.user)
