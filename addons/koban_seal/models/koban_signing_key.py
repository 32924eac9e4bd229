import logging
from contextlib import suppress
from datetime import datetime

import psycopg2
from odoo import api, fields, models, tools
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools import keys
from ..tools.connections import fetch_committed, reader
from ..tools.files import ProofFileError
from .append_only import forbid_changes
from .koban_event import LOCK_SPACE

_logger = logging.getLogger(__name__)

# Among the locks of chains, which begin at twice the id of a company.
LOCK_KEYS = 0
# The last key comes first.
DECLARED = SQL("SELECT id, key_id FROM koban_signing_key ORDER BY id DESC")
LAST_DECLARED = SQL("%s LIMIT 1", DECLARED)


class KobanSigningKey(models.Model):
    """Public keys that the chains were signed with. The private one is a file of the server."""

    _name = "koban.signing.key"
    _description = "Signing Key"
    _order = "id desc"
    _rec_name = "key_id"
    _log_access = False
    _inherit = ["koban.append.only.mixin"]

    key_id = fields.Char(string="Fingerprint", required=True, readonly=True)
    public_key = fields.Text(required=True, readonly=True)
    date = fields.Datetime(string="In Use Since", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Declared by", readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True)

    _key_id_unique = models.Constraint("UNIQUE (key_id)", "A signing key is declared once.")

    def init(self):
        forbid_changes(self.env.cr, self._table)

    @api.model
    def _get_current_key_id(self) -> str:
        """Return the fingerprint of the key declared last, empty before the first."""
        self.env.cr.execute(LAST_DECLARED)
        row = self.env.cr.fetchone()
        return row[1] if row else ""

    @api.model
    @tools.ormcache("key_id")
    def _confirm(self, key_id) -> bool:
        """Tell once that a key is the current one, as all transactions see it.

        :raise LookupError: it is not, which is not remembered
        """
        committed = fetch_committed(self.env, self._table, LAST_DECLARED)
        if [found for _id, found in committed] != [key_id]:
            raise LookupError(key_id)
        return True

    @api.model
    def _get_signer(self) -> keys.Signer:
        """Return the signer of this database, made at first use.

        :raise DocumentError: code ``signing_key``: the key file is missing, unreadable,
            or not the one declared
        """
        declared = self.env.cr.postcommit.data.get(self._name)
        if declared:  # by this transaction, which nobody else must know of yet
            if declared.key_id == self._get_current_key_id():
                return declared
            return self._find_signer()  # its declaration was rolled back to a savepoint
        with suppress(ProofFileError, LookupError):
            signer = keys.load(self.env.cr.dbname)
            if not keys.has_staged(self.env.cr.dbname):
                self._confirm(signer.key_id)
                return signer
        return self._find_signer()

    @api.model
    def _find_signer(self) -> keys.Signer:
        """Return the signer of the key that is declared now, wherever its file is."""
        self.env.cr.execute(LAST_DECLARED)
        own = self.env.cr.fetchall()
        committed = fetch_committed(self.env, self._table, LAST_DECLARED)
        if not own and not committed:
            return self._declare_first()
        _id, key_id = max(own + committed)
        self._settle()
        try:
            return keys.find(self.env.cr.dbname, key_id)
        except ProofFileError as error:
            raise self._refuse_file(error.reason, error.path) from error

    @api.model
    def _settle(self):
        """Put the file of the declared key into its place, if a crash left it beside."""
        for _id, key_id in fetch_committed(self.env, self._table, LAST_DECLARED):
            settle_key(self.env.cr.dbname, key_id)

    @api.model
    def _declare_first(self) -> keys.Signer:
        self._lock_keys()
        if fetch_committed(self.env, self._table, LAST_DECLARED):
            return self._find_signer()  # another transaction declared one meanwhile
        database = self.env.cr.dbname
        try:
            signer = keys.load(database) if keys.has_file(database) else keys.stage(database)
        except ProofFileError as error:
            raise self._refuse_file(error.reason, error.path) from error
        self._declare(signer, "")
        return signer

    @api.model
    def _lock_keys(self):
        """Have one transaction at a time declare keys, until it ends."""
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_SPACE, LOCK_KEYS))

    @api.model
    def _refuse_file(self, reason, path) -> DocumentError:
        env = speaking(self.env)
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
            "Put the file back from its backup (%(path)s), or have an administrator declare a "
            "new key: Compliance > Signing Keys.",
            reason=reasons[reason],
            path=path,
        )
        return DocumentError(message, "signing_key", reason=reason)

    def _declare(self, signer, reason):
        """Record a public key; from now on it signs every chain.

        Its file takes its place once the transaction is committed.
        """
        database = self.env.cr.dbname
        self.env.cr.postcommit.data[self._name] = signer
        self.env.cr.postcommit.add(lambda: settle_key(database, signer.key_id))
        self.env.cr.postrollback.add(lambda: keys.discard(database, signer.key_id))
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (key_id, public_key, date, user_id, reason) "
                "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (key_id) DO NOTHING",
                SQL.identifier(self._table),
                signer.key_id,
                signer.public_pem,
                datetime.utcnow().replace(microsecond=0),
                self.env.uid,
                reason or None,
            )
        )

    @api.model
    @public
    def declare_new_key(self, reason: str) -> str:
        """Make a new key and sign with it from now on; each company's chain records it.

        For a copy of a database, or a key file that was lost or read by others. What was
        signed before stays verifiable with the earlier key.

        :param reason: told to the auditor
        :return: fingerprint of the new key
        :raise AccessError: the user is no administrator of commercial management
        """
        self.env["koban.event"]._check_manager()
        if not (reason or "").strip():
            raise DocumentError(
                speaking(self.env)._(
                    "Give the reason why another key signs from now on: the auditor reads it."
                ),
                "signing_key_reason",
            )
        self._lock_keys()
        try:
            signer = keys.stage(self.env.cr.dbname)
        except ProofFileError as error:
            raise self._refuse_file(error.reason, error.path) from error
        previous = self._get_current_key_id()
        self._declare(signer, reason.strip())
        # What was confirmed before: the file of an earlier key must not pass, if it comes back.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
        self._record_declared(previous, signer, reason.strip())
        return signer.key_id

    def _record_declared(self, previous, signer, reason):
        Event = self.env["koban.event"]
        Company = self.env["res.company"].sudo()  # the key signs the chains of all
        for company in Company.search([("document_guard", "=", True)]):
            Event._record(
                "key_declared",
                company=company,
                detail={"previous": previous, "key": signer.key_id, "reason": reason},
            )


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
