"""Row 2-62, law.md checklist 14: the walk from a TEST quote to a TEST invoice."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin

from .common import OrderCase
from .test_doors import IMAGE

REPORT = "sale.action_report_saleorder"
PRO_FORMA = "sale.action_report_pro_forma_invoice"


class TestOrderCase(OrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller.name = "Camille Roche"

    def switch(self, active):
        return self.rpc(self.seller, self.env["res.users"], "action_toggle_test_mode", active)

    def make_test_quote(self, **values):
        """Create a quote as the seller in the mode TEST, which is then off again."""
        self.switch(True)
        values = {
            "partner_id": self.customer.id,
            "order_line": [
                Command.create({"display_type": "line_section", "name": "Travaux"}),
                self.make_order_line(),
                self.make_order_line(
                    product_id=self.delivered_service.id, product_uom_qty=3, price_unit=80
                ),
            ],
            **values,
        }
        [id_] = self.rpc(self.seller, self.env["sale.order"], "create", [values])
        self.switch(False)
        return self.env["sale.order"].browse(id_)

    def make_test_order(self, **values):
        quote = self.make_test_quote(**values)
        self.rpc(self.seller, quote, "action_create_order")
        self.rpc(self.seller, quote, "action_confirm")
        return quote

    def walk(self, **values):
        """Walk from the quote to the validated TEST invoice, as the seller by the API."""
        order = self.make_test_order(**values)
        self.rpc(self.seller, order, "action_create_test_invoice")
        self.rpc(self.seller, order.invoice_ids, "action_post")
        return order


@tagged("post_install", "-at_install")
class TestTestOrders(TestOrderCase):
    # ------------------------------------------------------------------
    # The walk
    # ------------------------------------------------------------------
    def test_walk(self):
        """Row 2-62: quote, order and invoice in TEST: no number, states of the host unmoved."""
        order = self.walk()
        invoice = order.invoice_ids
        self.assertEqual(order.name, f"TEST {order.id}")
        self.assertEqual((order.state, order.document_status), ("draft", "test"))
        self.assertTrue(order.is_order)
        self.assertFalse(order.validation_date)
        self.assertEqual(order.test_operator_id, self.seller)
        self.assertEqual(order.invoice_status, "no")
        self.assertTrue(invoice.is_test)
        self.assertEqual((invoice.state, invoice.name), ("draft", False))
        self.assertTrue(invoice.test_validated_on)
        self.assertEqual(invoice.amount_total, order.amount_total)
        self.assertEqual(
            invoice.invoice_line_ids.mapped("name")[0], "Travaux", "the titles come with the lines"
        )
        for document in (order, invoice):
            seal = self.get_events("validation", records=document, chain="test")
            self.assertEqual((len(seal), seal.user_id), (1, self.seller))
            self.assertFalse(self.get_events("validation", records=document))

    def test_walk_with_the_form(self):
        """Row 2-62: by the form, in the mode; the order is entered directly (row 1-04)."""
        self.switch(True)
        orders = self.env["sale.order"].with_user(self.seller)
        form = Form(orders.with_context(default_is_order=True))
        self.assertTrue(form.is_test)
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.product
        order = form.save()
        self.assertEqual(order.name, f"TEST {order.id}")
        self.assertFalse(order.quote_number)
        order.action_confirm()
        self.assertEqual(order.document_status, "test")

    def test_account_is_kept(self):
        """Issue 12, line 5: a TEST order keeps the account that it prints."""
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        self.company.partner_id.bank_ids.allow_out_payment = False
        account.allow_out_payment = True
        self.assertEqual(self.make_test_order().koban_bank_id, account)

    def test_usual_button_bills_in_test(self):
        """Row 2-62: the host's wizard makes a TEST invoice of it; no down payment."""
        order = self.make_test_order()
        [invoice] = self.invoice_order(order)
        self.assertTrue(invoice.is_test)
        with self.assertRaises(UserError):  # nothing is left
            self.rpc(self.seller, order, "action_create_test_invoice")
        other = self.make_test_order()
        self.refusal(
            "test_document",
            self.invoice_order,
            other,
            advance_payment_method="percentage",
            amount=30,
        )
        self.assertFalse(other.invoice_ids)

    def test_not_validated_not_billed(self):
        """Row 2-62: the steps follow one another, as with real documents."""
        quote = self.make_test_quote()
        self.refusal("document_state", self.rpc, self.seller, quote, "action_create_test_invoice")
        real = self.make_order()
        self.refusal("test_document", self.rpc, self.seller, real, "action_create_test_invoice")
        empty = self.make_test_quote(order_line=[])
        self.refusal("document_not_confirmable", self.rpc, self.seller, empty, "action_confirm")

    def test_secured_like_real(self):
        """products.md L4: validated in TEST, an order is neither altered, cancelled nor deleted."""
        order = self.make_test_order()
        self.company.sudo().allow_edit_validated_orders = True
        with self.unchanged(order):
            self.refusal("document_validated", order.write, {"client_order_ref": "X"})
            line = self.get_order_lines(order)[:1]
            self.refusal("document_validated", line.write, {"price_unit": 1})
            self.refusal("document_validated", self.rpc, self.seller, order, "action_cancel")
            self.refusal("document_state", order.action_draft)
            self.refusal("document_state", order.action_confirm)
            self.refusal("document_delete", order.unlink)
            self.refusal("document_validated", order.write, {"is_order": False})
        for state in ("sale", "sent"):
            with self.assertRaises(UserError):
                order.write({"state": state})

    def test_number_is_not_typed(self):
        """Row 2-62: a TEST quote takes no number, not even a typed one."""
        quote = self.make_test_quote(name="CDE-2026-99999")
        self.assertEqual(quote.name, f"TEST {quote.id}")
        self.refusal("document_number", quote.write, {"name": "CDE-2026-99999"})
        self.refusal("test_mark", quote.write, {"is_test": False})
        self.refusal("test_document", quote.write, {"state": "sale"})

    def test_real_orders_in_the_mode(self):
        """Row 2-62: who thinks to work in TEST validates and bills no real order."""
        quote, order = self.make_order(confirm=False), self.make_order()
        self.switch(True)
        self.refusal("test_mode_on", self.rpc, self.seller, quote, "action_confirm")
        self.refusal("test_mode_on", self.invoice_order, order)
        self.assertEqual(quote.state, "draft")
        self.assertFalse(order.invoice_ids)

    def test_test_and_real_do_not_mix(self):
        """Row 2-62: no real invoice bills a TEST order, and the reverse."""
        order, real = self.make_test_order(), self.make_order()
        for lines, is_test in ((order.order_line, False), (real.order_line, True)):
            line = lines.filtered("product_id")[0]
            error = self.refusal(
                "test_document",
                self.make_invoice,
                post=False,
                is_test=is_test,
                lines=[self.make_line(sale_line_ids=[Command.link(line.id)])],
            )
            self.assertIsInstance(error, ValidationError)

    # ------------------------------------------------------------------
    # Numbers and totals
    # ------------------------------------------------------------------
    def test_real_numbers_stay_continuous(self):
        """Row 2-62: quotes, orders and invoices around a TEST walk follow one another."""

        def number(text):
            return int(text[-5:])

        first = self.make_order()
        bill = self.invoice_order(first)
        bill.action_post()
        self.walk()
        second = self.make_order()
        other_bill = self.invoice_order(second)
        other_bill.action_post()
        self.assertEqual(number(second.quote_number), number(first.quote_number) + 1)
        self.assertEqual(number(second.name), number(first.name) + 1)
        self.assertEqual(other_bill.sequence_number, bill.sequence_number + 1)

    def get_totals(self):
        """Return what the host counts and adds up about sales."""
        self.env.flush_all()
        self.env.invalidate_all()
        company = [("company_id", "=", self.company.id)]
        measures = ["__count", "price_subtotal:sum", "product_uom_qty:sum", "qty_to_invoice:sum"]
        sales = self.env["sale.report"]._read_group(company, ["state"], measures)
        invoices = self.env["account.invoice.report"]._read_group(
            company, ["state"], ["__count", "price_subtotal:sum"]
        )
        ledger = self.env["account.move.line"]._read_group(
            [*company, ("parent_state", "=", "posted")], [], ["balance:sum", "__count"]
        )
        analytic = self.env["account.analytic.line"]._read_group([], [], ["__count", "amount:sum"])
        tasks = (
            self.env["project.task"].search_count([]),
            self.env["project.project"].search_count([]),
        )
        to_bill = self.env["sale.order"].search_count([("invoice_status", "=", "to invoice")])
        team, lead = self.team, self.lead
        figures = (
            team.sale_order_count,
            team.invoiced,
            lead.quotation_count,
            lead.sale_order_count,
            lead.sale_amount_total,
            lead.expected_revenue,
            self.campaign.quotation_count,
            self.campaign.invoiced_amount,
            self.customer.sale_order_count,
            self.customer.total_invoiced,
            self.customer.credit_to_invoice,
            self.product.sales_count,
        )
        return sales, invoices, ledger, analytic, tasks, to_bill, figures

    def test_in_no_total(self):
        """Row 2-62: a whole TEST walk changes no total, count, task or expected revenue."""
        self.team = self.env["crm.team"].create({"name": "Équipe"})
        self.lead = self.env["crm.lead"].create(
            {"name": "Affaire", "partner_id": self.customer.id, "type": "opportunity"}
        )
        values = {
            "team_id": self.team.id,
            "opportunity_id": self.lead.id,
            "campaign_id": self.campaign.id,
        }
        task_service = self.make_product("Pose", service_tracking="task_in_project")
        self.make_order(confirm=False, **values)
        before = self.get_totals()
        self.walk(
            order_line=[self.make_order_line(product_id=task_service.id, price_unit=1000)],
            **values,
        )
        self.make_test_quote(**values)
        self.assertEqual(self.get_totals(), before)
        self.make_order(**values)
        self.assertNotEqual(self.get_totals(), before)

    def test_lists_open_without_test(self):
        """Row 2-62: quotes and orders open without TEST, and the filters exist in their lists."""
        for xmlid in ("sale.action_quotations_with_onboarding", "sale.action_orders"):
            action = self.env.ref(xmlid).with_user(self.seller)
            self.assertIn("'search_default_without_test': 1", action._get_action_dict()["context"])
            views = self.env["sale.order"].get_views(
                [[action.search_view_id.id, "search"], [False, "list"]]
            )["views"]
            for name in ("without_test", "test"):
                self.assertIn(f'<filter name="{name}"', views["search"]["arch"])

    # ------------------------------------------------------------------
    # Mails
    # ------------------------------------------------------------------
    def test_mail_says_test(self):
        """Row 2-62: the subject of a mail about a TEST document says so, once."""
        quote = self.make_test_quote()
        action = self.rpc(self.seller, quote, "action_quotation_send")
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(**action["context"])
        ).save()
        self.assertTrue(composer.subject.startswith("[TEST] "), composer.subject)
        composer.action_send_mail()
        message = quote.message_ids.filtered(lambda mail: mail.message_type == "comment")[:1]
        self.assertTrue(message.subject.startswith("[TEST] "), message.subject)
        self.assertNotIn("[TEST] [TEST]", message.subject)
        real = self.make_order(confirm=False)
        action = self.rpc(self.seller, real, "action_quotation_send")
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(**action["context"])
        ).save()
        self.assertNotIn("TEST", composer.subject)


