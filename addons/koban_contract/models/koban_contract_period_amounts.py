from datetime import date

from odoo import api, fields, models


class KobanContract(models.Model):
    """What a contract costs: for a whole period, and once (row 2-63)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    amount_untaxed = fields.Monetary(
        string="Untaxed Amount",
        compute="_compute_period_amounts",
        compute_sudo=True,
        help="Of a whole period: the lines billed each period that are in force.",
    )
    amount_tax = fields.Monetary(
        string="Taxes", compute="_compute_period_amounts", compute_sudo=True
    )
    amount_total = fields.Monetary(
        string="Total", compute="_compute_period_amounts", compute_sudo=True
    )
    tax_totals = fields.Binary(
        string="Total of a Period",
        compute="_compute_period_amounts",
        compute_sudo=True,
        exportable=False,
    )

    @api.depends_context("lang", "tz")
    @api.depends(
        "date_start",
        "close_date",
        "currency_id",
        "company_id",
        "line_ids.display_type",
        "line_ids.charge",
        "line_ids.date_start",
        "line_ids.date_end",
        "line_ids.price_subtotal",
        "line_ids.price_total",
        "line_ids.tax_ids",
    )
    def _compute_period_amounts(self):
        for contract in self:
            totals = contract._sum_lines("recurring")
            contract.tax_totals = totals
            contract.amount_untaxed = totals["base_amount_currency"]
            contract.amount_tax = totals["tax_amount_currency"]
            contract.amount_total = totals["total_amount_currency"]

    def _get_shown_day(self) -> date:
        """Return the day whose conditions are shown: today, within the life of the contract."""
        self.ensure_one()
        day = fields.Date.context_today(self)
        if self.close_date:
            day = min(day, self.close_date)
        return max(day, self.date_start) if self.date_start else day

    def _sum_lines(self, charge) -> dict:
        """Return the totals of the lines in force, as the widget of totals takes them.

        :param charge: how often the lines are billed: ``recurring`` or ``once``
        """
        self.ensure_one()
        Tax = self.env["account.tax"]
        company = self.company_id or self.env.company
        day = self._get_shown_day()
        base_lines = [
            line._prepare_base_line_for_taxes_computation()
            for line in self._get_billed_lines()
            if line.charge == charge and line._is_counted(day)
        ]
        Tax._add_tax_details_in_base_lines(base_lines, company)
        Tax._round_base_lines_tax_details(base_lines, company)
        return Tax._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id or company.currency_id, company=company
        )
