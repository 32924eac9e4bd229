"""What the rooms of the demo share while they build it."""

from datetime import date, datetime, time, timedelta

from odoo import fields
from odoo.api import Environment


class Stage:
    """The environment of the demo company, and its records by short names.

    :param env: superuser, in French, in the demo company only
    :param company_id: the demo company
    """

    def __init__(self, env: Environment, company_id: int):
        self.env = env
        self.company = env["res.company"].browse(company_id)
        self.today: date = fields.Date.context_today(self.company)
        self.users = {}
        self.terms = {}
        self.payment_methods = {}
        self.processes = {}
        self.classes = {}
        self.brands = {}
        self.data = {}
        self.ecotaxes = {}
        self.categories = {}
        self.articles = {}
        self.customers = {}
        self.contacts = {}

    def as_user(self, login: str) -> Environment:
        """Return the environment of a user of the demo: documents are entered by people."""
        return self.env(user=self.users[login].id, su=False)

    def day(self, days_ago: int) -> date:
        """Return a day before today."""
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int) -> datetime:
        """Return a moment of the morning of a day before today, in UTC."""
        return datetime.combine(self.day(days_ago), time(8, 30))

    def get_account(self, prefix: str):
        """Return the first account of the chart whose code starts with ``prefix``."""
        return self.env["account.account"].search(
            [("code", "=like", f"{prefix}%"), ("company_ids", "in", self.company.ids)],
            order="code",
            limit=1,
        )

    def get_warehouse(self):
        """Return the first warehouse of the company."""
        domain = [("company_id", "=", self.company.id)]
        return self.env["stock.warehouse"].search(domain, limit=1)
