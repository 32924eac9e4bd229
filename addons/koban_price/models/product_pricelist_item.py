from odoo import fields, models

TIER_BASES = {"koban_tier_2": 2, "koban_tier_3": 3}


class ProductPricelistItem(models.Model):
    """Rules that start from tier 2 or 3 of the article (row 4-26)."""

    _inherit = "product.pricelist.item"

    base = fields.Selection(
        selection_add=[("koban_tier_2", "Tier 2"), ("koban_tier_3", "Tier 3")],
        ondelete={"koban_tier_2": "set default", "koban_tier_3": "set default"},
    )

    def _get_price_label_base_str(self):
        if tier := TIER_BASES.get(self.base):
            return self.env._("tier %s", tier)
        return super()._get_price_label_base_str()

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        tier = TIER_BASES.get(self.base)
        if not tier:
            return super()._compute_base_price(product, quantity, uom, date, currency, **kwargs)
        # What the variant and its options add to the price comes on top of each tier.
        template = product if product._name == "product.template" else product.product_tmpl_id
        price = template._get_tier_base(tier) + product._get_attributes_extra_price()
        price = product.uom_id._compute_price(price, uom)
        if product.currency_id != currency:
            price = product.currency_id._convert(
                price, currency, self.env.company, date, round=False
            )
        return price

    def _get_tier(self, product, **kwargs) -> int:
        """Return the tier whose price a rule starts from, 0 if it is none.

        :param product: the article
        :param kwargs: quantity, unit, date and currency, as price rules take them
        """
        item = self
        while item.base == "pricelist" and item.compute_price != "fixed":
            rule_id = item.base_pricelist_id._get_product_rule(product, **kwargs)
            item = item.browse(rule_id or [])
        if not item:
            return 1
        if item.compute_price == "fixed" or item.base == "standard_price":
            return 0
        return TIER_BASES.get(item.base, 1)
