from odoo import api, fields, models

from .product_pricelist import TIER_CHOICES


class ResPartner(models.Model):
    """The tier of a customer: his price list, by the name that people know (row 4-26)."""

    _inherit = "res.partner"

    koban_tier = fields.Selection(
        TIER_CHOICES,
        string="Tier",
        compute="_compute_koban_tier",
        inverse="_inverse_koban_tier",
        help="Which of the three prices of an article this customer pays. Empty: another price "
        "list of his own.",
    )

    @api.depends("property_product_pricelist", "specific_property_product_pricelist")
    @api.depends_context("company", "country_code")
    def _compute_koban_tier(self):
        for partner in self:
            partner.koban_tier = partner.property_product_pricelist.koban_tier

    def _inverse_koban_tier(self):
        # Who edits the customer chooses his tier, and makes no list but those of the tiers.
        pricelists = self.env["product.pricelist"].sudo()._ensure_tiers(self.env.company)
        lists = {pricelist.koban_tier: pricelist for pricelist in pricelists}
        for partner in self.filtered("koban_tier"):
            partner.property_product_pricelist = lists[partner.koban_tier].sudo(False)
