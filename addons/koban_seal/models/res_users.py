from odoo import models


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["koban.traced.mixin", "res.users"]

    _traced_fields = (
        "login",
        "active",
        "group_ids",
        "company_ids",
    )
