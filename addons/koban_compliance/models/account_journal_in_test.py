from odoo import models


class AccountJournal(models.Model):
    _name = "account.journal"
    _inherit = ["account.journal"]

    def _get_draft_sales_purchases_query(self):
        # The drafts that the dashboard counts and adds up.
        real = self.with_context(without_test_documents=True)
        return super(AccountJournal, real)._get_draft_sales_purchases_query()
