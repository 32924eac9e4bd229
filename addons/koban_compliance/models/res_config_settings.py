from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    closing_day = fields.Integer(related="company_id.closing_day", readonly=False)
    closing_locks_purchases = fields.Boolean(
        related="company_id.closing_locks_purchases", readonly=False
    )
    closing_locks_year = fields.Boolean(related="company_id.closing_locks_year", readonly=False)
    closing_failure = fields.Text(related="company_id.closing_failure")
    next_closing_month = fields.Date(related="company_id.next_closing_month")
    next_closing_name = fields.Char(string="Next Closing", related="company_id.next_closing_name")
    next_closing_date = fields.Date(related="company_id.next_closing_date")

    mention_check = fields.Selection(related="company_id.mention_check", readonly=False)

    # Of the software, not of a company: who delivers it attests.
    editor_name = fields.Char(string="Editor", config_parameter="koban_compliance.editor_name")
    editor_address = fields.Char(config_parameter="koban_compliance.editor_address")
    editor_registry = fields.Char(
        string="Editor SIREN", config_parameter="koban_compliance.editor_registry"
    )
    signatory = fields.Char(config_parameter="koban_compliance.signatory")
    signatory_role = fields.Char(
        string="Capacity of the Signatory", config_parameter="koban_compliance.signatory_role"
    )

    @public(one=True)
    def action_open_legal_mentions(self) -> dict:
        """Open the company, where its mentions are typed."""
        return self.company_id.action_open_legal_mentions()
