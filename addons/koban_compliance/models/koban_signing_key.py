import logging
from datetime import datetime

import psycopg2
from odoo import api, fields, models, tools
from odoo.tools import SQL

from odoo.addons.koban_document.exceptions import DocumentError, speaking

from ..proof import keys
from ..proof.files import ProofFileError
from ..tools.connections import fetch_committed, reader
from .append_only import forbid_changes
from .koban_event import LOCK_SPACE

_logger = logging.getLogger(__name__)

# Among the locks of chains, which begin at twice the id of a company.
LOCK_KEYS = 0
# The last key comes first.
DECLARED = SQL("SELECT id, key_id FROM koban_signing_key ORDER BY id DESC")


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
        if self._name in self.env.cr.postcommit.data:
            return self._read_current_key_id()  # other transactions must not see it yet
        return self._get_cached_key_id()

    @api.model
    @tools.ormcache()
    def _get_cached_key_id(self) -> str:
        return self._read_current_key_id()

    @api.model
    def _read_current_key_id(self) -> str:
        self.env.cr.execute(SQL("%s LIMIT 1", DECLARED))
        row = self.env.cr.fetchone()
        return row[1] if row else ""

    @api.model
    def _get_signer(self) -> keys.Signer:
        """Return the signer of this database, made at first use.

        :raise DocumentError: code ``signing_key``: the key file is missing, unreadable,
            or not the one declared
        """
        current = self._get_current_key_id()
        declared = self.env.cr.postcommit.data.get(self._name)
        if declared and declared.key_id == current:
            return declared
        try:
            signer = keys.load(self.env.cr.dbname)
            if signer.key_id == current:
                return signer
        except ProofFileError:
            pass  # told below, unless the key waits beside
        return self._find_signer()

    @api.model
    def _find_signer(self) -> keys.Signer:
        """Return the signer of the key that is declared now, beyond what the caches hold.

        A key that a crash left beside its place is put there.
        """
        self.env.cr.execute(SQL("%s LIMIT 1", DECLARED))
        own = self.env.cr.fetchall()
        committed = fetch_committed(self.env, self._table, SQL("%s LIMIT 1", DECLARED))
        current = max(own + committed, default=None)
        if not current:
            return self._declare_first()
        try:
            signer = keys.find(self.env.cr.dbname, current[1])
        except ProofFileError as error:
            raise self._refuse_file(error.reason, error.path) from error
        if current in committed:
            settle_key(self.env.registry, signer.key_id)
        return signer

    @api.model
    def _declare_first(self) -> keys.Signer:
        self._lock_keys()
        if fetch_committed(self.env, self._table, SQL("%s LIMIT 1", DECLARED)):
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
        database, registry = self.env.cr.dbname, self.env.registry
        self.env.cr.postcommit.data[self._name] = signer
        self.env.cr.postcommit.add(lambda: settle_key(registry, signer.key_id))
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
        self.env.registry.clear_cache()

    @api.model
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


def settle_key(registry, key_id):
    """Put a key that a transaction declared into its place, now that it is committed."""
    database = registry.db_name
    try:
        declared = [found for _id, found in reader.fetch(database, DECLARED)]
        if key_id in declared:
            if keys.settle(database, declared[0]):
                _logger.info("The signing key %s is in its place", declared[0])
        else:  # the declaration was rolled back to a savepoint
            keys.discard(database, key_id)
    except (psycopg2.Error, ProofFileError) as error:
        # The key is declared and on the disk: the next validation puts it in its place.
        _logger.error("Signing key %s not put in its place: %s", key_id, error)
    registry.clear_cache()
