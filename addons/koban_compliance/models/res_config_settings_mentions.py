from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mention_check = fields.Selection(related="company_id.mention_check", readonly=False)

    def action_open_legal_mentions(self) -> dict:
        """Open the company, where its mentions are typed."""
        self.ensure_one()
        return self.company_id.action_open_legal_mentions()
