"""Issue 12, line 13: what a purchase order hides leaves by no door of the vendor's."""

from lxml import etree
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_invoice.tests.test_leak import GroupedLeakCase

from .test_groupings import GroupedPurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseLeak(GroupedLeakCase, GroupedPurchaseCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_purchase(cls.make_grouped_lines(), confirm=True)
        cls.outsider = cls.make_outsider(cls.contact)

    def test_every_door(self):
        """Issue 12, line 13: links, pages, reports, reads, searches, exports and methods."""
        self.check_every_door(self.outsider, [self.order], self.order.order_line)

    def test_request(self):
        """Issue 12, line 13: so does a request for quotation."""
        order = self.make_purchase(self.make_grouped_lines())
        self.check_every_door(self.outsider, [order], order.order_line)

    def test_lines(self):
        """Issue 12, line 13: the vendor reads the lines of which the page tells all."""
        lines = self.order.order_line
        names = {
            "Visible", "Kit", "Secret prices", "Inner", "Open", "Article G", "Inner totals",
            "Mute", "Article J",
        }  # fmt: skip
        shown = lines.filtered(lambda line: line.name in names)
        self.check_lines_outside(self.outsider, lines, shown)

    def test_ubl(self):
        """Issue 12, line 13: the order in UBL has one line by hiding group and set of taxes."""
        if "purchase.edi.xml.ubl_bis3" not in self.env:
            self.skipTest("purchase_edi_ubl_bis3 is not installed")
        token = self.order._portal_ensure_token()
        self.env.flush_all()
        url = f"/my/purchase/{self.order.id}/download_edi?access_token={token}"
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.find_secrets(answer.text))
        tree = etree.fromstring(answer.content)
        amounts = tree.xpath("//*[local-name()='LineItem']/*[local-name()='LineExtensionAmount']")
        self.assertEqual(len(amounts), 9)
        total = sum(float(amount.text) for amount in amounts)
        self.assertAlmostEqual(total, self.order.amount_untaxed, 2)
