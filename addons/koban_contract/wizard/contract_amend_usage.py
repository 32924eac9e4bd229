from odoo import fields, models
from odoo.fields import Command


class KobanContractAmendLine(models.TransientModel):
    _inherit = "koban.contract.amend.line"

    included_volume = fields.Float(digits="Product Unit")


class KobanContractAmendAdded(models.TransientModel):
    """What a line of usage that the contract gets includes, and what it costs."""

    _inherit = "koban.contract.amend.added"

    included_volume = fields.Float(digits="Product Unit")
    tier_ids = fields.One2many("koban.contract.amend.tier", "added_id", string="Price Tiers")

    def _prepare_line(self):
        values = super()._prepare_line()
        if self.charge == "usage" and not self.display_type:
            tiers = [{"start": tier.start, "price": tier.price} for tier in self.tier_ids]
            values |= {
                "included_volume": self.included_volume,
                "tier_ids": [Command.create(tier) for tier in tiers],
            }
        return values


class KobanContractAmendTier(models.TransientModel):
    """A price tier of a usage line to add."""

    _name = "koban.contract.amend.tier"
    _description = "Price Tier that an Amendment Adds"
    _order = "start, id"

    added_id = fields.Many2one("koban.contract.amend.added", required=True, ondelete="cascade")
    start = fields.Float(
        string="Above",
        digits="Product Unit",
        help="Quantity beyond the included volume above which the price applies; the first tier "
        "starts at 0.",
    )
    price = fields.Float(string="Unit Price", required=True, digits=(16, 6))
