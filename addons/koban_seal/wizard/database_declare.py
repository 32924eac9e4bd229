from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public

from ..tools.database import COPIED, MOVED


class KobanDatabaseDeclare(models.TransientModel):
    """Asks whether a database that was copied, restored or moved is the original or a copy."""

    _name = "koban.database.declare"
    _description = "Say Which Database This Is"

    kind = fields.Selection(
        [(MOVED, "This is the original, moved"), (COPIED, "This is a copy")],
        string="This Database",
        required=True,
    )
    reason = fields.Char(
        help="Read by the auditor: which backup was restored and why, to which server the database "
        "was moved, what the copy is for."
    )

    @public(one=True)
    def action_declare(self) -> dict:
        """Put it on record, and show the declared databases."""
        databases = self.env["koban.database"]
        if self.kind == MOVED:
            databases.declare_moved(self.reason or "")
        else:
            databases.declare_copy(self.reason or "")
        return self.env["ir.actions.act_window"]._for_xml_id("koban_seal.action_koban_database")
