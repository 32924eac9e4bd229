from odoo import api, fields, models
from odoo.tools import SQL


class KobanNumber(models.Model):
    """The numbers drawn of the series without gap, one row each; see ``tools/numbering.py``."""

    _name = "koban.number"
    _description = "Numbers drawn without gap"
    _log_access = False

    sequence_id = fields.Many2one("ir.sequence", required=True, ondelete="cascade", readonly=True)
    date_from = fields.Date(
        required=True,
        readonly=True,
        help="First day of the series; 0001-01-01 if it never restarts.",
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)

    _number_unique = models.Constraint(
        "UNIQUE(sequence_id, date_from, number)", "A number of a series is drawn once."
    )

    @api.model
    def _get_last_numbers(self, sequence_ids) -> dict:
        """Return the last number that this transaction sees of each series begun.

        :return: ``{(sequence id, first day of the series): number}``
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT sequence_id, date_from, max(number) FROM koban_number "
                "WHERE sequence_id = ANY(%s) GROUP BY sequence_id, date_from",
                list(sequence_ids),
            )
        )
        return {(sequence_id, start): number for sequence_id, start, number in rows}
