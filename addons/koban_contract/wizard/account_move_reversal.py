from odoo import models

from odoo.addons.koban_guard.tools.overrides import override

from ..billed_fields import open_billing


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    @override
    def reverse_moves(self, is_modify=False):
        if not is_modify:
            return super().reverse_moves(is_modify)
        # The draft that replaces an invoice bills its periods.
        with open_billing(self.env):
            return super().reverse_moves(is_modify)
