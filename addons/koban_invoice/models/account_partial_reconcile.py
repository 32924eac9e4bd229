from odoo import api, models

from odoo.addons.koban_guard.tools.passes import open_pass


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _update_matching_number(self, amls):
        # Payments come and go on validated invoices: only the mark of the matching changes.
        moves = self.env["account.move"]
        with open_pass(moves, line_fields={"matching_number"}, every=True):
            return super()._update_matching_number(amls)
