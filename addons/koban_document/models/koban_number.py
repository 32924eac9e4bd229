from datetime import date as Day

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation

# Names the locks of series of numbers among the advisory locks of the database.
LOCK_SPACE = 286_290


class KobanNumber(models.Model):
    """The numbers drawn of the series without gap, one row each.

    Odoo's transactions do not see what others committed since they began, and its own « no gap »
    makes whoever comes second fail. Here he waits for a lock that is no row, then finds the first
    free number by the unique constraint, which knows what all the others committed.
    """

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
    def _draw(self, sequence_id: int, date_from: Day, first: int, step: int, count: int) -> int:
        """Draw consecutive numbers; others wait until the transaction ends.

        :param first: first number of the series, if none was drawn
        :param step: from one number to the next
        :return: the first of the numbers drawn
        """
        series = (sequence_id, date_from)
        # In one query: what the transaction sees was settled before it waited.
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(%s, %s), (SELECT max(number) FROM koban_number "
                "WHERE sequence_id = %s AND date_from = %s)",
                LOCK_SPACE,
                sequence_id,
                *series,
            ),
            log_exceptions=False,  # a lock_timeout is told by whoever set it
        )
        _lock, last = self.env.cr.fetchone()
        number = first if last is None else last + step
        if not self._take(series, number, step, count):
            number = self._find_free(series, number, step)
            self._take(series, number, step, count)
        return number

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

    @api.model
    def _find_free(self, series, taken, step) -> int:
        """Return the first free number after one that is taken.

        All before the last one drawn are taken: a few attempts find it, whatever was drawn
        meanwhile.
        """
        reach = step
        while self._is_taken(series, taken + reach):
            taken, reach = taken + reach, reach * 2
        free = taken + reach
        while free - taken > step:
            middle = taken + (free - taken) // step // 2 * step
            if self._is_taken(series, middle):
                taken = middle
            else:
                free = middle
        return free

    @api.model
    def _is_taken(self, series, number) -> bool:
        savepoint = self.env.cr.savepoint(flush=False)
        with savepoint:
            free = self._take(series, number, 1, 1)
            savepoint.rollback()
        return not free

    @api.model
    def _take(self, series, number, step, count) -> bool:
        """Insert numbers; return whether the first was free."""
        try:
            # One question to the server instead of three: each validated document asks it.
            self.env.cr.execute(
                SQL(
                    "SAVEPOINT koban_number; "
                    "INSERT INTO koban_number (sequence_id, date_from, number) "
                    "SELECT %s, %s, %s + rank * %s FROM generate_series(0, %s) rank; "
                    "RELEASE SAVEPOINT koban_number",
                    *series,
                    number,
                    step,
                    count - 1,
                ),
                log_exceptions=False,  # expected where others drew meanwhile
            )
        except UniqueViolation:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT koban_number")
            return False
        return True
