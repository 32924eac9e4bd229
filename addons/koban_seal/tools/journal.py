"""Writes the journal: one chain of signed links a company, seals included (DESIGN §3).

Functions, no methods: code typed in a client can neither add a link, nor name what stands in one.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from ..models.koban_event import CHAIN_NAMES, COLUMNS, SEAL
from .acknowledgements import GONE, KIND
from .canonical import dumps
from .chain import ALGORITHM, ORIGIN, Link
from .clock import DATE, DECLARED, get_link_date
from .connections import fetch_committed, open_after, reader
from .database import COPIED, MOVED, identify
from .files import ProofFileError
from .heads import Head, has_file
from .heads import append as append_heads
from .kept import Kept
from .signing import LOCK_SPACE, get_signer

_logger = logging.getLogger(__name__)

JOURNAL = "koban.event"
# The greatest number that the column of a link's number holds.
MAX_NUMBER = 2**31 - 1
# The links that a transaction appends when it ends.
_pending = Kept(JOURNAL)
# What is recorded outside the database once a transaction is committed.
_recorded = Kept("koban.heads")


@dataclass(slots=True)
class Recorded:
    """Heads to record.

    :param companies: ids of those whose chains went on
    :param anew: whether somebody said that the file is not here, or is gone
    """

    companies: set[int] = field(default_factory=set)
    anew: bool = False


def record_event(env, kind, records=None, company=None, detail=None, chain="main"):
    """Append links to the journal at the end of the transaction.

    :param kind: one of ``KINDS``
    :param records: one link for each of them
    :param company: of the link; by default that of the records, or the current one
    :param detail: JSON values, or ``{record id: JSON values}`` when there are records
    :param chain: ``main`` or ``test``
    """
    callbacks = env.cr.precommit
    pending = _pending.get(callbacks)
    if not pending:
        pending = _pending.keep(callbacks, [])

        def append_pending():
            # The journal is written for users who may not even read it.
            writer = env(user=SUPERUSER_ID, context={}, su=True)
            append(writer, _pending.take(callbacks) or [])

        callbacks.add(append_pending)
    pending += prepare_entries(env, kind, records, company, detail, chain)


def record_event_apart(env, kind, records=None, company=None, detail=None, chain="main"):
    """Append links in a transaction of their own, once this one ended in whatever way.

    The arguments are those of :func:`record_event`.
    """
    append_apart = _prepare_apart(env, prepare_entries(env, kind, records, company, detail, chain))
    # One of them runs, and the other is forgotten.
    env.cr.postcommit.add(append_apart)
    env.cr.postrollback.add(append_apart)


def record_event_after(env, kind, records=None, company=None, detail=None, chain="main"):
    """Append links in a transaction of their own, once this one was committed.

    It stands even where the journal takes no link. The arguments are those of
    :func:`record_event`.
    """
    entries = prepare_entries(env, kind, records, company, detail, chain)
    env.cr.postcommit.add(_prepare_apart(env, entries))


def _prepare_apart(env, entries):
    """Return what appends links once the transaction of an environment has ended."""
    ended, registry = env.cr, env.registry

    def append_apart():
        try:
            with open_after(ended, registry) as cr:
                apart = api.Environment(cr, SUPERUSER_ID, {})
                if JOURNAL in apart:  # gone with an installation that failed
                    append(apart, entries)
        except (psycopg2.Error, UserError):
            # A user made by the transaction that rolled back, a key file that is gone, a last
            # link dated after the clock: what is told stands, and the cursor that is being closed
            # goes back to its pool.
            _logger.exception("Events not recorded: %s", [entry["kind"] for entry in entries])

    return append_apart


def seal(documents, kind="validation"):
    """Append the content of each document to its company's chain.

    A function, no method: code typed in a client does not choose what is sealed, nor when.

    :param documents: of a model that ``koban.sealed.mixin`` extends
    :param kind: one of ``SEAL_KINDS``
    """
    sealable = documents.filtered(lambda document: document._is_sealable())
    for chain, own in sealable.grouped(lambda record: record._get_chain()).items():
        record_event(documents.env, kind, own, detail=SEAL, chain=chain)


def get_waiting(env, model_name) -> set[int]:
    """Return the ids of the documents that this transaction seals when it ends."""
    return {
        entry["res_id"]
        for entry in _pending.get(env.cr.precommit) or ()
        if entry["res_model"] == model_name and entry["content"] == SEAL
    }


def prepare_entries(env, kind, records, company, detail, chain) -> list[dict]:
    base = {
        "kind": kind,
        "chain": chain,
        "user_id": env.uid,
        "user_name": env.user.name,
        "content": {} if detail is None else detail,
        "notes": {},
    }
    if records is None:
        company = company or env.company
        return [{**base, "company_id": company.id, "res_model": "", "res_id": 0, "res_name": ""}]
    by_record = isinstance(detail, dict) and detail.keys() <= set(records.ids)
    return [
        {
            **base,
            "company_id": (company or record._get_event_company()).id,
            "res_model": record._name,
            "res_id": record.id,
            "res_name": record.display_name or "",
            "content": detail.get(record.id, {}) if by_record else base["content"],
        }
        for record in records.sudo()  # a name and a company, of what the caller acts upon
    ]


def append(env, entries):
    """Write links now, in the order given; holds the chains until the transaction ends."""
    _complete_seals(env, entries)
    entries = [entry for entry in entries if entry["content"] is not None]
    if not entries:
        return
    chains = {(entry["company_id"], entry["chain"]) for entry in entries}
    signer = get_signer(env)
    # Always in the same order, so that two transactions never wait for each other.
    heads = {key: _lock_head(env, *key) for key in sorted(chains)}
    alarms = _prepare_alarms(env, heads, signer)
    _date_alarms(alarms, entries, heads)
    rows = []
    for entry in alarms + entries:
        key = entry["company_id"], entry["chain"]
        if entry["kind"] == COPIED:
            entry, heads[key] = _begin_anew(entry, heads[key])
        row = _prepare_row(env, entry, heads[key], signer)
        heads[key] = row["number"], row["hash"], row["signature"], row["key_id"], row["date"]
        rows.append(row)
    _insert(env, rows)
    _schedule_heads(env, rows)


def _prepare_alarms(env, heads, signer) -> list[dict]:
    """Return a link that tells of the one before it, where nobody signed that one.

    To sign what follows would cover it up: the alarm has it verified for ever.
    """
    alarms = []
    for (company_id, chain), (number, hash_, signature, key_id, _date) in heads.items():
        # A change of key has the last link before it verified anyway.
        if key_id == signer.key_id and not signer.has_signed(hash_, signature):
            company = env["res.company"].browse(company_id)
            alarms += prepare_entries(env, "alarm", None, company, {"link": number}, chain)
    return alarms


def _date_alarms(alarms, entries, heads):
    """Have an alarm dated by the clock where a declaration of its chain follows.

    The unsigned link may be dated in the future: the declaration is the way out of that.
    """
    declared = {
        (entry["company_id"], entry["chain"]) for entry in entries if entry["kind"] in DECLARED
    }
    for key in declared & {(alarm["company_id"], alarm["chain"]) for alarm in alarms}:
        heads[key] = (*heads[key][:-1], None)


def _begin_anew(entry, head) -> tuple[dict, tuple]:
    """Return the first link of the chain of a copy, and what it follows: nothing.

    It names the last link of the original, which is not its own past.
    """
    number, hash_, _signature, key_id, date = head
    original = {"number": number, "hash": hash_, "key": key_id}
    content = {**entry["content"], "original": original}
    return {**entry, "content": content}, (number, ORIGIN, "", key_id, date)


def _complete_seals(env, entries):
    """Give the seals among these entries the content of their documents, now."""
    by_model = {}
    for entry in entries:
        if entry["content"] == SEAL:
            by_model.setdefault(entry["res_model"], []).append(entry)
    for model_name, seals in by_model.items():
        env[model_name]._fill_seals(seals)


def _lock_head(env, company_id, chain) -> tuple[int, str, str, str, datetime | None]:
    """Lock a chain; return the number, fingerprint, signature, key and date of its last link.

    Waits until no other transaction writes the chain, and keeps it until this one ends.
    """
    query = SQL(
        "SELECT number, hash, signature, key_id, %s FROM koban_event WHERE company_id = %s "
        "AND chain = %s AND number IS NOT NULL ORDER BY number DESC LIMIT 1",
        DATE,
        company_id,
        chain,
    )
    env.cr.execute(
        SQL(
            "SELECT own.* FROM (SELECT pg_advisory_xact_lock(%s, %s)) locked "
            "LEFT JOIN LATERAL (%s) own ON true",
            LOCK_SPACE,
            company_id * 2 + CHAIN_NAMES.index(chain),
            query,
        )
    )
    own = env.cr.fetchall()
    # What others committed since this transaction began is out of its sight.
    heads = own + fetch_committed(env, "koban_event", query)
    known = (head for head in heads if head[0])
    return max(known, key=lambda head: head[0], default=(0, ORIGIN, "", "", None))


def _prepare_row(env, entry, head, signer) -> dict:
    number, previous, previous_signature, _key_id, last = head
    _check_end(env, entry["company_id"], number)
    # A declaration goes back, and says so; nothing else does.
    now = get_link_date(env, None if entry["kind"] in DECLARED else last)
    database = identify(env).code
    content, notes = dumps(entry["content"]), dumps(entry["notes"])
    link = Link(
        chain=entry["chain"],
        company=entry["company_id"],
        number=number + 1,
        date=now.isoformat(),
        kind=entry["kind"],
        user=entry["user_id"],
        user_name=entry["user_name"],
        model=entry["res_model"],
        record=entry["res_id"],
        label=entry["res_name"],
        content=content,
        notes=notes,
        previous=previous,
        previous_signature=previous_signature,
        key=signer.key_id,
        algorithm=ALGORITHM,
        database=database,
    )
    fingerprint = link.fingerprint()
    return {
        **entry,
        "number": number + 1,
        "date": now,
        "content": content,
        "notes": notes,
        "algorithm": ALGORITHM,
        "previous_hash": previous,
        "hash": fingerprint,
        "signature": signer.sign(fingerprint),
        "key_id": signer.key_id,
        "database": database,
    }


def _check_end(env, company_id, number):
    if number < MAX_NUMBER:
        return
    company = env["res.company"].browse(company_id)
    env = speaking(env)
    message = env._(
        "The journal of %(company)s ends with the link no. %(number)s, and there is no greater "
        "number: somebody wrote it past the software, and nothing can be validated after it. Keep "
        "a backup as evidence, have the administrator of the server take that link out of the "
        "database, and run the verification.",
        company=company.name,
        number=number,
    )
    raise DocumentError(message, "journal_end", model=JOURNAL, number=number)


def _insert(env, rows):
    env.cr.execute_values(
        f"INSERT INTO koban_event ({', '.join(COLUMNS)}) VALUES %s",
        [tuple(row[name] for name in COLUMNS) for row in rows],
        page_size=len(rows),
    )
    for model_name in {row["res_model"] for row in rows}:
        if model_name and "seal_id" in env[model_name]._fields:
            env[model_name].invalidate_model(["seal_id"], flush=False)


def _schedule_heads(env, rows):
    """Record the heads of chains outside the database, once the links are there."""
    callbacks, database = env.cr.postcommit, env.cr.dbname
    recorded = _recorded.get(callbacks)
    if not recorded:
        recorded = _recorded.keep(callbacks, Recorded())
        callbacks.add(lambda: record_heads(database, recorded))
    for row in rows:
        recorded.companies.add(row["company_id"])
        recorded.anew |= row["kind"] in (MOVED, COPIED) or _tells_gone(row)
    if begun := {(row["company_id"], row["chain"]) for row in rows if row["number"] == 1}:
        _begin_heads(env, begun)


def _tells_gone(row) -> bool:
    """Whether a link says that the file of heads is gone, and why."""
    return row["kind"] == KIND and row["content"].startswith(GONE)


def _begin_heads(env, begun):
    """Make the file of heads with the first links of all: a crash after their commit leaves it."""
    if has_file(env.cr.dbname):
        return
    others = "SELECT EXISTS (SELECT FROM koban_event WHERE ((company_id, chain) IN %s) IS NOT TRUE)"
    env.cr.execute(SQL(others, tuple(begun)))
    if env.cr.fetchone()[0]:
        return  # it was there, and is gone
    try:
        append_heads(env.cr.dbname, [], create=True)
    except ProofFileError as error:
        _logger.error("File of the heads of the chains not made: %s", error)


def record_heads(database, recorded):
    """Write the heads of the chains of companies at the end of the recorded ones.

    A file that is gone is not begun anew by the next link: the verification would find nothing.
    """
    try:
        found = reader.fetch(database, get_heads_query(recorded.companies))
        append_heads(database, [Head(*row) for row in found], recorded.anew)
    except (psycopg2.Error, ProofFileError) as error:
        # The links are safe; the verification tells that their heads are not recorded.
        _logger.error("Heads of the chains not recorded: %s", error)


def get_heads_query(company_ids) -> SQL:
    """Return the query of the last link of each chain of companies."""
    # Each head by the index: the whole chain would be read otherwise.
    return SQL(
        "SELECT owner.company, owner.chain, last.number, last.hash "
        "FROM (SELECT * FROM unnest(%s) company, unnest(%s) chain) owner, "
        "LATERAL (SELECT number, hash FROM koban_event e WHERE e.company_id = "
        "owner.company AND e.chain = owner.chain ORDER BY number DESC LIMIT 1) last "
        "ORDER BY 1, 2",
        sorted(company_ids),
        list(CHAIN_NAMES),
    )
