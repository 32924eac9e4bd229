from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanVerificationAcknowledge(models.TransientModel):
    """Asks why what a verification found happened."""

    _name = "koban.verification.acknowledge"
    _description = "Explain What a Verification Found"

    finding_ids = fields.Many2many("koban.verification.finding", string="Findings", required=True)
    reason = fields.Char(
        required=True,
        help="Read by the auditor: who asked for the correction and why, or which backup was "
        "restored.",
    )

    @public(one=True)
    def action_acknowledge(self) -> dict:
        """Put the reason on record."""
        self.finding_ids.acknowledge(self.reason)
        return {"type": "ir.actions.act_window_close"}
