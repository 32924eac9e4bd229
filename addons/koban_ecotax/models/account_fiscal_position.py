from odoo import api, fields, models

from odoo.addons.koban_guard.tools.passes import FRENCH_COUNTRY_CODES

# Where what is sold is put on the French market; Monaco is of the French territory for VAT.
MARKET = (*FRENCH_COUNTRY_CODES, "MC")


class AccountFiscalPosition(models.Model):
    """What leaves the French market bears no French eco-tax (docs/decisions/0014)."""

    _inherit = "account.fiscal.position"

    koban_bears_ecotax = fields.Boolean(
        string="Eco-tax",
        compute="_compute_koban_bears_ecotax",
        store=True,
        readonly=False,
        help="Sales under this position bear the French eco-taxes. Not those that leave France: "
        "deliveries to the European Union and exports.",
    )

    @api.depends("is_domestic", "country_id", "country_group_id", "auto_apply")
    def _compute_koban_bears_ecotax(self):
        for position in self:
            position.koban_bears_ecotax = position._is_of_market()

    def _is_of_market(self) -> bool:
        """Whether the position is that of sales in France, as far as it says."""
        if self.is_domestic:
            return True
        if self.country_id:
            return self.country_id.code in MARKET
        # The host's own position for all the rest applies by itself, and names no country.
        return not self.country_group_id and not self.auto_apply
