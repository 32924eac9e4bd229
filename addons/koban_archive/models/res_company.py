import json

from odoo import models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_attested_values(self) -> dict:
        """Return the attested parameters of the company as they are, as JSON takes them."""
        self.ensure_one()
        company = self.sudo()  # settings of the company, the same for every reader
        values = {
            name: company._fields[name].convert_to_read(company[name], company, False) or False
            for name in sorted(company._get_attested_parameters())
        }
        return json.loads(json.dumps(values, default=str))  # dates as text

    def _get_compliance_administrators(self):
        """Return who is told of an alarm of the company."""
        self.ensure_one()
        group = self.env.ref("koban_guard.group_manager")
        domain = Domain("all_group_ids", "in", group.ids) & Domain("company_ids", "in", self.ids)
        # Who administers is no secret of the person whose action raises the alarm.
        return self.env["res.users"].sudo().search(domain & Domain("share", "=", False))

    @override
    def write(self, vals):
        changed = get_changed(self, vals, self._get_attested_parameters())
        result = super().write(vals)
        if changed:
            # The change counts, whoever made it.
            self.env["koban.attestation"].sudo()._get_current(changed)._check()
        return result
