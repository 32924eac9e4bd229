from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override


class IrSequenceDateRange(models.Model):
    _inherit = "ir.sequence.date_range"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        ranges = super().create(vals_list)
        if not self.env["ir.sequence"]._is_year_begun():
            ranges.sequence_id._check_order_counter()
        return ranges

    @override
    def write(self, vals):
        if not self.env["ir.sequence"]._is_year_begun():
            self.sequence_id._check_order_counter()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.sequence_id._check_order_counter()
