from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _create_payments(self):
        # The host also takes payments of drafts.
        self.line_ids.move_id._check_payable()
        return super()._create_payments()
