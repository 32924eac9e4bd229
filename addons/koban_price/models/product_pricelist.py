from odoo import api, fields, models

from odoo.addons.koban_guard.tools.overrides import override

TIER_CHOICES = [("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3")]


class ProductPricelist(models.Model):
    """Price lists, of which one gives each tier of a company to its customers (row 4-26)."""

    _inherit = "product.pricelist"

    koban_tier = fields.Selection(
        TIER_CHOICES,
        string="Gives the Tier",
        copy=False,
        help="Customers of this tier have this price list. Articles that no other rule of the list "
        "is about have the price of the tier.",
    )

    _koban_tier_uniq = models.UniqueIndex(
        "(company_id, currency_id, koban_tier) WHERE koban_tier IS NOT NULL AND active",
        "Another price list of the company gives this tier in this currency.",
    )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        pricelists = super().create(vals_list)
        pricelists._add_tier_rules()
        return pricelists

    @override
    def write(self, vals):
        result = super().write(vals)
        if "koban_tier" in vals:
            self._add_tier_rules()
        return result

    def _add_tier_rules(self):
        """Give lists the rule by which all articles have the price of their tier."""
        self.env["product.pricelist.item"].create(
            [
                {
                    "pricelist_id": pricelist.id,
                    "applied_on": "3_global",
                    "compute_price": "formula",
                    "base": pricelist._get_tier_base(),
                }
                for pricelist in self.filtered("koban_tier")
                if not pricelist._has_tier_rule()
            ]
        )

    def _has_tier_rule(self) -> bool:
        base = self._get_tier_base()
        return any(item.applied_on == "3_global" and item.base == base for item in self.item_ids)

    def _get_tier_base(self) -> str:
        return "list_price" if self.koban_tier == "1" else f"koban_tier_{self.koban_tier}"

    @api.model
    def _ensure_tiers(self, company):
        """Return the price lists of the tiers of a company in its currency; make those missing.

        They come after all others: the first list is that of customers who have none.
        """
        every = self.search(
            [
                ("koban_tier", "!=", False),
                ("company_id", "=", company.id),
                ("currency_id", "=", company.currency_id.id),
            ]
        )
        missing = [tier for tier, _label in TIER_CHOICES if tier not in every.mapped("koban_tier")]
        made = self.create(
            [
                {
                    "name": self.env._("Tier %s", tier),
                    "sequence": 100 + int(tier),
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "koban_tier": tier,
                }
                for tier in missing
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            for pricelist in made.with_context(lang=lang):
                pricelist.name = pricelist.env._("Tier %s", pricelist.koban_tier)
        return every + made
