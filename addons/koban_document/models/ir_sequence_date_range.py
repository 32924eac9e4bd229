from odoo import models


class IrSequenceDateRange(models.Model):
    _inherit = "ir.sequence.date_range"

    def _get_number_next_actual(self):
        super()._get_number_next_actual()
        last = self.env["koban.number"]._get_last_numbers(self.sequence_id.ids)
        for period in self:
            if number := last.get((period.sequence_id.id, period.date_from)):
                period.number_next_actual = number + (period.sequence_id.number_increment or 1)
