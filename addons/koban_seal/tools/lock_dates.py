"""Lock dates of a company, compared with the events that tell of them.

An event of kind ``parameter`` tells all of them: ``{"locks": {name: [before, after]}}``. Dates are
ISO texts, empty where there is none; ``null`` is what nobody knew before.
"""

import json
from collections.abc import Iterator

from odoo.tools import SQL

from .acknowledgements import read_acknowledgements
from .findings import NOTE, Finding

NAMES = (
    "hard_lock_date",
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "purchase_lock_date",
)


def describe(before: dict[str, str] | None, after: dict[str, str]) -> dict[str, list]:
    """Return what an event tells of lock dates.

    :param before: by name; ``None`` where they were not watched
    :param after: by name
    """
    return {name: [before and before[name], after[name]] for name in NAMES}


def find_moved(cr, company) -> Iterator[Finding]:
    """Yield the lock dates of a company that moved past the software.

    :param company: record whose lock dates are written to the database
    """
    told = {}
    events = _read_events(cr, company.id)
    reasons = read_acknowledgements(cr, company.id, "main", [event[0] for event in events])
    for number, operator, date, locks in events:
        for name, (before, after) in locks.items():
            if before is None:  # nobody watched them until now; or so somebody would have it
                before = after
            if told.get(name, before) != before:
                yield Finding(
                    "lock_date_moved", "res.company", company.id, company.name, name,
                    told[name], before, "main", number, operator, date, reasons.get(number, ""),
                    NOTE if reasons.get(number) else "",
                )  # fmt: skip
            told[name] = after
    for name, value in _read_stored(cr, company.id).items():
        if told.get(name, value) != value:
            yield Finding(
                "lock_date_altered", "res.company", company.id, company.name, name,
                told[name], value,
            )  # fmt: skip


def _read_events(cr, company_id) -> list[tuple]:
    cr.execute(
        SQL(
            "SELECT number, user_name, date, content FROM koban_event "
            "WHERE res_model = 'res.company' AND res_id = %s AND kind = 'parameter' "
            "AND company_id = %s AND chain = 'main' AND content LIKE %s ORDER BY number",
            company_id,
            company_id,
            '%"locks":%',
        )
    )
    events = []
    for number, operator, date, content in cr.fetchall():
        try:
            locks = json.loads(content)["locks"]
            locks = {name: (locks[name][0], locks[name][1]) for name in NAMES if name in locks}
        except (ValueError, KeyError, TypeError, IndexError):  # the link is told as altered
            continue
        events.append((number, operator or "", date, locks))
    return events


def _read_stored(cr, company_id) -> dict[str, str]:
    columns = SQL(", ").join(
        SQL("coalesce(to_char(%s, 'YYYY-MM-DD'), '')", SQL.identifier(name)) for name in NAMES
    )
    cr.execute(SQL("SELECT %s FROM res_company WHERE id = %s", columns, company_id))
    return dict(zip(NAMES, cr.fetchone(), strict=True))
