from odoo import api, fields, models

from ..usage import revise_tier_price


class KobanContractTier(models.Model):
    """A price of a usage line, from a quantity beyond the included volume on."""

    _name = "koban.contract.tier"
    _description = "Price Tier of a Usage Line"
    _inherit = ["koban.document.line.mixin", "koban.contract.part.mixin"]
    _order = "line_id, start, id"
    _rec_name = "start"

    _document_field = "contract_id"
    _kept_field = "line_id"

    line_id = fields.Many2one("koban.contract.line", required=True, index=True, ondelete="cascade")
    contract_id = fields.Many2one(related="line_id.contract_id", store=True, index=True)
    company_id = fields.Many2one(related="contract_id.company_id")
    start = fields.Float(
        string="Above",
        digits="Product Unit",
        help="Quantity beyond the included volume above which the price applies; the first tier "
        "starts at 0.",
    )
    # Cost of a page: more decimals than other prices have.
    price = fields.Float(string="Unit Price", required=True, digits=(16, 6))
    current_price = fields.Float(
        string="Price Today",
        digits=(16, 6),
        compute="_compute_current_price",
        help="The unit price as revised since it was agreed on.",
    )

    _start_unique = models.Constraint(
        "UNIQUE (line_id, start)", "Two price tiers of a line start at the same quantity."
    )
    _numbers_positive = models.Constraint(
        "CHECK(start >= 0 AND price >= 0)", "A tier and its price cannot be negative."
    )

    @api.depends("price", "line_id.tier_level")
    def _compute_current_price(self):
        for tier in self:
            tier.current_price = revise_tier_price(tier.price, tier.line_id.tier_level)

    def _get_line_label(self):
        return self.line_id._get_line_label()
