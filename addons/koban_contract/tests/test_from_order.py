"""Contracts made of validated orders (rows 0-07, 1-09)."""

import psycopg2
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError

from .common import ContractCase


@tagged("post_install", "-at_install", "koban_alone")
class TestFromOrder(ContractCase):
    """What the contract takes over, and what the order bills no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.make_product(
            "Maintenance of the copiers", contract_ok=True, invoice_policy="order"
        )
        cls.option = cls.make_product("Toner", contract_ok=True, invoice_policy="order")
        cls.machine = cls.make_product("Installation", invoice_policy="order")
        cls.seller = cls.make_user("koban_seller", "koban_sales.group_sales")
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Trade"})
        plan = cls.env["account.analytic.plan"].create({"name": "Sites"})
        cls.analytic = cls.env["account.analytic.account"].create(
            {"name": "Lyon", "plan_id": plan.id}
        )

    def make_order(self, confirm=True, user=None):
        """An order of an installation, then a section with two contract articles."""
        line = {"tax_ids": [Command.set(self.tax.ids)]}
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "partner_invoice_id": self.contact.id,
                "user_id": (user or self.seller).id,
                "payment_term_id": self.terms.id,
                "pricelist_id": self.pricelist.id,
                "process_id": self.process.id,
                "header": "<p>Head</p>",
                "order_line": [
                    Command.create({**line, "product_id": self.machine.id, "price_unit": 500}),
                    Command.create(
                        {
                            "display_type": "line_section",
                            "name": "Each month",
                            "collapse_prices": True,
                        }
                    ),
                    Command.create(
                        {
                            **line,
                            "product_id": self.service.id,
                            "name": "Three copiers",
                            "product_uom_qty": 3,
                            "price_unit": 40,
                            "discount": 10,
                            "tax_ids": [Command.set(self.other_tax.ids)],
                            "analytic_distribution": {str(self.analytic.id): 100},
                        }
                    ),
                    Command.create({"display_type": "line_note", "name": "Parts included"}),
                    Command.create({**line, "product_id": self.option.id, "price_unit": 15}),
                ],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def line_of(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)

    def create_contract(self, order, products=None, **values):
        lines = None
        if products is not None:
            lines = order.order_line.filtered(lambda line: line.product_id in products).ids
        return self.env["koban.contract"].browse(order.create_contract(lines, values)["id"])

    def test_popup_copies(self):
        """Row 1-09: the popup makes a draft contract with all that the order said."""
        order = self.make_order()
        self.assertEqual(order.contract_article_count, 2)
        action = order.with_user(self.seller).action_offer_contract()
        form = Form(
            self.env[action["res_model"]].with_user(self.seller).with_context(**action["context"])
        )
        self.assertEqual(form.title, "Maintenance of the copiers")
        form.type_id = self.env.ref("koban_contract.type_copier")
        self.assertEqual((form.interval_count, form.interval_unit), (3, "month"))
        form.interval_count = 1
        form.title = "Copiers"
        form.date_start = "2026-03-01"
        self.assertEqual(str(form.date_end), "2027-02-28")
        result = form.save().action_create()
        contract = self.env["koban.contract"].browse(result["res_id"])
        self.assertEqual((contract.state, contract.title), ("draft", "Copiers"))
        self.assertEqual(contract.type_id, self.env.ref("koban_contract.type_copier"))
        self.assertEqual((contract.interval_count, contract.interval_unit), (1, "month"))
        self.assertEqual(str(contract.date_end), "2027-02-28")
        self.assertEqual(contract.partner_id, order.partner_id)
        self.assertEqual(contract.invoice_partner_id, self.contact)
        self.assertEqual(contract.payment_term_id, self.terms)
        self.assertEqual(contract.pricelist_id, self.pricelist)
        self.assertEqual(contract.process_id, self.process)
        self.assertEqual(contract.fiscal_position_id, order.fiscal_position_id)
        self.assertEqual(contract.user_id, self.seller)
        self.assertEqual(contract.header, "<p>Head</p>")
        self.assertEqual(contract.sale_order_id, order)
        kinds = [line.display_type for line in contract.line_ids]
        self.assertEqual(kinds, ["line_section", False, "line_note", False])
        title, line = contract.line_ids[:2]
        self.assertEqual((title.name, title.collapse_prices), ("Each month", True))
        self.assertEqual(line.product_id, self.service)
        self.assertEqual(line.name, "Three copiers")
        self.assertEqual((line.quantity, line.price_unit, line.discount), (3, 40, 10))
        self.assertEqual(line.tax_ids, self.other_tax)
        self.assertEqual(line.analytic_distribution, {str(self.analytic.id): 100})
        self.assertEqual(line.price_subtotal, 108)
        self.assertEqual(order.contract_article_count, 0)
        self.assertEqual(order.koban_contract_count, 1)
        self.assertEqual(order.action_open_contracts()["res_id"], contract.id)
        self.assertEqual(contract.action_open_order()["res_id"], order.id)

    def test_popup_after_confirm(self):
        """Row 0-07: the button offers the contract, any other caller gets the host's value."""
        order = self.make_order(confirm=False)
        order.action_create_order()
        self.assertIs(order.action_confirm(), True)
        clicked = self.make_order(confirm=False)
        clicked.action_create_order()
        action = clicked.with_context(offer_contract=True).action_confirm()
        self.assertEqual(action["res_model"], "koban.contract.from.order")
        self.assertEqual(clicked.state, "sale")

    def test_popup_only_with_contract_articles(self):
        """An order without contract article validates as in the host."""
        order = self.make_order(confirm=False)
        order.order_line.product_id.contract_ok = False
        order.action_create_order()
        self.assertIs(order.with_context(offer_contract=True).action_confirm(), True)

    def test_not_billed_twice(self):
        """Issue 5: what the contract bills, the order does not; the rest it does."""
        order = self.make_order()
        self.assertEqual(order.invoice_status, "to invoice")
        contract = self.create_contract(order, date_start="2026-03-01")
        moved = order.order_line.filtered("is_in_contract")
        self.assertEqual(moved.product_id, self.service | self.option)
        self.assertEqual(moved.mapped("qty_to_invoice"), [0, 0])
        self.assertEqual(moved.mapped("amount_to_invoice"), [0, 0])
        self.assertEqual(sum(moved.mapped("untaxed_amount_to_invoice")), 0)
        self.assertEqual(order.invoice_status, "to invoice")
        invoice = order._create_invoices()
        self.assertEqual(invoice.invoice_line_ids.product_id, self.machine)
        self.assertEqual(order.invoice_status, "invoiced")
        contract.action_validate()
        contract._bill(contract.date_start)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(contract.period_ids.move_line_ids.product_id, self.service | self.option)

    def test_order_of_contracts_only(self):
        """An order that contracts bill whole has nothing to invoice, and was not invoiced."""
        order = self.make_order()
        self.machine.contract_ok = True
        self.create_contract(order, order.order_line.product_id)
        self.assertEqual(order.invoice_status, "no")
        self.assertFalse(order.order_line.filtered("qty_to_invoice"))

    def test_several_contracts(self):
        """One order makes several contracts, each line once."""
        order = self.make_order()
        first = self.create_contract(order, self.service)
        second = self.create_contract(order, self.option)
        self.assertEqual(order.koban_contract_ids, first | second)
        self.assertEqual(first.line_ids.product_id, self.service)
        self.assertEqual(second.line_ids.product_id, self.option)
        with self.assertRaises(DocumentError) as raised:
            self.create_contract(order, self.service)
        self.assertEqual(raised.exception.code, "contract_order_line")
        with self.assertRaises(DocumentError) as raised:
            order.create_contract()
        self.assertEqual(raised.exception.code, "contract_order")

    def test_line_once_in_the_database(self):
        """Two people at once: the database refuses the second contract of a line."""
        order = self.make_order()
        first = self.create_contract(order, self.service)
        values = {"title": "Again", "partner_id": self.customer.id, "sale_order_id": order.id}
        second = self.env["koban.contract"].create(values)
        line = first.line_ids.filtered("sale_line_id").sale_line_id
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.env["koban.contract.line"].create(
                {"contract_id": second.id, "name": "Again", "sale_line_id": line.id}
            )

    def test_line_of_another_order(self):
        """A contract cannot keep another order from billing its lines."""
        order, other = self.make_order(), self.make_order()
        contract = self.create_contract(order)
        with self.assertRaises(DocumentError) as raised:
            contract.line_ids[1].sale_line_id = self.line_of(other, self.service)
        self.assertEqual(raised.exception.code, "contract_order_line")

    def test_given_back(self):
        """A contract that is deleted or cancelled gives its lines back to the order."""
        order = self.make_order()
        self.create_contract(order).unlink()
        line = self.line_of(order, self.service)
        self.assertFalse(line.is_in_contract)
        self.assertEqual(line.qty_to_invoice, 3)
        self.create_contract(order).action_cancel()
        self.assertEqual(line.qty_to_invoice, 3)
        self.assertEqual(order.contract_article_count, 2)
        again = self.create_contract(order)
        self.assertEqual(line.qty_to_invoice, 0)
        again.action_validate()
        with self.assertRaises(DocumentError):
            again.line_ids.filtered("sale_line_id").write({"sale_line_id": False})

    def test_refused(self):
        """No contract of a quote, nor of a line that is invoiced."""
        quote = self.make_order(confirm=False)
        self.assertEqual(quote.contract_article_count, 0)
        with self.assertRaises(DocumentError) as raised:
            quote.create_contract()
        self.assertEqual(raised.exception.code, "contract_order")
        order = self.make_order()
        order._create_invoices()
        self.assertEqual(order.contract_article_count, 0)
        with self.assertRaises(DocumentError) as raised:
            self.create_contract(order, self.service)
        self.assertEqual(raised.exception.code, "contract_order_line")

    def test_copy_of_a_contract(self):
        """A duplicated contract is of no order line."""
        contract = self.create_contract(self.make_order())
        self.assertFalse(contract.copy().line_ids.sale_line_id)
