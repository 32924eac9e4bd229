from odoo import api, fields, models
from odoo.tools import float_round

from odoo.addons.koban_guard.tools.overrides import override

from .product_template import COST, EXCLUDED, INCLUDED, PRICE_DIGITS, PURCHASE, is_same


class ProductProduct(models.Model):
    """The cost price of an article, typed or computed from its purchase price (row 4-30)."""

    _inherit = "product.product"

    koban_purchase_price = fields.Float(
        string="Purchase Price",
        min_display_digits="Product Price",
        company_dependent=True,
        groups="base.group_user",
    )
    koban_approach_coefficient = fields.Float(
        string="Approach Coefficient",
        digits=(16, 4),
        company_dependent=True,
        groups="base.group_user",
    )
    koban_unit_fees = fields.Float(
        string="Unit Fees",
        min_display_digits="Product Price",
        company_dependent=True,
        groups="base.group_user",
    )
    koban_cost_computed = fields.Boolean(
        string="Computed Cost Price", company_dependent=True, groups="base.group_user"
    )

    @api.model
    def _add_missing_default_values(self, values):
        defaults = super()._add_missing_default_values(values)
        if "list_price" not in values and {EXCLUDED[1], INCLUDED[1]} & values.keys():
            # Else the host's default would be a price that was typed beside this one.
            defaults.pop("list_price", None)
        return defaults

    @api.model_create_multi
    @override
    def create(self, vals_list):
        products = super().create(vals_list)
        for product, vals in zip(products, vals_list, strict=True):
            product._keep_cost(vals)
        return products

    @override
    def write(self, vals):
        result = super().write(vals)
        self._keep_cost(vals)
        return result

    def _keep_cost(self, vals):
        if set(COST) & vals.keys():
            self._follow_purchase(self)
        elif "standard_price" in vals:
            # A cost price that was typed, or that the stock found, stands for the computed one.
            self.filtered(
                lambda product: (
                    product.koban_cost_computed
                    and not is_same(product.standard_price, product._calculate_cost(product))
                )
            ).koban_cost_computed = False

    @api.onchange(*COST)
    def _onchange_purchase(self):
        self._follow_purchase(self)

    @api.model
    def _follow_purchase(self, articles):
        """Compute the cost price of articles or of templates whose cost is computed."""
        for article in articles.filtered("koban_cost_computed"):
            cost = self._calculate_cost(article)
            if self._may_follow_purchase(article) and not is_same(article.standard_price, cost):
                article.standard_price = cost

    @api.model
    def _may_follow_purchase(self, article) -> bool:
        """Whether the purchase price gives the cost: not where stock values the article."""
        return True

    @api.model
    def _calculate_cost(self, article) -> float:
        """Return purchase price × approach coefficient + unit fees (row 4-30)."""
        price, coefficient, fees = (article[name] for name in PURCHASE)
        return float_round(price * (coefficient or 1.0) + fees, precision_digits=PRICE_DIGITS)
