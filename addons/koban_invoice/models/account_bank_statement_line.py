from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @override
    def action_undo_reconciliation(self):
        # The host calls it whenever a journal item is written, almost always on none, and then
        # deletes no payments: every addon's checks of a deletion, three times for each line.
        return super().action_undo_reconciliation() if self else None
