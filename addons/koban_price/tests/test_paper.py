"""What a price typed with tax prints (case T15, DESIGN §3: one source of figures)."""

from odoo.tests import tagged

from odoo.addons.koban_document.tests.paper import PaperMixin

from .common import PriceCase


@tagged("post_install", "-at_install")
class TestPricePaper(PaperMixin, PriceCase):
    picture_addon = "koban_price"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"

    def read_quote(self, order):
        return " ".join(self.read_pages(self.print_pdf("sale.action_report_saleorder", order)))

    def test_mixed(self):
        """Case T15: a price with tax says so among others; its column of totals is without."""
        order = self.make_quote(self.make_article(koban_price_1_included=12.0), 2)
        order.order_line.copy(
            {"order_id": order.id, "tax_ids": [(6, 0, self.vat_20.ids)], "price_unit": 7.0}
        )
        text = self.read_quote(order)
        self.assertIn("Prix unitaire HT", text)
        self.assertRegex(text, r"12,00 TTC .*20,00\s€")
        self.assertRegex(text, r" 7,00 .*14,00\s€")
        self.assertNotIn("7,00 TTC", text)

    def test_all_with_tax(self):
        """Case T15: where all prices have their tax in them the title of the column says so."""
        text = self.read_quote(
            self.make_quote(self.make_article(koban_price_1_included=13.33), 10111)
        )
        self.assertIn("Prix unitaire TTC", text)
        self.assertNotIn("Prix unitaire HT", text)
        for figure in ("134 779,63", "112 316,36", "22 463,27"):
            self.assertRegex(text, figure.replace(" ", r"\s"))
