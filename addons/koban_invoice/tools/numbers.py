"""Numbers of receipts are given once: those that an entry leaves are kept.

Functions of a module, not methods: code typed in the web client cannot reach them.
"""

import re

from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from .settlements import MONEY, MONEY_JOURNALS


def find_receipts(moves):
    """Return the entries among these that are or were receipts, and have a number."""
    numbered = moves.sudo().filtered(  # their numbers alone
        lambda move: (
            move.posted_before
            and move.name not in (False, "", "/")
            and move.journal_id.type in MONEY_JOURNALS
            and move.company_id.document_guard
        )
    )
    if not numbered:
        return numbered
    receipts = numbered.filtered(
        lambda move: any(payment._is_sealable() for payment in move.origin_payment_id)
    )
    others = numbered - receipts
    if others:
        moves.env.cr.execute(
            SQL(
                "SELECT DISTINCT entry_id FROM koban_settlement WHERE entry_id IN %s AND kind = %s",
                tuple(others.ids),
                MONEY,
            )
        )
        receipts |= numbered.browse([id_ for (id_,) in moves.env.cr.fetchall()])
    return receipts


def read_numbers(moves) -> list[tuple]:
    """Return what :func:`keep` writes of the numbers of entries."""
    return [
        (
            move.company_id.id,
            move.journal_id.id,
            move.name,
            move.sequence_prefix,
            move.sequence_number,
            move.date,
        )
        for move in moves
    ]


def keep(env, numbers) -> None:
    """Note numbers that their entries leave.

    :param numbers: as :func:`read_numbers` returns them
    """
    if numbers:
        env.cr.execute_values(
            "INSERT INTO koban_taken_number (company_id, journal_id, name, sequence_prefix, "
            "sequence_number, date) VALUES %s ON CONFLICT DO NOTHING",
            numbers,
            page_size=len(numbers),
        )


def keep_left(moves, before) -> None:
    """Note the numbers that entries had and have no longer.

    :param before: as :func:`read_numbers` returned them
    """
    left = [
        number
        for move, number in zip(moves, before, strict=True)
        if (move.journal_id.id, move.name) != number[1:3]
    ]
    keep(moves.env, left)


def get_prefix(move, number) -> str:
    """Return what stands before the counter in a number of entries, as the host splits it."""
    pattern = move._sequence_fixed_regex.replace(r"?P<seq>", "")
    return number[: re.match(move._make_regex_non_capturing(pattern), number).start(1)]


def find_last(env, journal, prefix) -> int:
    """Return the greatest kept number of a series, 0 without any."""
    env.cr.execute(
        SQL(
            "SELECT coalesce(max(sequence_number), 0) FROM koban_taken_number "
            "WHERE journal_id = %s AND sequence_prefix = %s",
            journal.id,
            prefix,
        )
    )
    return env.cr.fetchone()[0]


def check_free(moves) -> None:
    """Refuse numbers that were those of receipts since taken back.

    :raise DocumentError: code ``document_number``
    """
    named = moves.sudo().filtered(  # their numbers alone
        lambda move: move.name not in (False, "", "/") and move.journal_id.type in MONEY_JOURNALS
    )
    if not named:
        return
    moves.env.cr.execute(
        SQL(
            "SELECT name FROM koban_taken_number WHERE (journal_id, name) IN %s LIMIT 1",
            tuple((move.journal_id.id, move.name) for move in named),
        )
    )
    for (name,) in moves.env.cr.fetchall():
        raise DocumentError(
            speaking(moves.env)._(
                "%s was the number of a receipt that was taken back: it is not given again. Leave "
                "the number empty.",
                name,
            ),
            "document_number",
            model=moves._name,
            ids=named.ids,
            fields=["name"],
        )
