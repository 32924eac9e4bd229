"""A contract that was through everything a contract goes through, and someone with SQL."""

from contextlib import contextmanager

from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.koban_invoice.tests.chain import ChainCase

from .common import ContractCase

TABLES = (
    "koban_contract", "koban_contract_line", "koban_contract_tier", "koban_contract_suspension",
    "koban_contract_amendment", "koban_price_revision", "koban_contract_renewal",
    "koban_contract_notice",
)  # fmt: skip


class SealedContractCase(ChainCase, ContractCase):
    """Contracts with a row of each kind that a seal covers."""

    @classmethod
    def make_full_contract(cls, **values):
        """Validate a contract, and have each act done to it once."""
        lines = [
            Command.create({"display_type": "line_section", "name": "Works"}),
            cls.make_line(),
            cls.make_line(
                name="Copies",
                charge="usage",
                quantity=1,
                price_unit=0.05,
                included_volume=500,
                tier_ids=[Command.create({"start": 0, "price": 0.05})],
            ),
        ]
        contract = cls.make_contract(
            lines=lines,
            date_start="2026-01-01",
            date_end="2026-12-31",
            renewal="tacit",
            renewal_months=12,
            payment_term_id=cls.terms.id,
            **values,
        )
        cls.env.cr.flush()
        contract.amend(
            "2026-02-01",
            {"lines": [{"id": contract.line_ids[1].id, "price_unit": 110.0}]},
            "One machine more",
        )
        cls.env.cr.flush()
        contract.suspend("2026-08-01", "2026-08-15", "Holidays")
        cls.env.cr.flush()
        contract.revise_prices("2026-06-01", "percent", 2.0)
        cls.env.cr.flush()
        contract._send_notice(contract.date_end)
        cls.env.cr.flush()
        contract.action_renew()
        cls.env.cr.flush()
        return contract

    def get_links(self, contract):
        """Return the links that tell of a contract, the oldest first."""
        self.env.cr.flush()
        return self.env["koban.event"].search(
            [("res_model", "=", "koban.contract"), ("res_id", "in", contract.ids)], order="id"
        )

    def get_kinds(self, contract):
        return self.get_links(contract).mapped("kind")

    @contextmanager
    def attack(self):
        """Undo what is done inside; meanwhile nothing keeps the tables of contracts in order."""
        with super().attack():
            self.env.cr.execute(
                "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c "
                "WHERE (c.conrelid::regclass::text IN %s AND c.contype IN ('c', 'f')) "
                "OR c.confrelid = 'koban_contract'::regclass",
                [TABLES],
            )
            for table, name in self.env.cr.fetchall():
                self.env.cr.execute(
                    SQL(
                        "ALTER TABLE %s DROP CONSTRAINT %s",
                        SQL.identifier(table),
                        SQL.identifier(name),
                    )
                )
            yield
