from odoo import models
from odoo.fields import Domain

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed

# What the numbers of the documents of a journal are made with.
SERIES_FIELDS = {"company_id", "refund_sequence", "sequence_override_regex", "type"}


class AccountJournal(models.Model):
    _inherit = "account.journal"

    @override
    def write(self, vals):
        changed = get_changed(self, vals, SERIES_FIELDS)
        if changed:
            changed._check_series(vals)
        return super().write(vals)

    def _check_series(self, vals):
        """Refuse to move the numbering of a sales journal that was used.

        :raise DocumentError: code ``document_number``
        """
        for journal in self:
            sale = "sale" in (journal.type, vals.get("type"))
            if not sale or not journal.company_id.document_guard:
                continue
            numbered = Domain("journal_id", "=", journal.id) & Domain(
                "name", "not in", (False, "/")
            )
            moves = self.env["account.move"].sudo()  # all count, whoever may read them
            if moves.search_count(numbered, limit=1):
                raise DocumentError(
                    speaking(self.env)._(
                        "The numbering of the journal %(journal)s cannot be changed: documents "
                        "were numbered in it. Create another journal instead.",
                        journal=journal.display_name,
                    ),
                    "document_number",
                    model=self._name,
                    ids=journal.ids,
                )

    def _get_draft_sales_purchases_query(self):
        # The drafts that the dashboard counts and adds up.
        real = self.with_context(without_test_documents=True)
        return super(AccountJournal, real)._get_draft_sales_purchases_query()
