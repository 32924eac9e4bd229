from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_opportunity(self, *args, **kwargs):
        # The orders, validated ones too, follow the opportunity that stays.
        context = self.order_ids._prepare_pass_context(fields={"opportunity_id"})
        merged = super(CrmLead, self.with_context(**context))._merge_opportunity(*args, **kwargs)
        return merged.with_env(self.env)

    def _get_lead_quotation_domain(self):
        return [*super()._get_lead_quotation_domain(), ("is_test", "=", False)]
