from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _update_matching_number(self, amls):
        # Payments come and go on validated invoices: only the mark of the matching changes.
        moves = self.env["account.move"]
        opened = amls._with_guard_pass(moves, line_fields={"matching_number"}, every=True)
        return super()._update_matching_number(opened)
