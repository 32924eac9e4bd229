from odoo import fields, models

MINIMUM_RULES = [
    ("none", "Nothing"),
    ("warn", "Warn"),
    ("block", "Refuse"),
]


class ResCompany(models.Model):
    """What a price below the minimum of an article does (row 4-29)."""

    _inherit = "res.company"

    koban_minimum_rule = fields.Selection(
        MINIMUM_RULES,
        string="Price below the Minimum",
        required=True,
        default="warn",
        help="Refuse: quotes and orders are not saved, but by who may pass below the minimum.",
    )
