from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanSigningKeyDeclare(models.TransientModel):
    """Asks why another key signs from now on."""

    _name = "koban.signing.key.declare"
    _description = "Declare a New Signing Key"

    reason = fields.Char(required=True, help="Read by the auditor: lost file, key disclosed.")

    @public(one=True)
    def action_declare(self) -> dict:
        """Make the key and show the keys."""
        self.env["koban.signing.key"].declare_new_key(self.reason)
        return self.env["ir.actions.act_window"]._for_xml_id("koban_seal.action_koban_signing_key")
