"""Case T14 on quotes, orders and invoices: through their forms, and what the entry says."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import EcotaxCase


@tagged("post_install", "-at_install", "koban_alone")
class TestLines(EcotaxCase):
    def test_piece(self):
        """Case T14: 10.00 a piece, 3 pieces: 30.00 on the line and in its own total, before VAT."""
        self.seller.group_ids += self.env.ref("sale.group_discount_per_so_line")
        form = Form(self.env["sale.order"].with_user(self.seller))
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.article
            line.product_uom_qty = 3
            line.discount = 50
            self.assertEqual(line.koban_ecotax_amount, 30.0)
        order = form.save()
        # 150 + 30, and 20 % of 180.
        self.assertEqual(self.get_amounts(order), (150.0, 30.0, 36.0, 216.0))
        order.action_confirm()
        invoice = self.invoice_order(order)
        self.assertEqual(self.get_amounts(invoice), (150.0, 30.0, 36.0, 216.0))
        invoice.action_post()
        [posted] = self.get_ecotax_lines(invoice)
        self.assertEqual(posted.balance, -30.0)
        self.assertEqual(sum(invoice.line_ids.mapped("balance")), 0.0)

    def test_included(self):
        """Case T14: 12.00 incl. VAT of which 2.40, 90 % off: 3.36, on form, entry and totals."""
        form = Form(self.env["account.move"].with_context(default_move_type="out_invoice"))
        form.partner_id = self.customer
        form.invoice_date = "2026-03-10"
        with form.invoice_line_ids.new() as line:
            line.product_id = self.lamp
            line.tax_ids = self.tax_included
            line.price_unit = 12.0
            line.discount = 90
        invoice = form.save()
        self.assertEqual(self.get_amounts(invoice), (0.8, 2.0, 0.56, 3.36))
        self.assertEqual(invoice.invoice_line_ids.price_total, 3.36)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 3.36)
        self.assertEqual(self.get_ecotax_lines(invoice).balance, -2.0)
        self.assertEqual(self.get_receivable_lines(invoice).balance, 3.36)

    def test_own_total(self):
        """The eco-tax has its subtotal, and stands before that on which VAT is calculated."""
        order = self.make_eco_order({"product_id": self.article.id, "product_uom_qty": 3})
        first, second = order.tax_totals["subtotals"]
        self.assertEqual(first["base_amount_currency"], 300.0)
        [group] = first["tax_groups"]
        self.assertEqual(
            (group["group_name"], group["tax_amount_currency"]), ("Eco-contribution", 30)
        )
        self.assertEqual(second["base_amount_currency"], 330.0)
        self.assertEqual([g["tax_amount_currency"] for g in second["tax_groups"]], [66.0])
        taxes = [subtotal["tax_amount_currency"] for subtotal in (first, second)]
        self.assertEqual(taxes, [30.0, 66.0])

    def test_box(self):
        """4-23: a box of 12 bears 12; an article that is two lamps bears two."""
        box = self.env["uom.uom"].create(
            {
                "name": "Box of 12",
                "relative_factor": 12,
                "relative_uom_id": self.article.uom_id.id,
            }
        )
        self.article.uom_ids = box
        self.lamp.koban_ecotax_quantity = 2
        order = self.make_eco_order(
            {"product_id": self.article.id, "product_uom_id": box.id, "product_uom_qty": 3},
            {"product_id": self.lamp.id, "product_uom_qty": 5},
        )
        self.assertEqual(order.order_line.mapped("koban_ecotax_unit"), [120.0, 4.0])
        self.assertEqual(order.order_line.mapped("koban_ecotax_amount"), [360.0, 20.0])
        order.action_confirm()
        invoice = self.invoice_order(order)
        self.assertEqual(invoice._get_ecotax_total(), 380.0)

    def test_weight(self):
        """By kilogram: of the weight the article had, also once it is weighed again."""
        ecotax = self.make_ecotax("TEX", "Textiles", ("2025-01-01", 0.05), kind="weight")
        shirt = self.make_article("Shirt", ecotax, weight=0.35)
        order = self.make_eco_order({"product_id": shirt.id, "product_uom_qty": 100}, confirm=True)
        shirt.weight = 2
        self.env.invalidate_all()
        self.assertEqual(order.order_line.koban_ecotax_amount, 1.75)
        self.assertEqual(order._get_ecotax_total(), 1.75)
        self.assertEqual(self.invoice_order(order)._get_ecotax_total(), 1.75)

    def test_credit_note(self):
        """2-59: a credit note takes back what its invoice charged, whatever the table says."""
        invoice = self.make_eco_invoice({"product_id": self.article.id, "quantity": 3})
        self.ecotax.rate_ids = [Command.create({"date_from": "2026-01-02", "amount": 99.0})]
        invoice.action_cancel_document(reason="Wrong")
        note = invoice.reversal_move_ids
        self.assertEqual(note.state, "posted")
        self.assertEqual(self.get_amounts(note), self.get_amounts(invoice))
        self.assertEqual(self.get_ecotax_lines(note).balance, 30.0)

    def test_negative_quantity(self):
        """A line of -1 takes back its eco-tax."""
        invoice = self.make_eco_invoice(
            {"product_id": self.article.id, "quantity": 3},
            {"product_id": self.article.id, "quantity": -1},
        )
        self.assertEqual(self.get_amounts(invoice), (200.0, 20.0, 44.0, 264.0))

    def test_taken_off(self):
        """A person may take the eco-tax off a line of a draft; it stays so on the invoice."""
        order = self.make_eco_order(self.article)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.koban_ecotax_id = self.env["koban.ecotax"]
        self.assertEqual(order.order_line.tax_ids, self.tax)
        order.action_confirm()
        self.assertEqual(self.invoice_order(order)._get_ecotax_total(), 0.0)

    def test_taxes_by_hand(self):
        """The taxes of a line follow its eco-tax, whichever channel writes them."""
        order = self.make_eco_order(self.article)
        due = order.order_line.tax_ids - self.tax
        order.order_line.tax_ids = self.tax
        self.assertEqual(order.order_line.tax_ids, self.tax | due)
        order.order_line.tax_ids = self.tax_included
        inside = order.order_line.tax_ids - self.tax_included
        self.assertEqual(inside.price_include_override, "tax_included")
        other = self.small._get_tax(self.company, order._get_ecotax_date(), included=False)
        order.order_line.tax_ids = [Command.set([self.tax.id, other.id])]
        self.assertEqual(order.order_line.tax_ids, self.tax | due)

    def test_changed_article(self):
        """Another article on the line brings its eco-tax, or takes it away."""
        order = self.make_eco_order(self.article)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_id = self.lamp
        self.assertEqual(order.order_line.koban_ecotax_amount, 2.0)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_id = self.product
        self.assertEqual(order.order_line.koban_ecotax_amount, 0.0)
        self.assertEqual(order.order_line.tax_ids, self.tax)

    def test_combo(self):
        """The articles of a combo bear their eco-taxes, the combo none."""
        combo = self.env["product.combo"].create(
            {
                "name": "Oven or lamp",
                "combo_item_ids": [Command.create({"product_id": self.article.id})],
            }
        )
        menu = self.make_product("Menu", type="combo", combo_ids=[Command.link(combo.id)])
        order = self.make_eco_order({"product_id": menu.id})
        order.order_line = [
            Command.create(
                {
                    "product_id": self.article.id,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": order.order_line.id,
                }
            )
        ]
        parent, item = order.order_line
        self.assertFalse(parent.koban_ecotax_amount)
        self.assertEqual(item.koban_ecotax_amount, 10.0)
        self.assertEqual(order._get_ecotax_total(), 10.0)

    def test_currency(self):
        """Eco-taxes are in the company's currency: in another one they are converted."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 1.25, "currency_id": dollar.id,
             "company_id": self.company.id}
        )  # fmt: skip
        invoice = self.make_eco_invoice(
            {"product_id": self.article.id, "quantity": 3}, currency_id=dollar.id
        )
        self.assertEqual(invoice._get_ecotax_total(), 37.5)
        self.assertEqual(self.get_ecotax_lines(invoice).balance, -30.0)
        trade = self.pricelist.copy({"currency_id": dollar.id})
        order = self.make_eco_order(
            {"product_id": self.article.id, "product_uom_qty": 3}, pricelist_id=trade.id
        )
        self.assertEqual(order.order_line.koban_ecotax_amount, 37.5)
        order.pricelist_id = self.pricelist
        self.assertEqual(order.order_line.koban_ecotax_amount, 30.0)

    def test_export(self):
        """What leaves France bears no French eco-tax; a price that included it is less by it."""
        abroad = self.env["account.fiscal.position"].create(
            {"name": "Export of tests", "auto_apply": True, "company_id": self.company.id}
        )
        self.assertFalse(abroad.koban_bears_ecotax)
        zero = self.tax.copy(
            {
                "name": "0% export of tests",
                "amount": 0.0,
                "fiscal_position_ids": [Command.set(abroad.ids)],
                "original_tax_ids": [Command.set((self.tax | self.tax_included).ids)],
            }
        )
        self.lamp.taxes_id = self.tax_included
        order = self.make_eco_order(self.article, self.lamp, fiscal_position_id=abroad.id)
        self.assertEqual(order.order_line.tax_ids, zero)
        # 12.00 less 20 % of VAT is 10.00, of which 2.00 of eco-tax.
        self.assertEqual(order.order_line.mapped("price_unit"), [100.0, 8.0])
        domestic = self.company.domestic_fiscal_position_id
        self.assertTrue(domestic.koban_bears_ecotax)

    def test_global_discount(self):
        """Case T14: the discount of the whole quote leaves the eco-taxes too."""
        order = self.make_eco_order({"product_id": self.article.id, "product_uom_qty": 3})
        wizard = self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.5,
            }
        )
        wizard.action_apply_discount()
        self.assertEqual(self.get_amounts(order), (150.0, 30.0, 36.0, 216.0))

    def test_down_payment(self):
        """A down payment bears none: the final invoice has the whole eco-tax, and adds up."""
        order = self.make_eco_order(
            {"product_id": self.article.id, "product_uom_qty": 3}, confirm=True
        )
        deposit = self.invoice_order(order, advance_payment_method="percentage", amount=50)
        deposit.action_post()
        self.assertEqual(deposit._get_ecotax_total(), 0.0)
        self.assertEqual(deposit.amount_total, 198.0)
        final = self.invoice_order(order)
        final.action_post()
        self.assertEqual(final._get_ecotax_total(), 30.0)
        self.assertEqual(final.amount_total, 198.0)

    def test_account(self):
        """The eco-tax is posted with its sale, or to the account that was chosen."""
        invoice = self.make_eco_invoice(self.article)
        sold = self.get_product_lines(invoice).account_id
        self.assertEqual(self.get_ecotax_lines(invoice).account_id, sold)
        account = self.env["account.account"].create(
            {"name": "Eco-taxes", "code": "447890", "account_type": "liability_current"}
        )
        self.ecotax.account_id = account
        self.assertEqual(
            self.get_ecotax_lines(self.make_eco_invoice(self.article)).account_id, account
        )
        self.assertEqual(self.get_ecotax_lines(invoice).account_id, sold)

    def test_frozen(self):
        """3-14: nothing of the eco-tax of a validated invoice changes, nor its seal."""
        invoice = self.make_eco_invoice({"product_id": self.article.id, "quantity": 3})
        line = self.get_product_lines(invoice)
        with self.unchanged(invoice):
            for values in (
                {"koban_ecotax_id": self.small.id},
                {"koban_ecotax_units": 5.0},
                {"tax_ids": [Command.set(self.tax.ids)]},
            ):
                self.refusal(
                    "document_validated", self.rpc, self.billing_user, line, "write", values
                )
        for name in ("koban_ecotax_id", "koban_ecotax_units", "koban_ecotax_amount"):
            self.assertIn(name, invoice._get_sealed_line_fields())
        self.article.koban_ecotax_quantity = 7
        self.env.invalidate_all()
        self.assertEqual(invoice._get_ecotax_total(), 30.0)

    def test_queries(self):
        """STYLE 7: as many queries for the eco-taxes of 30 lines as of 3."""

        def make(size, article):
            return self.count_queries(
                self.env["account.move"].create,
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-03-10",
                    "invoice_line_ids": [
                        Command.create({"product_id": article.id, "quantity": rank})
                        for rank in range(1, size + 1)
                    ],
                },
            )

        make(1, self.article)
        plain = make(30, self.product) - make(3, self.product)
        self.assertLessEqual(make(30, self.article) - make(3, self.article), max(plain, 0))
