"""Which database this is: its copy is another one, with all that stands in it.

Its identity is that of the PostgreSQL server, of the database in it and of what the host calls it:
a copy, a restored backup and a neutralised database have another one. It does not stand in the
database, and is compared with what was declared there.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from odoo.tools import SQL

from .canonical import dumps
from .connections import fetch_committed

TABLE = "koban_database"
# The last one comes first.
LAST_DECLARED = SQL("SELECT id, identity, kind FROM koban_database ORDER BY id DESC LIMIT 1")
# Kinds of declarations: where the first key was made, and what a person said since.
ORIGINAL, MOVED, COPIED = "original", "moved", "copied"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which database a connection leads to.

    :param code: 32 hexadecimal digits
    :param name: of the database, for people
    """

    code: str
    name: str


# A connection leads to one database for as long as it lasts.
_identities = WeakKeyDictionary()


def identify(env) -> Identity:
    """Return which database this is; asked once for each connection."""
    connection = env.cr._cnx
    found = _identities.get(connection)
    if not found:
        found = _identities[connection] = _read_identity(env.cr)
    return found


def _read_identity(cr) -> Identity:
    cr.execute(
        SQL(
            """
            SELECT d.oid::bigint, d.datname,
                   has_function_privilege(to_regprocedure('pg_control_system()')::oid, 'EXECUTE'),
                   (SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'),
                   EXISTS (SELECT FROM ir_config_parameter
                           WHERE key = 'database.is_neutralized'
                                 AND lower(value) NOT IN ('', '0', 'f', 'false'))
            FROM pg_database d WHERE d.datname = current_database()
            """
        )
    )
    oid, name, readable, uuid, neutralized = cr.fetchone()
    system = ""
    if readable:  # a hosted server may keep it to itself
        cr.execute(SQL("SELECT system_identifier::text FROM pg_control_system()"))
        [(system,)] = cr.fetchall()
    # Not its name: to rename a database makes no second one.
    parts = {"system": system, "oid": oid, "uuid": uuid or "", "neutralized": neutralized}
    return Identity(hashlib.sha256(dumps(parts).encode()).hexdigest()[:32], name)


def read_declared(env) -> tuple[str, str]:
    """Return identity and kind of the last declaration, of this transaction or committed.

    Empty texts before the first.
    """
    env.cr.execute(LAST_DECLARED)
    found = env.cr.fetchall() + fetch_committed(env, TABLE, LAST_DECLARED)
    _id, identity, kind = max(found, default=(0, "", ""))
    return identity, kind


def write_declared(env, kind: str, reason: str) -> None:
    """Put on record which database signs from now on."""
    identity = identify(env)
    env.cr.execute(
        SQL(
            "INSERT INTO koban_database (identity, name, kind, date, user_id, reason) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            identity.code,
            identity.name,
            kind,
            datetime.utcnow().replace(microsecond=0),
            env.uid,
            reason or None,
        )
    )
