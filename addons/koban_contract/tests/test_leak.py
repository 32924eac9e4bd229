"""Issue 12, line 13: what a contract hides leaves by no door of the customer's."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.koban_document.tests.leak import LeakCase

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestContractLeak(LeakCase, HttpCase, ContractCase):
    secret_words = ("Component A", "Component B")
    secret_numbers = ("173.91", "291.37", "613.83")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer.lang = "en_US"
        cls.contract = cls.make_contract(
            lines=[
                cls.make_group("Kit", collapse_composition=True),
                cls.make_article("Component A", 173.91),
                cls.make_article("Component B", 291.37),
                cls.make_group("Secret prices", collapse_prices=True),
                cls.make_article("Article D", 613.83),
                cls.make_article("Article E", 12.0),
                cls.make_group("Open"),
                cls.make_article("Article G", 31.0),
            ]
        )
        cls.outsider = cls.make_outsider(cls.contact)

    @classmethod
    def make_group(cls, name, **options):
        return Command.create({"display_type": "line_section", "name": name, **options})

    @classmethod
    def make_article(cls, name, price):
        product = cls.make_product(name, contract_ok=True)
        return cls.make_line(product_id=product.id, name=name, quantity=1, price_unit=price)

    def test_every_door(self):
        """Issue 12, line 13: links, pages, reports, reads, searches, exports and methods."""
        self.check_every_door(self.outsider, [self.contract], self.contract.line_ids)

    def test_invoice(self):
        """Issue 12, line 13: so does the invoice of a period."""
        day = self.env["koban.contract"]._fields["date_start"].to_date("2026-01-01")
        invoice = self.contract._bill(day)
        invoice.action_post()
        documents = [invoice, self.contract]
        self.check_every_door(self.outsider, documents, self.contract.line_ids)
