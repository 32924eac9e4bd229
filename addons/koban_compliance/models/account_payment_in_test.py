from odoo import api, models

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment"]

    # The mode TEST is refused at the door: what is sealed is in account_payment.py.
    @api.model_create_multi
    @override
    def create(self, vals_list):
        # A payment is never TEST. What the system makes for others, as superuser, is theirs.
        if self.env.user.test_mode and not self.env.su:
            raise DocumentError(
                speaking(self.env)._(
                    "The mode TEST is on, and a payment is real. Leave the mode TEST first."
                ),
                "test_mode_on",
                model=self._name,
            )
        return super().create(vals_list)

    @api.constrains("invoice_ids")
    def _check_no_test_invoice(self):
        self.invoice_ids.filtered("is_test")._check_payable(ConstraintError)
