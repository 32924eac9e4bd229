from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanContractSuspend(models.TransientModel):
    """Days in which a running contract is not billed."""

    _name = "koban.contract.suspend"
    _description = "Suspend a Contract"

    contract_id = fields.Many2one("koban.contract", required=True, ondelete="cascade")
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="To", required=True, help="Last day suspended.")
    reason = fields.Char()

    @public(one=True)
    def action_suspend(self) -> dict:
        """Suspend the contract."""
        self.contract_id.suspend(
            fields.Date.to_string(self.date_from),
            fields.Date.to_string(self.date_to),
            self.reason or "",
        )
        return {"type": "ir.actions.act_window_close"}
