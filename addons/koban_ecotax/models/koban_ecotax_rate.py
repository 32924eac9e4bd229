from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed


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
        get_changed(self, vals, {"amount", "date_from", "ecotax_id"})._check_not_charged()
        result = super().write(vals)
        if "amount" in vals or "ecotax_id" in vals:
            self.ecotax_id._make_taxes()
        return result

    @override
    def unlink(self):
        self._check_not_charged()
        return super().unlink()

    def _check_not_charged(self):
        """Refuse that the table forget what validated invoices charged.

        :raise DocumentError: code ``ecotax_rate_used``
        """
        if not self:
            return
        # Of every company, whose invoices are only counted.
        report = self.env["koban.ecotax.report"].sudo()
        charged = report.search(Domain.OR(rate._get_charged_domain() for rate in self), limit=1)
        if charged:
            self.check_access("write")
            env = speaking(self.env)
            raise DocumentError(
                env._(
                    "%(ecotax)s was charged at %(amount)s on validated invoices: this amount "
                    "stays. Give the table another one, with the day from which it counts.",
                    ecotax=charged.ecotax_id.display_name,
                    amount=formatLang(env, charged.unit_amount, digits=4),
                ),
                "ecotax_rate_used",
                model=self._name,
                ids=self.ids,
            )

    def _get_charged_domain(self) -> Domain:
        """Return what was charged by the amount: until the next one begins."""
        others = self.ecotax_id.rate_ids.sorted("date_from")
        later = others.filtered(lambda rate: rate.date_from > self.date_from)[:1]
        domain = Domain("ecotax_id", "=", self.ecotax_id.id)
        domain &= Domain("unit_amount", "=", self.amount) & Domain("date", ">=", self.date_from)
        return domain & Domain("date", "<", later.date_from) if later else domain
