from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

STATES = [
    ("billed", "Billed"),
    ("open", "To Bill Again"),
    ("suspended", "Nothing to Bill"),
]


def open_invoice(move) -> dict:
    """Return the action that shows an invoice; nothing where there is none.

    :param move: record of ``account.move``, empty or not
    """
    if not move:
        return {"type": "ir.actions.act_window_close"}
    return {
        "type": "ir.actions.act_window",
        "res_model": "account.move",
        "res_id": move.id,
        "views": [(False, "form")],
    }


class KobanContractPeriod(models.Model):
    """The ledger of billing: one row for each line and period, ever (DESIGN §5).

    The database holds it unique, so that no run bills a period twice; each row stays, so that
    none is skipped.
    """

    _name = "koban.contract.period"
    _description = "Billed Period"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"

    line_id = fields.Many2one(
        "koban.contract.line", required=True, readonly=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    partner_id = fields.Many2one(related="contract_id.partner_id")
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    share = fields.Float(
        readonly=True, digits=(16, 6), help="Part of a whole period: 1 for all of its days."
    )
    amount = fields.Monetary(readonly=True, help="Computed for the period, excluding tax.")
    state = fields.Selection(STATES, required=True, readonly=True, default="billed", index=True)
    move_line_ids = fields.One2many("account.move.line", "contract_period_id", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        compute="_compute_move_id",
        compute_sudo=True,
        help="That bills the period now.",
    )

    _period_unique = models.Constraint(
        "UNIQUE (line_id, date_from)", "A period of a contract line is billed once."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The end of a period is before its start."
    )

    @api.depends("move_line_ids.parent_state", "state")
    def _compute_move_id(self):
        for period in self:
            period.move_id = period._get_invoice() if period.state == "billed" else False

    @public(one=True)
    def action_open_invoice(self) -> dict:
        """Open the invoice that bills the period."""
        self.check_access("read")
        return open_invoice(self.move_id)

    def _get_invoice(self):
        """Return the invoice that bills the period now: the last one made, none cancelled."""
        self.ensure_one()
        lines = self.move_line_ids.filtered(lambda line: line.parent_state != "cancel")
        return lines.sorted("id")[-1:].move_id

    def _reopen(self):
        """Mark billed periods to be billed again."""
        billed = self.filtered(lambda period: period.state == "billed")
        billed.write({"state": "open"})
        if billed:
            billed.contract_id._note_open_periods()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise DocumentError(
            speaking(self.env)._(
                "A billed period cannot be deleted: it would be billed again. Delete the draft "
                "invoice, or cancel the validated one and reopen its periods."
            ),
            "contract_period",
            model=self._name,
            ids=self.ids,
        )
