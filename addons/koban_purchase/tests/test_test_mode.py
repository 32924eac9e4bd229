"""Row 2-62: TEST purchase orders, up to their bill that is never posted."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.koban_document.tests.paper import PaperMixin
from odoo.addons.koban_invoice.tests.access import AccessFirst
from odoo.addons.koban_invoice.tests.chain import sealing_as_before
from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_seal.tools.verification import CompanyVerification

REPORTS = ("purchase.action_report_purchase_order", "purchase.report_purchase_quotation")


@tagged("post_install", "-at_install")
class TestTestPurchases(AccessFirst, PaperMixin, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.make_user(
            "koban_test_buyer",
            "purchase.group_purchase_user,account.group_account_invoice",
            name="Louise Faure",
        )
        cls.product.purchase_method = "purchase"

    def switch(self, active):
        return self.rpc(self.buyer, self.env["res.users"], "action_toggle_test_mode", active)

    def make_values(self, lines=1):
        line = {
            "product_id": self.product.id,
            "name": "Bois",
            "product_qty": 4,
            "price_unit": 25,
            "date_planned": "2026-04-01",
        }
        return {
            "partner_id": self.customer.id,
            "order_line": [Command.create({**line, "name": f"Bois {n}"}) for n in range(lines)],
        }

    def make_test_order(self, confirm=True, **options):
        self.switch(True)
        values = self.make_values(**options)
        [id_] = self.rpc(self.buyer, self.env["purchase.order"], "create", [values])
        self.switch(False)
        order = self.env["purchase.order"].browse(id_)
        if confirm:
            self.rpc(self.buyer, order, "button_confirm")
        return order

    def get_totals(self):
        self.env.flush_all()
        self.env.invalidate_all()
        company = [("company_id", "=", self.company.id)]
        measures = ["__count", "untaxed_total:sum", "qty_to_be_billed:sum"]
        counts = self.env["purchase.order"].with_user(self.buyer).retrieve_dashboard()
        return (
            self.env["purchase.report"]._read_group(company, ["state"], measures),
            self.env["account.invoice.report"]._read_group(
                company, ["state"], ["__count", "price_subtotal:sum"]
            ),
            {key: counts["global"][key] for key in ("draft", "sent", "late", "late_receipt")},
        )

    def test_names_of_the_validation(self):
        """Issue 12, line 5: a validated order shows its vendor as of then, a draft as of today."""
        order, draft = self.make_test_order(), self.make_test_order(confirm=False)
        self.customer.write({"name": "Vendor Renamed", "street": "1 New Road"})
        self.env.flush_all()
        reports = self.env["ir.actions.report"]
        for record, there, missing in (
            (order, "Boulangerie Martin", "Vendor Renamed"),
            (draft, "Vendor Renamed", "Boulangerie Martin"),
        ):
            page = reports._render_qweb_html(REPORTS[0], record.ids)[0].decode()
            self.assertIn(there, page)
            self.assertNotIn(missing, page)

    def test_walk(self):
        """Row 2-62: no number, no host state, a sealed validation, a bill never posted."""
        order = self.make_test_order()
        self.assertEqual(order.name, f"TEST {order.id}")
        self.assertEqual(order.state, "draft")
        self.assertTrue(order.test_validated_on)
        if "picking_ids" in order:
            self.assertFalse(order.picking_ids)
        self.rpc(self.buyer, order, "action_create_invoice")
        bill = order.invoice_ids
        self.assertTrue(bill.is_test)
        self.assertEqual(bill.amount_untaxed, 100)
        self.rpc(self.buyer, bill, "action_post")
        self.assertEqual((bill.state, bill.name), ("draft", False))
        for document in (order, bill):
            seal = self.get_events("validation", records=document, chain="test")
            self.assertEqual((len(seal), seal.user_id), (1, self.buyer))
        self.refusal("document_validated", bill.write, {"ref": "X"})

    def test_access_first(self):
        """Orders, TEST or real, and their lines: the host's access error, and nothing else."""
        order = self.make_test_order()
        [id_] = self.rpc(self.buyer, self.env["purchase.order"], "create", [self.make_values()])
        real = order.browse(id_)
        line = order.order_line[0]
        values = {"order_id": order.id, "name": "Ligne", "price_unit": 3.0, "product_qty": 1}
        strangers = self.make_strangers("purchase.group_purchase_manager")
        tried = self.check_access_first(strangers, [order, real, line], [(line.browse(), values)])
        self.assertGreater(tried, 300)

    def test_coverage(self):
        """DESIGN §3: TEST orders are compared with what their seal covers, old and new ones."""
        with sealing_as_before(self.env):
            old = self.make_test_order()
        new = self.make_test_order()
        self.env.cr.flush()
        self.assertEqual([old.seal_id.algorithm, new.seal_id.algorithm], [1, 3])
        orders = old | new
        self.assertFalse(self.find_altered(orders))
        for table, column in (("purchase_order", "origin"), ("purchase_order_line", "name")):
            key = "id" if table == "purchase_order" else "order_id"
            query = "UPDATE %s SET %s = 'altered' WHERE %s IN %s"
            names = (SQL.identifier(name) for name in (table, column, key))
            self.env.cr.execute(SQL(query, *names, tuple(orders.ids)))
        found = self.find_altered(orders)
        self.assertEqual(
            found,
            {(id_, "origin") for id_ in orders.ids}
            | {(line.id, "name") for line in orders.order_line},
        )

    def find_altered(self, orders):
        found = CompanyVerification(self.env(su=True), self.company).find()
        return {
            (item.res_id, item.field)
            for item in found
            if item.model in (orders._name, orders.order_line._name)
        }

    def test_secured_like_real(self):
        """products.md L4: validated in TEST, an order is neither altered, received nor deleted."""
        order = self.make_test_order()
        with self.unchanged(order):
            self.refusal("document_validated", order.write, {"partner_ref": "X"})
            self.refusal("document_validated", order.order_line.write, {"price_unit": 1})
            self.refusal("document_validated", order.order_line.unlink)
            self.refusal("document_validated", order.button_cancel)
            self.refusal("document_delete", order.unlink)
            self.refusal("document_state", order.button_confirm)
            self.refusal("test_document", order.button_approve)
            self.refusal("test_document", order.write, {"state": "purchase"})

    def test_numbers_and_totals(self):
        """Row 2-62: real numbers follow one another; analysis and dashboard do not move."""
        orders = self.env["purchase.order"].with_user(self.buyer)
        # Late is what was to be ordered by now: a slow test would see it come.
        later = fields.Datetime.add(fields.Datetime.now(), days=1)
        first = orders.create({**self.make_values(), "date_order": later})
        before = self.get_totals()
        order = self.make_test_order()
        self.rpc(self.buyer, order, "action_create_invoice")
        self.make_test_order(confirm=False)
        self.assertEqual(self.get_totals(), before)
        second = orders.create(self.make_values())
        self.assertEqual(int(second.name[1:]), int(first.name[1:]) + 1)
        self.assertNotEqual(self.get_totals(), before)

    def test_real_orders_are_the_hosts(self):
        """Row 2-62: real orders keep the host's rules: edited, cancelled, set back to draft."""
        order = self.env["purchase.order"].with_user(self.buyer).create(self.make_values())
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        order.order_line.write({"price_unit": 30})
        order.write({"partner_ref": "X"})
        order.button_cancel()
        order.button_draft()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.is_protected)
        self.assertFalse(self.get_events("validation", records=order))

    def test_real_orders_in_the_mode(self):
        """Row 2-62: in the mode no real order is validated."""
        order = self.env["purchase.order"].create(self.make_values())
        self.switch(True)
        self.refusal("test_mode_on", self.rpc, self.buyer, order, "button_confirm")
        self.assertEqual(order.state, "draft")

    def test_paper(self):
        """Row 2-62: each page of the order and of the request is stamped."""
        self.set_up_paper()
        self.env["ir.module.module"]._load_module_terms(
            ["koban_purchase"], ["fr_FR"], overwrite=True
        )
        self.customer.lang = "fr_FR"
        order = self.make_test_order(lines=60)
        for report in REPORTS:
            pages = self.read_pages(self.print_pdf(report, order))
            self.assertGreater(len(pages), 1)
            for page in pages:
                self.assertIn("TEST", page)
                self.assertIn("Document fictif sans valeur – Louise Faure", page)
