from odoo import fields, models
from odoo.tools import SQL

from .koban_contract import STATES
from .koban_contract_type import KINDS

DEADLINES = [
    ("invoice", "Next Invoice"),
    ("notice", "To Denounce Before"),
    ("end", "Commitment End"),
]
COLUMNS = {"invoice": "next_invoice_date", "notice": "notice_deadline", "end": "date_end"}


class KobanContractDeadline(models.Model):
    """The dates of contracts, each as an event of one calendar (issue 5 §5)."""

    _name = "koban.contract.deadline"
    _description = "Contract Deadline"
    _auto = False
    _order = "date, id"
    _depends = {
        "koban.contract": [
            "next_invoice_date", "notice_deadline", "date_end", "state", "kind", "partner_id",
            "type_id", "user_id", "company_id",
        ],
    }  # fmt: skip

    date = fields.Date(readonly=True)
    deadline = fields.Selection(DEADLINES, readonly=True)
    contract_id = fields.Many2one("koban.contract", readonly=True)
    kind = fields.Selection(KINDS, string="Party", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    type_id = fields.Many2one("koban.contract.type", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    def _compute_display_name(self):
        for deadline in self:
            partner = deadline.partner_id.display_name
            deadline.display_name = f"{partner}: {deadline.contract_id.title}"

    @property
    def _table_query(self):
        selects = [
            SQL(
                "SELECT id * 3 + %s AS id, %s AS deadline, %s AS date, id AS contract_id, "
                "kind, state, partner_id, type_id, user_id, company_id "
                "FROM koban_contract WHERE state = 'running' AND %s IS NOT NULL "
                "AND (close_date IS NULL OR %s <= close_date)",
                rank,
                deadline,
                *[SQL.identifier(column)] * 3,
            )
            for rank, (deadline, column) in enumerate(COLUMNS.items())
        ]
        return SQL(" UNION ALL ").join(selects)
