from contextlib import contextmanager

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

from ..tools.amounts import EcotaxPart, computing

# More than any price shows.
ROUNDING = 1e-6


class ProductTemplate(models.Model):
    """« Écotaxe [Liste de choix] » of an article (row 4-28)."""

    _inherit = "product.template"

    koban_ecotax_id = fields.Many2one(
        "koban.ecotax",
        string="Eco-tax",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        # An article of all companies bears what all of them charge.
        domain="[] if company_id else [('company_id', '=', False)]",
        help="Charged on each sale in France, before VAT and never discounted.",
    )
    koban_ecotax_quantity = fields.Float(
        string="Eco-tax Units",
        digits=(16, 4),
        default=1.0,
        help="How many units of the eco-tax the article bears: 4 for a pack of 4 lamps.",
    )
    koban_ecotax_kind = fields.Selection(related="koban_ecotax_id.kind")

    @api.constrains("koban_ecotax_id", "koban_ecotax_quantity", "taxes_id", "type")
    def _check_ecotax(self):
        """Refuse articles that no document could bill, with all that they lack at once."""
        faults = [
            f"– {article.display_name}: {fault}"
            for article in self.filtered("koban_ecotax_id")
            for fault in article._find_ecotax_faults()
        ]
        if faults:
            raise ConstraintError(
                "\n".join(faults), "ecotax_article", model=self._name, ids=self.ids
            )

    def _find_ecotax_faults(self) -> list[str]:
        """Return what the article lacks to bear its eco-tax."""
        env = speaking(self.env)
        faults = []
        # Of every company: an article may be sold by others than the person's own.
        if not self.sudo().taxes_id.filtered(lambda tax: not tax.koban_ecotax_id):
            faults.append(env._("it has an eco-tax and no VAT: choose its VAT code."))
        if self.sudo().taxes_id.filtered("koban_ecotax_id"):
            faults.append(env._("its eco-tax comes by itself: take it out of its taxes."))
        if self.koban_ecotax_id.kind == "piece" and self.koban_ecotax_quantity <= 0:
            faults.append(env._("its number of eco-tax units is at least a part of one."))
        if self.type == "combo":
            faults.append(env._("a combo bears none: the articles in it do."))
        return faults

    # ---- Prices ----
    @contextmanager
    def _computing_ecotax(self, taxes, unit=None, rate=1.0):
        """Add the eco-tax of today to taxes of the article, computed for one unit of it.

        :param unit: of the price, if it is not that of the article
        :param rate: of the currency of the price, for one of the company's
        """
        ecotax = self.koban_ecotax_id
        if not ecotax or not taxes:
            yield taxes
            return
        included = any(tax.price_include for tax in taxes)
        day = fields.Date.context_today(self)
        every = taxes | ecotax._get_tax(taxes.company_id[:1], day, included)
        units = ecotax._count_units(self, unit)
        with computing(EcotaxPart(units=units, rate=rate, rounding=ROUNDING)):
            yield every

    @api.depends("koban_ecotax_id.rate_ids.amount", "koban_ecotax_quantity", "weight")
    def _compute_tax_string(self):
        super()._compute_tax_string()

    def _construct_tax_string(self, price):
        """Say the price with the eco-tax too, or without it where it is in the price."""
        if not self.koban_ecotax_id:
            return super()._construct_tax_string(price)
        taxes = self.taxes_id._filter_taxes_by_company(self.env.company)
        with self._computing_ecotax(taxes) as every:
            found = every.compute_all(price, product=self, partner=self.env["res.partner"])
        currency = self.currency_id
        included, excluded = found["total_included"], found["total_excluded"]
        parts = []
        if currency.compare_amounts(included, price):
            amount = currency.format(included)
            parts.append(self.env._("%s incl. tax and eco-tax", amount))
        if currency.compare_amounts(excluded, price):
            amount = currency.format(excluded)
            parts.append(self.env._("%s excl. tax and eco-tax", amount))
        return f"(= {', '.join(parts)})" if parts else " "
