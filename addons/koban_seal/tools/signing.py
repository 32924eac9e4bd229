"""The signer of a database: which key is declared, and where its file is.

Functions, no methods: code typed in a client reaches neither the key nor what signs with it.
"""

import logging
from contextlib import suppress
from datetime import datetime

import psycopg2
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from . import keys
from .connections import fetch_committed, reader
from .database import ORIGINAL, identify, read_declared, write_declared
from .files import ProofFileError
from .kept import Kept

_logger = logging.getLogger(__name__)

# Names the locks of the journal among the advisory locks of the database.
LOCK_SPACE = 286_289
# Among the locks of chains, which begin at twice the id of a company.
LOCK_KEYS = 0
# The last key comes first.
DECLARED = SQL("SELECT id, key_id FROM koban_signing_key ORDER BY id DESC")
LAST_DECLARED = SQL("%s LIMIT 1", DECLARED)
# The signer that a transaction declared, of which nobody else must know yet.
_declared = Kept("koban.signing.key")


def get_current_key_id(env) -> str:
    """Return the fingerprint of the key declared last, empty before the first."""
    env.cr.execute(LAST_DECLARED)
    row = env.cr.fetchone()
    return row[1] if row else ""


def get_signer(env) -> keys.Signer:
    """Return the signer of this database, made at first use.

    :raise DocumentError: code ``database_copied``: the last signature was made in another
        database; ``signing_key``: the key file is missing, unreadable, or not the one declared
    """
    declared = _declared.get(env.cr.postcommit)
    if declared:  # by this transaction, which nobody else must know of yet
        if declared.key_id == get_current_key_id(env):
            return declared
        return _find_signer(env)  # its declaration was rolled back to a savepoint
    with suppress(ProofFileError, LookupError):
        signer = keys.load(env.cr.dbname)
        if not keys.has_staged(env.cr.dbname):
            env["koban.signing.key"]._confirm(signer.key_id, identify(env).code)
            return signer
    return _find_signer(env)


def _find_signer(env) -> keys.Signer:
    """Return the signer of the key that is declared now, wherever its file is."""
    env.cr.execute(LAST_DECLARED)
    own = env.cr.fetchall()
    committed = fetch_committed(env, "koban_signing_key", LAST_DECLARED)
    if not own and not committed:
        return _declare_first(env)
    _id, key_id = max(own + committed)
    identity, _kind = read_declared(env)
    if identity and identity != identify(env).code:
        raise refuse_copy(env)
    settle(env)
    try:
        signer = keys.find(env.cr.dbname, key_id)
    except ProofFileError as error:
        raise refuse_file(env, error.reason, error.path) from error
    if not identity:
        _declare_database(env)
    return signer


def _declare_database(env):
    """Put on record where the key signs, if it did before databases were told apart."""
    lock_keys(env)
    if read_declared(env)[0]:
        return  # another transaction did meanwhile
    write_declared(env, ORIGINAL, "")


def settle(env):
    """Put the file of the declared key into its place, if a crash left it beside."""
    for _id, key_id in fetch_committed(env, "koban_signing_key", LAST_DECLARED):
        settle_key(env.cr.dbname, key_id)


def _declare_first(env) -> keys.Signer:
    lock_keys(env)
    if fetch_committed(env, "koban_signing_key", LAST_DECLARED):
        return _find_signer(env)  # another transaction declared one meanwhile
    database = env.cr.dbname
    try:
        signer = keys.load(database) if keys.has_file(database) else keys.stage(database)
    except ProofFileError as error:
        raise refuse_file(env, error.reason, error.path) from error
    declare(env, signer, "")
    write_declared(env, ORIGINAL, "")
    return signer


def lock_keys(env):
    """Have one transaction at a time declare keys, until it ends."""
    env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_SPACE, LOCK_KEYS))


def refuse_file(env, reason, path) -> DocumentError:
    env = speaking(env)
    # Both texts in full: a sentence made of pieces cannot be translated.
    reasons = {
        "missing": env._("The file of the signing key is missing."),
        "unreadable": env._("The file of the signing key cannot be read."),
        "unwritable": env._("The file of the signing key cannot be written."),
        "invalid": env._("The file of the signing key does not hold a key."),
        "other": env._("The file of the signing key holds another key than the one declared."),
    }
    message = env._(
        "%(reason)s Nothing can be validated without a signature, and nothing was changed. "
        "Put the file back from its backup (%(path)s: the directory bears the name of the "
        "database), or have an administrator declare a new key: Compliance > Signing Keys.",
        reason=reasons[reason],
        path=path,
    )
    return DocumentError(message, "signing_key", reason=reason)


def refuse_copy(env) -> DocumentError:
    message = speaking(env)._(
        "This database was copied, restored, moved or neutralised since it last signed, and it "
        "cannot know whether it is the original or a copy. Nothing can be validated until an "
        "administrator of commercial management says which, and nothing was changed: "
        "Compliance > Declared Databases > Original or Copy…"
    )
    return DocumentError(message, "database_copied", model="koban.database")


def declare(env, signer, reason):
    """Record a public key; from now on it signs every chain.

    Its file takes its place once the transaction is committed.
    """
    database = env.cr.dbname
    _declared.keep(env.cr.postcommit, signer)
    env.cr.postcommit.add(lambda: settle_key(database, signer.key_id))
    env.cr.postrollback.add(lambda: keys.discard(database, signer.key_id))
    env.cr.execute(
        SQL(
            "INSERT INTO koban_signing_key (key_id, public_key, date, user_id, reason) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (key_id) DO NOTHING",
            signer.key_id,
            signer.public_pem,
            datetime.utcnow().replace(microsecond=0),
            env.uid,
            reason or None,
        )
    )


def declare_new(env, reason) -> keys.Signer:
    """Make a key, and declare that it signs from now on.

    :raise DocumentError: code ``signing_key``: its file cannot be written
    """
    lock_keys(env)
    try:
        signer = keys.stage(env.cr.dbname)
    except ProofFileError as error:
        raise refuse_file(env, error.reason, error.path) from error
    declare(env, signer, reason)
    # What was confirmed before: the file of an earlier key must not pass, if it comes back.
    env.cr.postcommit.add(env.registry.clear_cache)
    return signer


def settle_key(database, key_id):
    """Put a key that a transaction declared into its place, now that it is committed."""
    try:
        declared = [found for _id, found in reader.fetch(database, DECLARED)]
        if key_id not in declared:  # the declaration was rolled back to a savepoint
            keys.discard(database, key_id)
        elif keys.settle(database, declared):
            _logger.info("The signing key %s is in its place", declared[0])
    except (psycopg2.Error, ProofFileError) as error:
        # It is declared, and on the disk: what signs or verifies next tries again.
        _logger.error("Signing key %s not put in its place: %s", key_id, error)
