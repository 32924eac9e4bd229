from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    closing_day = fields.Integer(related="company_id.closing_day", readonly=False)
    closing_locks_purchases = fields.Boolean(
        related="company_id.closing_locks_purchases", readonly=False
    )
    closing_locks_year = fields.Boolean(related="company_id.closing_locks_year", readonly=False)
    closing_failure = fields.Text(related="company_id.closing_failure")
    closing_mail = fields.Boolean(related="company_id.closing_mail", readonly=False)
    closing_mail_partner_id = fields.Many2one(
        related="company_id.closing_mail_partner_id", readonly=False
    )
    closing_mail_failure = fields.Text(related="company_id.closing_mail_failure")
    next_closing_month = fields.Date(related="company_id.next_closing_month")
    next_closing_name = fields.Char(string="Next Closing", related="company_id.next_closing_name")
    next_closing_date = fields.Date(related="company_id.next_closing_date")
