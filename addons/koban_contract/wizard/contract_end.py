from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanContractEnd(models.TransientModel):
    """Ends contracts on a day, for a reason."""

    _name = "koban.contract.end"
    _description = "End Contracts"

    contract_ids = fields.Many2many("koban.contract", required=True)
    date = fields.Date(
        string="Last Day Billed",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    stop_reason_id = fields.Many2one(
        "koban.contract.stop.reason", string="Reason", required=True, ondelete="cascade"
    )
    comment = fields.Char()
    billed_after_count = fields.Integer(
        compute="_compute_billed_after_count", help="Contracts that are billed beyond that day."
    )

    @api.depends("contract_ids")
    def _compute_date(self):
        for wizard in self:
            contract = wizard.contract_ids
            end = contract.date_end if len(contract) == 1 else False
            wizard.date = end or fields.Date.context_today(wizard)

    @api.depends("contract_ids", "date")
    def _compute_billed_after_count(self):
        for wizard in self:
            after = wizard.contract_ids.line_ids.filtered(
                lambda line, day=wizard.date: line.billed_to and day and line.billed_to > day
            )
            wizard.billed_after_count = len(after.contract_id)

    @public(one=True)
    def action_end(self) -> bool:
        """End the contracts."""
        reason = " – ".join(filter(None, [self.stop_reason_id.name, self.comment]))
        return self.contract_ids.action_close(
            fields.Date.to_string(self.date), reason, self.stop_reason_id.id
        )
