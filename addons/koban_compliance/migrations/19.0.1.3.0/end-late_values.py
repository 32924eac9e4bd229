"""Complete the labels of receivables that the guard kept from the host (issue 10).

The host writes the number there after the validation, which was refused. The labels are sealed:
each document gets a seal of kind correction, which stands beside the first. What does not hold
against its last seal is left as it is, for the verification to tell. Runs at the end, when all
that a seal covers is loaded.
"""

import re

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.translate import code_translations

from odoo.addons.koban_seal.tools.journal import seal

BATCH = 1000
# The host's label of the receivables of a document paid in parts.
INSTALLMENT = "%(name)s installment #%(number)s"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    labels = get_labels(env)
    last = 0
    while rows := find_rows(env, labels, last):
        last = rows[-1][1]
        complete(env, labels, rows)


def get_labels(env) -> dict[str, str]:
    """Return the host's label by what it looks like without the number, in each language."""
    labels = {}
    for code, _name in env["res.lang"].get_installed():
        known = code_translations.get_python_translations("account", code)
        label = known.get(INSTALLMENT, INSTALLMENT)
        without = (label % {"name": "", "number": "#"}).lstrip()
        head, tail = map(re.escape, without.split("##"))
        labels[rf"^{head}#(\d+){tail}$"] = label
    return labels


def find_rows(env, labels, last) -> list[tuple]:
    """Return the lines without a number of the next documents: id, document, label, references.

    :param last: id of the document that the search begins behind
    """
    env.cr.execute(
        SQL(
            "SELECT l.id, d.id, l.name, d.ref, d.payment_reference FROM ("
            "    SELECT d.id, d.ref, d.payment_reference FROM account_move d"
            "     WHERE d.id > %(last)s AND d.state = 'posted' AND d.inalterable_hash IS NULL"
            "       AND d.payment_reference <> '' AND %(sealed)s AND EXISTS ("
            "           SELECT FROM account_move_line l WHERE l.move_id = d.id AND %(lost)s)"
            "     ORDER BY d.id LIMIT %(batch)s"
            ") d JOIN account_move_line l ON l.move_id = d.id WHERE %(lost)s ORDER BY d.id, l.id",
            last=last,
            batch=BATCH,
            sealed=env["account.move"]._get_sealed_condition(),
            lost=SQL(
                "l.display_type = 'payment_term' "
                "AND (coalesce(l.name, '') = '' OR l.name ~ ANY(%s))",
                list(labels),
            ),
        )
    )
    return env.cr.fetchall()


def complete(env, labels, rows):
    """Write the labels of documents that hold, and seal these."""
    moves = env["account.move"].browse({row[1] for row in rows})
    moves = moves.filtered(lambda move: move._is_sealable())
    seals = moves._get_last_seals(
        {(move.company_id.id, move._get_chain(), move.id) for move in moves}
    )
    holding = moves._find_said(moves._get_sealed_content(moves.ids), seals)
    named = [
        (line_id, get_name(labels, name, ref, reference))
        for line_id, move_id, name, ref, reference in rows
        if move_id in holding
    ]
    env.cr.execute(
        SQL(
            "UPDATE account_move_line l SET name = named.name "
            "FROM unnest(%s::int[], %s::text[]) named(id, name) WHERE l.id = named.id",
            [line_id for line_id, _name in named],
            [name for _line_id, name in named],
        )
    )
    env.invalidate_all()
    seal(moves.browse(sorted(holding)), "correction")
    env.cr.precommit.run()
    env.invalidate_all()


def get_name(labels, name, ref, reference) -> str:
    """Return the label as the host makes it from a document's references."""
    if ref and ref != reference:
        reference = f"{ref} - {reference}"
    for pattern, label in labels.items():
        if found := re.search(pattern, name or ""):
            return label % {"name": reference, "number": found[1]}
    return reference
