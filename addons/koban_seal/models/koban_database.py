from odoo import api, fields, models, tools

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.database import COPIED, MOVED, ORIGINAL, identify, read_declared
from ..tools.declaration import declare_database

KINDS = [(ORIGINAL, "Original"), (MOVED, "Original, Moved"), (COPIED, "Copy")]


class KobanDatabase(models.Model):
    """The databases that signed the chains, one after the other: the last one is this one.

    A database that was copied, restored, moved or neutralised is another one than the last. It
    signs nothing until a person says whether it is the original or a copy (DESIGN §3).
    """

    _name = "koban.database"
    _description = "Declared Database"
    _order = "id desc"
    _log_access = False
    _inherit = ["koban.append.only.mixin"]

    identity = fields.Char(
        required=True,
        readonly=True,
        help="Of the PostgreSQL server, of the database in it, and of what Odoo calls it. Each "
        "link of the journal names it.",
    )
    name = fields.Char(string="Database", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Datetime(string="Since", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Declared by", readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True)

    # ------------------------------------------------------------------
    # Which database this is
    # ------------------------------------------------------------------
    @api.model
    @public
    def get_state(self) -> dict:
        """Return which database this is.

        :return: ``{"state", "identity", "name"}``; the state is ``new`` (nothing was signed yet),
            ``original``, ``moved``, ``copied``, or ``undeclared``: it was copied, restored, moved
            or neutralised, and nothing is signed until somebody says which
        :raise AccessError: the user may not read the journal
        """
        self.check_access("read")
        identity = identify(self.env)
        return {"state": self._get_state(), "identity": identity.code, "name": identity.name}

    @api.model
    def _get_state(self) -> str:
        """Return the state of :meth:`get_state`."""
        declared, kind = read_declared(self.env)
        if declared and declared != identify(self.env).code:
            return "undeclared"
        return kind or "new"

    @api.model
    @tools.ormcache()
    def _is_copy(self) -> bool:
        """Whether this database was declared a copy: its papers say so."""
        _identity, kind = read_declared(self.env)
        return kind == COPIED

    # ------------------------------------------------------------------
    # Saying which
    # ------------------------------------------------------------------
    @api.model
    @public
    def declare_moved(self, reason: str) -> str:
        """Say that this is the original, moved here: its chains go on, with a key of its own.

        For a database that was restored, moved to another server or neutralised, and for one that
        was declared a copy by mistake.

        :param reason: told to the auditor
        :return: fingerprint of the new key
        :raise AccessError: the user is no administrator of commercial management
        :raise DocumentError: codes ``database_reason``, ``database_known``
        """
        self._check_declaration(("undeclared", COPIED))
        if not (reason or "").strip():
            raise DocumentError(
                speaking(self.env)._(
                    "Give the reason why the original is here now: the auditor reads it."
                ),
                "database_reason",
            )
        return declare_database(self.env, MOVED, reason.strip())

    @api.model
    @public
    def declare_copy(self, reason: str = "") -> str:
        """Say that this is a copy: it has its own key and chains, and its papers say so.

        :param reason: told to the auditor
        :return: fingerprint of the new key
        :raise AccessError: the user is no administrator of commercial management
        :raise DocumentError: code ``database_known``
        """
        self._check_declaration(("undeclared", ORIGINAL, MOVED))
        return declare_database(self.env, COPIED, (reason or "").strip())

    @api.model
    def _check_declaration(self, states):
        # Who asks, whatever rights the code that asks for him took.
        self.env["koban.event"].with_user(self.env.user)._check_manager()
        if self._get_state() not in states:
            raise DocumentError(
                speaking(self.env)._(
                    "There is nothing to say: this database is the one that signed last, or it "
                    "has signed nothing yet."
                ),
                "database_known",
                model=self._name,
            )
