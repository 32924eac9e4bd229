from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _action_unmerge(self):
        # As the merge: by SQL.
        self._check_not_in_documents(emptied=False, operation="write")
        return super()._action_unmerge()
