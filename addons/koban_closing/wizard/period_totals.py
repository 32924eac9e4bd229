from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanPeriodTotals(models.TransientModel):
    """Totals of any period, on demand (row 2-62b)."""

    _name = "koban.period.totals"
    _inherit = "koban.period.totals.mixin"
    _description = "Totals of a Period"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)
    invoice_count = fields.Integer(string="Invoices", compute="_compute_totals")
    credit_note_count = fields.Integer(string="Credit Notes", compute="_compute_totals")
    untaxed = fields.Monetary(string="Untaxed Turnover", compute="_compute_totals")
    tax = fields.Monetary(compute="_compute_totals")
    total = fields.Monetary(string="Turnover", compute="_compute_totals")
    payment_total = fields.Monetary(string="Payments Received", compute="_compute_totals")
    details = fields.Json(compute="_compute_totals")
    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.depends("company_id", "date_from", "date_to")
    def _compute_totals(self):
        for period in self:
            totals = period._get_details()
            period.details = totals
            for name in ("invoice_count", "credit_note_count", "untaxed", "tax", "total"):
                period[name] = totals.get(name, 0)
            period.payment_total = totals.get("payment_total", 0)

    def _get_details(self) -> dict:
        self.ensure_one()
        if not self.date_from or not self.date_to or self.date_from > self.date_to:
            return {}
        return self.get_period_totals(
            fields.Date.to_string(self.date_from),
            fields.Date.to_string(self.date_to),
            self.company_id.id,
        )

    @api.depends("details")
    def _compute_summary(self):
        for period in self:
            period.summary = self.env["ir.qweb"]._render(
                "koban_closing.period_tables",
                {"totals": period.details, "currency": period.currency_id},
            )

    @public(one=True)
    def action_print(self) -> dict:
        """Print the totals of the period."""
        return self.env.ref("koban_closing.action_report_period").report_action(self)
