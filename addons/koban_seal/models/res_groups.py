from odoo import models


class ResGroups(models.Model):
    _name = "res.groups"
    _inherit = ["koban.traced.mixin", "res.groups"]

    _traced_fields = (
        "name",
        "user_ids",
        "implied_ids",
        "implied_by_ids",
        "rule_groups",
    )
