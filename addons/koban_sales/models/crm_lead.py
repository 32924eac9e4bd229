from odoo import models

from odoo.addons.koban_guard.tools.passes import open_pass


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_opportunity(self, *args, **kwargs):
        # The orders, validated ones too, follow the opportunity that stays.
        with open_pass(self.order_ids, fields={"opportunity_id"}):
            return super()._merge_opportunity(*args, **kwargs)

    def _get_lead_quotation_domain(self):
        return [*super()._get_lead_quotation_domain(), ("is_test", "=", False)]
