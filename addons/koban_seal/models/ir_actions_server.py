from odoo import models


class IrActionsServer(models.Model):
    _name = "ir.actions.server"
    _inherit = ["koban.traced.mixin", "ir.actions.server"]

    _traced_kind = "software"
    _traced_fields = (
        "name",
        "state",
        "code",
        "model_id",
    )

    def _is_traced(self):
        return self.state == "code"
