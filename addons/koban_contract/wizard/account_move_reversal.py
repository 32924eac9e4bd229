from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        if not is_modify:
            return super().reverse_moves(is_modify)
        # The draft that replaces an invoice bills its periods.
        Move = self.env["account.move"]._with_billing_pass()
        return super(AccountMoveReversal, self.with_env(Move.env)).reverse_moves(is_modify)
