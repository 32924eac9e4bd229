from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["koban.grouping.mixin", "account.move", "koban.document.text.mixin"]

    _grouping_lines_field = "invoice_line_ids"

    def _has_groupings(self):
        # An entry has none, and reading its lines would write those that are not balanced yet.
        return self.is_invoice(include_receipts=True)
