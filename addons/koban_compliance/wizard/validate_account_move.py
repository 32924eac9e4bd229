from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        # TEST invoices have their own validation, which posts nothing.
        self.move_ids -= self.move_ids.filtered("is_test")
        self.move_ids._check_confirmable()
        return super().validate_move()
