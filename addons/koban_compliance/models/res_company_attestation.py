import json

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.koban_document.guard import get_changed


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _get_compliance_parameters(self) -> set[str]:
        """Names of the fields of the company that bear on compliance (law.md checklist 15).

        Their change asks for a new attestation. Extend it for each parameter that is added::

            def _get_compliance_parameters(self):
                return super()._get_compliance_parameters() | {"closing_day"}
        """
        return {"document_guard"}

    def _get_parameter_values(self) -> dict:
        """Return the compliance parameters of the company, as JSON takes them."""
        self.ensure_one()
        company = self.sudo()  # settings of the company, the same for every reader
        values = {
            name: company._fields[name].convert_to_read(company[name], company, False) or False
            for name in sorted(company._get_compliance_parameters())
        }
        return json.loads(json.dumps(values, default=str))  # dates as text

    def _get_compliance_administrators(self):
        """Return who is told of an alarm of the company."""
        self.ensure_one()
        group = self.env.ref("koban_document.group_manager")
        domain = Domain("all_group_ids", "in", group.ids) & Domain("company_ids", "in", self.ids)
        # Who administers is no secret of the person whose action raises the alarm.
        return self.env["res.users"].sudo().search(domain & Domain("share", "=", False))

    def write(self, vals):
        changed = get_changed(self, vals, self._get_compliance_parameters())
        result = super().write(vals)
        if changed:
            # The change counts, whoever made it.
            self.env["koban.attestation"].sudo()._get_current(changed)._check()
        return result
