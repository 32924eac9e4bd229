from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanVerificationCode(models.TransientModel):
    """Asks for codes printed on closings: the chain must still hold their links."""

    _name = "koban.verification.code"
    _description = "Compare With Printed Codes"

    codes = fields.Text(
        required=True, help="As printed on the reports of closings, one a line, in any order."
    )

    @public(one=True)
    def action_verify(self) -> dict:
        """Verify the companies of the codes, and show what was found."""
        return self.env["koban.verification"].action_verify_codes(self.codes.splitlines())
