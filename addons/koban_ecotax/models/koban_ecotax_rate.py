from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class KobanEcotaxRate(models.Model):
    """An amount of an eco-tax, from a day on: the last one begun counts."""

    _name = "koban.ecotax.rate"
    _description = "Amount of an eco-tax"
    _order = "date_from desc, id desc"

    ecotax_id = fields.Many2one(
        "koban.ecotax", string="Eco-tax", required=True, ondelete="cascade", index=True
    )
    date_from = fields.Date(string="From", required=True)
    # As many decimals as the tax that is made of it.
    amount = fields.Float(string="Amount excl. VAT", required=True, digits=(16, 4))
    company_id = fields.Many2one(related="ecotax_id.company_id", store=True, index=True)

    _date_uniq = models.UniqueIndex(
        "(ecotax_id, date_from)", "The eco-tax has an amount from this day on."
    )

    @api.constrains("amount", "date_from")
    def _check_amount(self):
        env = speaking(self.env)
        faults = [
            env._(
                "%(ecotax)s from %(date)s: the amount %(amount)s is negative.",
                ecotax=rate.ecotax_id.display_name,
                date=format_date(env, rate.date_from),
                amount=rate.amount,
            )
            for rate in self
            if rate.amount < 0
        ]
        if faults:
            raise ConstraintError("\n".join(faults), "ecotax_rate", model=self._name, ids=self.ids)

    @api.depends("ecotax_id", "date_from")
    def _compute_display_name(self):
        for rate in self:
            day = format_date(self.env, rate.date_from) if rate.date_from else ""
            rate.display_name = f"{rate.ecotax_id.display_name} – {day}"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates.ecotax_id._make_taxes()
        return rates

    @override
    def write(self, vals):
        result = super().write(vals)
        if "amount" in vals or "ecotax_id" in vals:
            self.ecotax_id._make_taxes()
        return result
