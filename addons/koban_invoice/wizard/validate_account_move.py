from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    @override
    def validate_move(self):
        # TEST invoices have their own validation, which posts nothing.
        in_test = self.move_ids.filtered("is_test")
        if in_test and in_test == self.move_ids:
            in_test[0]._raise_test_error()
        self.move_ids -= in_test
        self.move_ids._check_confirmable()
        return super().validate_move()
