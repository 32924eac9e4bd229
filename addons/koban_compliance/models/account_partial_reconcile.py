from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model
    def _update_matching_number(self, amls):
        # Payments come and go on validated invoices: only the mark of the matching changes.
        opened = amls._with_guard_pass(self.env["account.move"], line_fields={"matching_number"})
        return super()._update_matching_number(opened)
