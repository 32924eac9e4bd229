from odoo import api, models
from odoo.fields import Domain


class AccountSecureEntriesWizard(models.TransientModel):
    _inherit = "account.secure.entries.wizard"

    @api.model
    def _get_unhashed_moves_in_hashed_period_domain(self, company_id, hash_date, domain=False):
        found = super()._get_unhashed_moves_in_hashed_period_domain(company_id, hash_date, domain)
        return found & Domain("is_test", "=", False)
