from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mention_check = fields.Selection(related="company_id.mention_check", readonly=False)

    @public(one=True)
    def action_open_legal_mentions(self) -> dict:
        """Open the company, where its mentions are typed."""
        return self.company_id.action_open_legal_mentions()
