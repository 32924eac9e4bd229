"""Quotes and orders of a French company."""

from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.koban_guard.tests.common import Masters, set_values
from odoo.addons.koban_invoice.tests import common as invoices
from odoo.addons.koban_invoice.tests.common import InvoiceCase, make_product


def make_masters(env) -> Masters:
    """Make all that the tests of this addon share, in a database that is to be copied."""
    invoices.make_masters(env)
    return find_masters(env)


def find_masters(env) -> Masters:
    """Find, or make where the database lacks them, what quotes and orders need."""
    masters = invoices.find_masters(env)
    env, company = masters.env, masters.env.company
    set_values(company, allow_edit_validated_orders=False)
    set_values(masters["product"], invoice_policy="order", service_type="manual")
    masters.find_or_make(
        "delivered_service",
        lambda: make_product(
            env, "Training day", invoice_policy="delivery", service_type="manual", list_price=80.0
        ),
    )
    masters.find_or_make_user("koban_seller", "koban_sales.group_sales")
    # Without a Koban profile: the host's own groups.
    masters.find_or_make_user(
        "koban_host_user", "sales_team.group_sale_manager,account.group_account_manager"
    )
    masters.find_or_create("campaign", "utm.campaign", name="Spring")
    masters.find_or_create("pricelist", "product.pricelist", name="Trade", company_id=company.id)
    return masters.save()


class OrderCase(InvoiceCase):
    """Quotes, orders and the profiles of sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        masters = find_masters(cls.env)
        cls.delivered_service = masters["delivered_service"]
        cls.seller = masters["koban_seller"]
        cls.host_user = masters["koban_host_user"]
        cls.campaign = masters["campaign"]
        cls.pricelist = masters["pricelist"]

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
