"""Whether the dates of invoices follow their numbers, and where they may go (issue 12, line 7)."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import SQL

ANTEDATED, POSTDATED = "invoice_antedated", "invoice_postdated"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the date of an invoice.

    :param code: ``ANTEDATED`` or ``POSTDATED``
    :param day: of the invoice
    :param right: the first right date
    :param last_name: the last number of the series; empty if there is none
    :param last_day: its date
    """

    code: str
    day: date
    right: date
    last_name: str = ""
    last_day: date | None = None

    def show(self) -> dict[str, str]:
        """Return the JSON values that the journal and API callers get."""
        days = {"date": self.day, "right_date": self.right, "last_date": self.last_day}
        shown = {name: day.isoformat() for name, day in days.items() if day}
        return {"code": self.code, "last_number": self.last_name, **shown}


def find_fault(day: date, today: date, last: tuple[str, date] | None) -> Fault | None:
    """Return what is wrong with a date, or nothing.

    :param today: the day of the validation
    :param last: number and date of the last document of the series
    """
    last_name, last_day = last or ("", None)
    if last_day and day < last_day:
        return Fault(ANTEDATED, day, last_day, last_name, last_day)
    # After a number that was postdated, its date is the first one that follows.
    limit = max(today, last_day) if last_day else today
    if day > limit:
        return Fault(POSTDATED, day, limit, last_name, last_day)
    return None


def get_today(records, company) -> date:
    """Return the day it is for the user or, if nobody says where he is, for the company."""
    if records.env.context.get("tz") or records.env.user.tz:
        return fields.Date.context_today(records)
    return datetime.now(ZoneInfo(company.sudo()._get_zone_name())).date()  # its zone alone


def split_by_zone(moves) -> list:
    """Return documents in the environment that tells the host which day it is.

    Where neither the user nor the call says so, it is the day of the company: the host, which dates
    the undated ones, would take that of UTC. Its own dating protects a rate that was typed.

    :return: recordsets, one for each zone; never none, the host may be called with nothing
    """
    if moves.env.context.get("tz") or moves.env.user.tz:
        return [moves]
    zones: dict[str | None, list[int]] = {}
    for move in moves:
        guarded = move.is_sale_document(include_receipts=True) and move._is_guard_enabled()
        zone = move.company_id.sudo()._get_zone_name() if guarded else None  # its zone alone
        zones.setdefault(zone, []).append(move.id)
    return [
        moves.browse(ids).with_context(tz=zone) if zone else moves.browse(ids)
        for zone, ids in zones.items()
    ] or [moves]


def find_last_documents(moves) -> dict[int, tuple[str, date]]:
    """Return the number and the date of the last document of the series that drafts will enter.

    Drafts of one series ask once.

    :return: by the id of the draft, in the form that the cache has; who begins a series is missing
    """
    names = {}
    found = {}
    for move in moves.sudo():  # the last number of the series, whoever made it
        refund = move.journal_id.refund_sequence and move.move_type == "out_refund"
        month = move.date and move.date.replace(day=1)
        key = move.journal_id.id, refund, month
        if key not in names:
            names[key] = move._get_last_sequence()
        found[move.id] = move.journal_id.id, names[key]
    days = _read_days(moves.env, {value for value in found.values() if value[1]})
    return {id_: (key[1], days[key]) for id_, key in found.items() if key in days}


def _read_days(env, keys) -> dict[tuple, date]:
    if not keys:
        return {}
    env["account.move"].flush_model(["name", "journal_id", "invoice_date", "date", "state"])
    env.cr.execute(
        SQL(
            "SELECT journal_id, name, coalesce(invoice_date, date) FROM account_move "
            "WHERE (journal_id, name) IN %s AND state = 'posted'",
            tuple(keys),
        )
    )
    return {(journal_id, name): day for journal_id, name, day in env.cr.fetchall()}


def find_previous_documents(moves) -> dict[int, tuple[str, date]]:
    """Return the number and the date of the document that each comes after in its series.

    :param moves: that have their numbers
    """
    if not moves:
        return {}
    moves.flush_model(
        [
            "date",
            "invoice_date",
            "journal_id",
            "name",
            "sequence_number",
            "sequence_prefix",
            "state",
        ]
    )
    moves.env.cr.execute(
        SQL(
            "SELECT m.id, p.name, p.day FROM account_move m, LATERAL "
            "(SELECT p.name, coalesce(p.invoice_date, p.date) AS day FROM account_move p "
            "WHERE p.journal_id = m.journal_id AND p.sequence_prefix = m.sequence_prefix "
            "AND p.sequence_number < m.sequence_number AND p.state = 'posted' "
            "ORDER BY p.sequence_number DESC LIMIT 1) p WHERE m.id IN %s",
            tuple(moves.ids),
        )
    )
    return {id_: (name, day) for id_, name, day in moves.env.cr.fetchall()}
