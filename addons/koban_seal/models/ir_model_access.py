from odoo import models


class IrModelAccess(models.Model):
    _name = "ir.model.access"
    _inherit = ["koban.traced.mixin", "ir.model.access"]

    _traced_fields = (
        "name",
        "active",
        "model_id",
        "group_id",
        "perm_read",
        "perm_write",
        "perm_create",
        "perm_unlink",
    )
