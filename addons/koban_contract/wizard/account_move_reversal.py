from odoo import models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import without_passes


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    @override
    def reverse_moves(self, is_modify=False):
        if not is_modify:
            return super().reverse_moves(is_modify)
        # The draft that replaces an invoice bills its periods.
        Move = self.env["account.move"]._with_billing_pass()
        opened = self.with_env(Move.env)
        return without_passes(super(AccountMoveReversal, opened).reverse_moves(is_modify), self.env)
