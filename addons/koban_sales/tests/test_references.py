"""Rows 3-04 to 3-07: what a validated order quotes cannot be deleted under it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix

from .common import OrderCase
from .test_matrix import LINE_TECHNICAL, LINE_WHITELIST, ORDER_TECHNICAL, ORDER_WHITELIST

# Links that say who wrote the row, or that lead to what came after the order.
FOLLOW_UP = {"create_uid", "write_uid", "transaction_ids", "invoice_lines"}


@tagged("post_install", "-at_install")
class TestOrderReferences(GuardMatrix, OrderCase):
    def test_every_reference(self):
        """Rows 3-04 to 3-07: no frozen link can be emptied by a deletion."""
        order = self.make_order()
        allowed = ORDER_WHITELIST | ORDER_TECHNICAL | COMMUNICATION | FOLLOW_UP
        self.assertGreater(self.check_references(order, allowed), 8)
        line = self.get_order_lines(order)[0]
        self.check_references(line, LINE_WHITELIST | LINE_TECHNICAL | FOLLOW_UP)

    def test_deletions(self):
        """Rows 3-04 to 3-07: terms, pricelist, fiscal position, payment method, opportunity…"""
        bank = self.bank_journal.copy()
        records = {
            "payment_term_id": self.env["account.payment.term"].create({"name": "60 days"}),
            "pricelist_id": self.env["product.pricelist"].create({"name": "Retail"}),
            "fiscal_position_id": self.env["account.fiscal.position"].create({"name": "Export"}),
            "preferred_payment_method_line_id": bank.inbound_payment_method_line_ids[0],
            "opportunity_id": self.env["crm.lead"].create({"name": "Shop"}),
            "source_id": self.env["utm.source"].create({"name": "Fair"}),
            "medium_id": self.env["utm.medium"].create({"name": "Leaflet"}),
            "team_id": self.env["crm.team"].create({"name": "North"}),
            "sale_order_template_id": self.env["sale.order.template"].create({"name": "Kit"}),
        }
        order = self.make_order(
            confirm=False, **{name: record.id for name, record in records.items()}
        )
        for name, record in records.items():
            order[name] = record
        order.action_confirm()
        for name, record in records.items():
            self.assertEqual(order[name], record)
            refused = self.assertRaises(UserError)
            with self.subTest(field=name), self.unchanged(order), refused:
                record.unlink()

    def test_editable_links(self):
        """Row 3-10: a campaign, which stays editable, can be deleted."""
        order = self.make_order(campaign_id=self.campaign.id)
        self.campaign.unlink()
        order.invalidate_recordset()
        self.assertFalse(order.campaign_id)

    def test_partners(self):
        """Row 3-06: customer, invoiced and delivered partners stay."""
        invoiced = self.env["res.partner"].create({"name": "Head office"})
        delivered = self.env["res.partner"].create({"name": "Depot"})
        order = self.make_order(partner_invoice_id=invoiced.id, partner_shipping_id=delivered.id)
        for record in (invoiced, delivered, self.customer):
            with self.unchanged(order):
                self.check_undeletable(record)

    def test_merge_of_invoiced_partner(self):
        """Row 3-06: nor are they merged into another."""
        invoiced = self.env["res.partner"].create({"name": "Head office"})
        order = self.make_order(partner_invoice_id=invoiced.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.unchanged(order), self.assertRaises(UserError):
            wizard._merge((invoiced | self.other_customer).ids, self.other_customer)

    def test_opportunity_merge(self):
        """Row 3-06: merging two opportunities takes their validated orders along, unchanged."""
        kept, vanishing = self.env["crm.lead"].create(
            [
                {"name": "Shop", "type": "opportunity", "probability": 90},
                {"name": "Shop again", "type": "opportunity", "probability": 10},
            ]
        )
        order = self.make_order(opportunity_id=vanishing.id)
        total, team, seller = order.amount_total, order.team_id, order.user_id
        merged = (kept | vanishing).merge_opportunity()
        self.assertEqual(merged, kept)
        self.assertFalse(vanishing.exists())
        self.assertEqual(order.opportunity_id, kept)
        self.assertEqual((order.amount_total, order.team_id, order.user_id), (total, team, seller))
        with self.assertRaises(UserError):  # the leave ended with the merge
            merged.order_ids.opportunity_id = False
