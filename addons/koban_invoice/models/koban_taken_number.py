from odoo import api, fields, models


class KobanTakenNumber(models.Model):
    """A number of a receipt that its entry left: it is not given again (issue 12, line 6).

    The entries of receipts may be deleted, as in the host; written by ``tools/numbers.py``.
    """

    _name = "koban.taken.number"
    _description = "Number of a receipt taken back"
    _inherit = ["koban.append.only.mixin"]
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(string="Number", required=True, readonly=True)
    sequence_prefix = fields.Char(readonly=True)
    sequence_number = fields.Integer(readonly=True, aggregator=None)
    date = fields.Date(readonly=True, help="Of the entry that had the number.")

    _name_unique = models.Constraint(
        "UNIQUE(journal_id, name)", "A number is taken once in a journal."
    )
    _last_idx = models.Index("(journal_id, sequence_prefix, sequence_number)")

    @api.model
    def _find_before_closing(self, company, date_from, date_to):
        """Yield the numbers of receipts that stay without a receipt, before a month closes."""
        gone = self.sudo().search(  # numbers alone, of the company whose closings the user reads
            [
                ("company_id", "=", company.id),
                ("date", ">=", date_from),
                ("date", "<=", date_to),
            ]
        )
        if gone:
            yield (
                "receipt_numbers",
                self.env._(
                    "Numbers of receipts whose entries were deleted, and which are not given "
                    "again: %s.",
                    ", ".join(gone.mapped("name")),
                ),
                gone,
            )
