"""Numbers without gap, drawn by a validation.

Functions, no methods: code typed in a client that drew one would leave a gap.

Odoo's transactions do not see what others committed since they began, and its own « no gap »
makes whoever comes second fail. Here he waits for a lock that is no row, then finds the first
free number by the unique constraint, which knows what all the others committed.
"""

from collections.abc import Callable
from datetime import date as Day

from odoo.tools import SQL
from psycopg2.errors import UniqueViolation

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.passes import are_covered

# Names the locks of series of numbers among the advisory locks of the database.
LOCK_SPACE = 286_290


def number_documents(documents, get_sequence: Callable, day: Day) -> dict[int, str]:
    """Draw the numbers of documents that are being validated, in their order.

    :param documents: covered by the pass of their validation
    :param get_sequence: gives the sequence of a company
    :param day: as in :func:`draw_numbers`
    :return: number by id
    :raise DocumentError: code ``document_number`` where nothing validates them
    """
    if not are_covered(documents):
        raise DocumentError(
            speaking(documents.env)._("A number is given by the validation of a document only."),
            "document_number",
            model=documents._name,
            ids=documents.ids,
        )
    numbers = {}
    # Always in the same order, so that two transactions never wait for each other.
    by_company = documents.grouped("company_id").items()
    for company, own in sorted(by_company, key=lambda item: item[0].id):
        drawn = draw_numbers(get_sequence(company), day, len(own))
        numbers |= dict(zip(own.ids, drawn, strict=True))
    return numbers


def draw_numbers(sequence, date: Day, count: int = 1) -> list[str]:
    """Draw the next numbers of a series without gap; others wait for the transaction.

    The numbers are kept apart (``koban.number``): the row of the sequence holds the first one
    only, because no transaction can write a row that another changed since it began.

    :param sequence: one ``ir.sequence``, that the caller may draw from
    :param date: day that decides the series, where each year has its own
    :param count: how many
    """
    sequence.ensure_one()
    step = sequence.number_increment or 1
    period = (
        sequence._find_period(date) if sequence.use_date_range else sequence.date_range_ids.browse()
    )
    start = sequence._get_series_start(date, period)
    counter = sequence if not sequence.use_date_range else period
    first = sequence._get_first(counter) if counter else 1
    number = _draw(sequence.env.cr, sequence.id, start, first, step, count)
    shown = sequence
    if sequence.use_date_range:
        shown = sequence.with_context(ir_sequence_date_range=start)
        if not period and number == first:
            # Whoever draws the first number of a year is alone to do so.
            sequence._create_date_range_seq(date)
    return [shown.get_next_char(number + rank * step) for rank in range(count)]


def _draw(cr, sequence_id: int, date_from: Day, first: int, step: int, count: int) -> int:
    """Draw consecutive numbers; others wait until the transaction ends.

    :param first: first number of the series, if none was drawn
    :param step: from one number to the next
    :return: the first of the numbers drawn
    """
    series = (sequence_id, date_from)
    # In one query: what the transaction sees was settled before it waited.
    cr.execute(
        SQL(
            "SELECT pg_advisory_xact_lock(%s, %s), (SELECT max(number) FROM koban_number "
            "WHERE sequence_id = %s AND date_from = %s)",
            LOCK_SPACE,
            sequence_id,
            *series,
        ),
        log_exceptions=False,  # a lock_timeout is told by whoever set it
    )
    _lock, last = cr.fetchone()
    number = first if last is None else last + step
    if not _take(cr, series, number, step, count):
        number = _find_free(cr, series, number, step)
        _take(cr, series, number, step, count)
    return number


def _find_free(cr, series, taken, step) -> int:
    """Return the first free number after one that is taken.

    All before the last one drawn are taken: a few attempts find it, whatever was drawn
    meanwhile.
    """
    reach = step
    while _is_taken(cr, series, taken + reach):
        taken, reach = taken + reach, reach * 2
    free = taken + reach
    while free - taken > step:
        middle = taken + (free - taken) // step // 2 * step
        if _is_taken(cr, series, middle):
            taken = middle
        else:
            free = middle
    return free


def _is_taken(cr, series, number) -> bool:
    savepoint = cr.savepoint(flush=False)
    with savepoint:
        free = _take(cr, series, number, 1, 1)
        savepoint.rollback()
    return not free


def _take(cr, series, number, step, count) -> bool:
    """Insert numbers; return whether the first was free."""
    try:
        # One question to the server instead of three: each validated document asks it.
        cr.execute(
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
        cr.execute("ROLLBACK TO SAVEPOINT koban_number")
        return False
    return True
