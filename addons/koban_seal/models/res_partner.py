from odoo import models

IDENTITY = ("street", "street2", "zip", "city", "vat", "company_registry")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_identity(self) -> dict:
        """Return who a party is today, for the seal of a document."""
        if not self:
            return {}
        values = {name: self[name] for name in IDENTITY if self[name]}
        if self.country_id:
            values["country"] = self.country_id.code
        return {"id": self.id, "name": self.name or "", **values}
