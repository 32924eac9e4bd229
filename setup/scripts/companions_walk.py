"""Run in an Odoo shell, beside the companions: an order to its paid invoice, with all of theirs.

Prints "the companions work", or what went wrong, one line each. Nothing is committed.
"""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError

REFUSED = []
GROUPS = (
    "base_exception.group_exception_rule_manager",
    "account_credit_control.group_account_credit_control_manager",
    "sales_team.group_sale_manager",
    "account.group_account_manager",
)


class Walk:
    """A French company whose guard is on, with an order type, an exception, tiers and a policy."""

    def __init__(self, env):
        # A reviewer is a person: not the superuser of the shell.
        admin = env.ref("base.user_admin")
        admin.group_ids += sum((env.ref(name) for name in GROUPS), env["res.groups"])
        self.env = env(user=admin, context={**env.context, "lang": "en_US"})
        self.company = env.company
        assert self.company.document_guard, "the guard is off"
        self.today = fields.Date.today()
        self.partner = self.env["res.partner"].create(
            {
                "name": "Boulangerie Martin",
                "is_company": True,
                "street": "1 rue du Four",
                "zip": "69001",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
                "company_registry": "73282932000074",
                "email": "martin@example.com",
            }
        )
        tax = self.company.account_sale_tax_id
        self.article = self.env["product.product"].create(
            {"name": "Entretien", "type": "service", "list_price": 100, "taxes_id": tax.ids}
        )
        self.type = self.env["sale.order.type"].create({"name": "Entretien"})

    def follow_up(self, what, function, *arguments):
        """Call what only follows a document up: a refusal is noted, and undone."""
        try:
            with self.env.cr.savepoint():
                result = function(*arguments)
                self.env.flush_all()
                return result
        except UserError as error:
            REFUSED.append(f"{what}: {' '.join(str(error).split())}")
            self.env.invalidate_all()
            return None

    def quote(self, price=100.0):
        """Return a quote of one line."""
        line = {"product_id": self.article.id, "product_uom_qty": 1, "price_unit": price}
        values = {"partner_id": self.partner.id, "order_line": [Command.create(line)]}
        return self.env["sale.order"].create({**values, "type_id": self.type.id})
