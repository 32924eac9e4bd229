from babel.numbers import format_percent
from odoo import api, fields, models
from odoo.tools import get_lang


class KobanClosingTax(models.Model):
    """Turnover of a closing for one rate of tax."""

    _name = "koban.closing.tax"
    _inherit = ["koban.closing.part", "koban.trigger.mixin"]
    _description = "Turnover of a closing per tax rate"
    _order = "closing_id, is_rate desc, rate desc, name, id"
    _rec_name = "label"

    closing_id = fields.Many2one("koban.closing", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="closing_id.company_id")
    currency_id = fields.Many2one(related="closing_id.currency_id")
    is_rate = fields.Boolean(string="Percentage")
    rate = fields.Float(digits=(16, 4))
    name = fields.Char(string="Tax Name", help="Of a tax that is not a percentage.")
    label = fields.Char(string="Tax Rate", compute="_compute_label")
    base = fields.Monetary(string="Untaxed Amount")
    tax = fields.Monetary()

    @api.depends("is_rate", "rate", "name")
    def _compute_label(self):
        for line in self:
            line.label = self._get_label(line.is_rate, line.rate, line.name)

    @api.model
    def _get_label(self, is_rate, rate, name) -> str:
        """Return “20 %”, “5,5 %” or the name of a tax that is not a percentage."""
        if not is_rate:
            return name or self.env._("No tax")
        # Six digits: 0.055 is not exact.
        share = round(rate / 100, 6)
        return format_percent(share, locale=get_lang(self.env).code, decimal_quantization=False)
