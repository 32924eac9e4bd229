"""Contracts of a French company."""

from odoo.fields import Command

from odoo.addons.koban_guard.tests.common import Masters
from odoo.addons.koban_invoice.tests import common as invoices
from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_seal.tests.travel import TimeTravel

# Whom several classes make, each for itself.
PEOPLE = {
    "usage_seller": "sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
}


def make_masters(env) -> Masters:
    """Make all that the tests of this addon share, in a database that is to be copied."""
    masters = invoices.make_masters(env)
    for login, groups in PEOPLE.items():
        masters.find_or_make_user(login, groups)
    return masters.save()


class ContractCase(TimeTravel, InvoiceCase):
    """Contracts, and what they bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.contract_ok = True

    @classmethod
    def make_line(cls, **values):
        """Return the command of a line: 2 × 100 for each period."""
        return Command.create(
            {
                "product_id": cls.product.id,
                "name": "Maintenance",
                "quantity": 2,
                "price_unit": 100.0,
                "tax_ids": [Command.set(cls.tax.ids)],
                **values,
            }
        )

    @classmethod
    def make_contract(cls, validate=True, lines=None, **values):
        """Create a contract, by month in advance from January 2026 on."""
        contract = cls.env["koban.contract"].create(
            {
                "title": "Maintenance",
                "partner_id": cls.customer.id,
                "date_start": "2026-01-01",
                "line_ids": lines or [cls.make_line()],
                **values,
            }
        )
        if validate:
            contract.action_validate()
        return contract
