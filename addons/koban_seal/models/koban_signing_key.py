from odoo import api, fields, models, tools

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.connections import fetch_committed
from ..tools.database import LAST_DECLARED as LAST_DATABASE
from ..tools.database import TABLE as DATABASES
from ..tools.database import identify, read_declared
from ..tools.declaration import tell_new_key
from ..tools.signing import LAST_DECLARED, declare_new, get_current_key_id, refuse_copy
from ..tools.takeover import resume_takeovers


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

    @api.model
    @tools.ormcache("key_id", "identity")
    def _confirm(self, key_id, identity) -> bool:
        """Tell once that a key is the current one, and signs in a database, for all transactions.

        :param identity: of the database, see ``tools/database.py``
        :raise LookupError: it is not, which is not remembered
        """
        committed = fetch_committed(self.env, self._table, LAST_DECLARED)
        databases = fetch_committed(self.env, DATABASES, LAST_DATABASE)
        if [found for _id, found in committed] != [key_id]:
            raise LookupError(key_id)
        if [found for _id, found, _kind in databases] != [identity]:
            raise LookupError(identity)
        return True

    @api.model
    @public
    def declare_new_key(self, reason: str) -> str:
        """Make a new key and sign with it from now on; each company's chain records it.

        For a key file that was lost or read by others. What was signed before stays verifiable
        with the earlier key. A database that was copied or moved gets a key of its own by its
        declaration, see ``koban.database``.

        :param reason: told to the auditor
        :return: fingerprint of the new key
        :raise AccessError: the user is no administrator of commercial management
        :raise DocumentError: code ``database_copied``: say first which database this is
        """
        self.env["koban.event"]._check_manager()
        identity, _kind = read_declared(self.env)
        if identity and identity != identify(self.env).code:
            raise refuse_copy(self.env)
        if not (reason or "").strip():
            raise DocumentError(
                speaking(self.env)._(
                    "Give the reason why another key signs from now on: the auditor reads it."
                ),
                "signing_key_reason",
            )
        previous = get_current_key_id(self.env)
        signer = declare_new(self.env, reason.strip())
        tell_new_key(self.env, previous, signer.key_id, reason.strip())
        resume_takeovers(self.env)
        return signer.key_id
