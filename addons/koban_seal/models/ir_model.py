from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class IrModel(models.Model):
    """A model goes with its table: that of the journal or of sealed documents does not."""

    _inherit = "ir.model"

    @override
    def unlink(self):
        self.env["ir.model.fields"]._check_uncovered(self.mapped("model"))
        return super().unlink()
