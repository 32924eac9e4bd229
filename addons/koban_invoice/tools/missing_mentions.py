"""What comes of mandatory mentions that are missing on invoices (row 2-33).

Both functions get, by invoice, what :meth:`_get_missing_mentions` found.
"""

from odoo.tools import plaintext2html

from odoo.addons.koban_guard.exceptions import speaking


def refuse(moves, missing) -> None:
    """Refuse the invoices of the companies that want it, all that is missing at once.

    :raise DocumentError: code ``mentions_missing``
    """
    blocked = {}
    for move, found in missing.items():
        required = [item for item in found if item.required]
        # A setting of the company of the document.
        if required and move.company_id.sudo().mention_check == "block":
            blocked[move] = required
    if not blocked:
        return
    env = speaking(moves.env)
    parts = [
        env._(
            "%(document)s cannot be validated: mandatory mentions are missing.\n%(list)s",
            document=move.with_env(env).display_name,
            list=move._describe_missing(found),
        )
        for move, found in blocked.items()
    ]
    raise moves.browse([move.id for move in blocked])._refuse(
        "\n\n".join(parts),
        "mentions_missing",
        missing={move.id: [item.code for item in found] for move, found in blocked.items()},
    )


def note(moves, missing) -> None:
    """Leave a note on what was validated with a mention missing, in one go."""
    required = {move: [item for item in found if item.required] for move, found in missing.items()}
    bodies = {
        move.id: speaking(moves.env)._(
            "Validated while mandatory mentions were missing:\n%s",
            move._describe_missing(found),
        )
        for move, found in required.items()
        if found
    }
    if bodies:
        moves.browse(bodies)._message_log_batch(
            bodies={id_: plaintext2html(body) for id_, body in bodies.items()}
        )
