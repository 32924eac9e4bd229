from datetime import datetime

from odoo import api, fields, models, tools
from odoo.tools import SQL

from odoo.addons.koban_document.exceptions import DocumentError, speaking

from ..proof import keys
from ..proof.files import ProofFileError
from .append_only import forbid_changes


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
    @tools.ormcache()
    def _get_current_key_id(self) -> str:
        """Return the fingerprint of the key declared last, empty before the first."""
        self.env.cr.execute(
            SQL("SELECT key_id FROM %s ORDER BY id DESC LIMIT 1", SQL.identifier(self._table))
        )
        row = self.env.cr.fetchone()
        return row[0] if row else ""

    @api.model
    def _get_signer(self) -> keys.Signer:
        """Return the signer of this database, made at first use.

        :raise DocumentError: code ``signing_key``: the key file is missing, unreadable,
            or not the one declared
        """
        database = self.env.cr.dbname
        current = self._get_current_key_id()
        try:
            if not current:
                signer = keys.load(database) if keys.has_file(database) else keys.make(database)
                self._declare(signer, "")
                return signer
            signer = keys.load(database)
        except ProofFileError as error:
            raise self._refuse_file(error.reason, error.path) from error
        if signer.key_id != current:
            raise self._refuse_file("other", keys.get_directory(database) / keys.FILE_NAME)
        return signer

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
        """Record a public key; from now on it signs every chain."""
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
        database = self.env.cr.dbname
        try:
            keys.set_aside(database, datetime.utcnow().strftime("%Y%m%d%H%M%S"))
            signer = keys.make(database)
        except (ProofFileError, OSError) as error:
            raise self._refuse_file("unwritable", keys.get_directory(database)) from error
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
