from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.journal import record_event


class ResUsers(models.Model):
    """The switch “mode TEST” of each user (row 2-62)."""

    _inherit = "res.users"

    test_mode = fields.Boolean(
        string="Mode TEST",
        copy=False,
        readonly=True,
        help="The documents that this user creates are fictitious.",
    )

    @api.model
    def _get_test_mode_groups(self) -> set[str]:
        """Return the groups whose users make documents, and so may work in TEST."""
        return {"account.group_account_invoice"}

    def _is_test_mode_available(self) -> bool:
        """Whether the user makes documents of a company whose documents are guarded."""
        self.ensure_one()
        if not any(self.has_group(group) for group in self._get_test_mode_groups()):
            return False
        # The switches of the companies alone.
        return any(company.document_guard for company in self.sudo().company_ids)

    @api.model
    @public
    def action_toggle_test_mode(self, active: bool | None = None) -> bool:
        """Switch the mode TEST of the current user on or off; each change is recorded.

        :param active: the mode wanted; the other one by default
        :return: whether the mode is now on
        :raise AccessError: for a user who makes no documents
        """
        user = self.env.user
        wanted = not user.test_mode if active is None else bool(active)
        if wanted and not user._is_test_mode_available():
            raise AccessError(
                speaking(self.env)._(
                    "The mode TEST is for users who make invoices, orders or purchases of a "
                    "company whose documents are protected."
                )
            )
        if wanted != user.test_mode:
            user.sudo().test_mode = wanted  # his own switch; write() records it
        return wanted

    @api.model_create_multi
    @override
    def create(self, vals_list):
        # A mode that nobody switched on would not be in the journal.
        return super().create([{**vals, "test_mode": False} for vals in vals_list])

    @override
    def write(self, vals):
        changed = self.browse()
        if "test_mode" in vals:
            changed = self.filtered(lambda user: user.test_mode != bool(vals["test_mode"]))
        result = super().write(vals)
        if changed:
            changed._record_test_mode(bool(vals["test_mode"]))
        return result

    def _record_test_mode(self, active):
        """Record the switch in the journal of each company of the user, and tell his screens."""
        kind = "test_on" if active else "test_off"
        for user in self:
            detail = {user.id: {"user": user.name, "login": user.login}}
            for company in user.company_ids.filtered("document_guard"):
                record_event(self.env, kind, user, company=company, detail=detail, chain="test")
            user._bus_send("koban_test_mode.switched", {"active": active})
