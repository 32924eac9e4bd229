"""What managers explained: a correction, or heads that are gone since a backup was restored.

Events of kind ``acknowledgement``: ``{"link": number, "reason": …}`` about a link of their chain,
or ``{"heads": [[first line, last line, digest], …], "reason": …}`` about the file of recorded
heads, or ``{"gone": true, "reason": …}`` where that is gone. Earlier versions wrote no digest.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from odoo.tools import SQL

from .clock import DATE

KIND = "acknowledgement"
# How the content begins of the one that tells why the file of heads is gone.
GONE = '{"gone":true'


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why recorded heads are gone.

    :param lines: first and last line of each sequence of them, in the file, and the digest of
        what stood there; empty in explanations of earlier versions
    """

    link: int
    operator: str
    date: datetime
    reason: str
    lines: tuple[tuple[int, int, str], ...]

    def covers(self, rank: int) -> bool:
        """Tell whether a line of the file is explained."""
        return any(first <= rank <= last for first, last, _digest in self.lines)


def read_acknowledgements(cr, company_id: int, chain: str, links: list[int]) -> dict[int, str]:
    """Return the reason given for each of these links that was acknowledged after it."""
    cr.execute(
        SQL(
            # By a pattern: an altered content may be no JSON any more.
            r"""
            SELECT DISTINCT ON (told.link) told.link, e.content
            FROM koban_event e
            CROSS JOIN LATERAL (
                SELECT substring(e.content FROM '"link":(\d{1,9})[,}]')::int AS link
            ) told
            WHERE e.kind = %s AND e.company_id = %s AND e.chain = %s
                  AND told.link = ANY(%s) AND told.link < e.number
            ORDER BY told.link, e.number
            """,
            KIND,
            company_id,
            chain,
            links,
        )
    )
    return {link: _read(content).get("reason") or "" for link, content in cr.fetchall()}


def read_explanations(cr, company_id: int) -> list[Explanation]:
    """Return what was explained of the recorded heads of a company."""
    cr.execute(
        SQL(
            "SELECT number, user_name, %s, content FROM koban_event WHERE kind = %s "
            "AND company_id = %s AND chain = 'main' AND content LIKE %s ORDER BY number",
            DATE,
            KIND,
            company_id,
            '{"heads":%',
        )
    )
    found = []
    for link, operator, date, content in cr.fetchall():
        told = _read(content)
        try:
            lines = tuple(
                (int(first), int(last), str(digest[0]) if digest else "")
                for first, last, *digest in told.get("heads", ())
            )
        except (TypeError, ValueError, OverflowError):  # the link is told as altered
            continue
        found.append(Explanation(link, operator or "", date, told.get("reason") or "", lines))
    return found


def _read(content) -> dict:
    try:
        told = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
