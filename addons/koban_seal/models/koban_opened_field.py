from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

from ..tools.journal import record_event


class KobanOpenedField(models.Model):
    """The journals tell which fields were opened and closed, by whom, when and why (DESIGN §2)."""

    _inherit = "koban.opened.field"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        opened = super().create(vals_list)
        opened._record_opening("opened")
        return opened

    @override
    def unlink(self):
        self._record_opening("closed")
        return super().unlink()

    def _record_opening(self, state):
        # The documents of all companies get the field, whichever the administrator sees.
        guarded = self.env["res.company"].sudo().search([("document_guard", "=", True)])
        told = {
            opened.id: {"fields": opened.display_name, "reason": opened.reason, "state": state}
            for opened in self
        }
        for company in guarded if told else ():
            record_event(self.env, "parameter", self, company, told)