@tagged("post_install", "-at_install")
class TestTestPaper(PaperMixin, TestOrderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"

    def check_stamped(self, report, order):
        pages = self.read_pages(self.print_pdf(report, order))
        for page in pages:
            self.assertIn("TEST", page)
            self.assertIn("Document fictif sans valeur – Camille Roche", page)
        return pages

    def test_quote_order_and_pro_forma(self):
        """Row 2-62: each page of quote, order and pro forma, with a model and without."""
        lines = [self.make_order_line(name=f"Ligne {number}") for number in range(60)]
        quote = self.make_test_quote(order_line=lines)
        self.assertGreater(len(self.check_stamped(REPORT, quote)), 1)
        quote.with_user(self.seller).action_create_order()
        quote.with_user(self.seller).action_confirm()
        pages = self.check_stamped(REPORT, quote)
        self.assertIn(f"TEST {quote.id}", pages[0])
        self.check_stamped(PRO_FORMA, quote)
        self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id)]
        ).active = False
        quote = self.make_test_quote(order_line=lines)
        self.assertFalse(quote._get_printed_model())
        self.assertGreater(len(self.check_stamped(REPORT, quote)), 1)


@tagged("post_install", "-at_install")
class TestTestPortal(HttpCase, TestOrderCase):
    def get_page(self, order, suffix=""):
        order._portal_ensure_token()
        self.env.flush_all()
        url = f"/my/orders/{order.id}{suffix}?access_token={order.access_token}"
        return self.url_open(url).text

    def test_banner_and_no_signature(self):
        """Row 2-62: the customer sees that it is fictitious, and can neither sign nor pay."""
        quote = self.make_test_quote(require_signature=True, require_payment=True)
        quote.action_quotation_sent()
        page = self.get_page(quote)
        self.assertIn("test_banner", page)
        self.assertIn("Camille Roche", page)
        self.assertNotIn("o_sale_portal_paynow", page)
        self.assertNotIn("modalaccept", page.split("</header>")[-1].split("o_portal_content")[0])
        result = self.make_jsonrpc_request(
            f"/my/orders/{quote.id}/accept",
            {
                "access_token": quote.access_token,
                "name": "Claire Martin",
                "signature": IMAGE.decode(),
            },
        )
        self.assertIn("error", result)
        self.env.invalidate_all()
        self.assertFalse(quote.signature)
        self.assertFalse(quote.test_validated_on)
        real = self.make_order(confirm=False)
        self.assertNotIn("test_banner", self.get_page(real))

    def test_no_money(self):
        """Row 2-62: no payment transaction is made for a TEST document."""
        quote = self.make_test_quote()
        provider = self.env["payment.provider"].search([], limit=1)
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        values = {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "amount": 10,
            "currency_id": quote.currency_id.id,
            "partner_id": quote.partner_id.id,
            "reference": "TEST-MONEY",
        }
        error = self.refusal(
            "test_document",
            self.env["payment.transaction"].create,
            {**values, "sale_order_ids": [Command.set(quote.ids)]},
        )
        self.assertIsInstance(error, ValidationError)


@tagged("post_install", "-at_install")
class TestTestTour(HttpCase):
    def test_switch_in_the_client(self):
        """Row 2-62: the switch, the banner over all, and a walk in TEST, in French."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.company.document_guard = True
        user = new_test_user(
            self.env, "essai", groups="koban_sales.group_sales", lang="fr_FR", tz="Europe/Paris"
        )
        partner = self.env["res.partner"].create({"name": "Client de l’essai"})
        self.env["product.product"].create(
            {
                "name": "Article de l’essai",
                "type": "consu",
                "list_price": 100,
                "invoice_policy": "order",
            }
        )
        self.start_tour("/odoo/sales?debug=tests", "koban_test_mode", login="essai", timeout=180)
        order = self.env["sale.order"].search([("partner_id", "=", partner.id)])
        self.assertEqual(len(order), 1)
        self.assertEqual((order.document_status, order.state), ("test", "draft"))
        self.assertTrue(order.invoice_ids.test_validated_on)
        self.assertEqual(order.invoice_ids.state, "draft")
        self.assertFalse(user.test_mode, "the tour leaves the mode")
