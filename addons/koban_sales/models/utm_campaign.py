from odoo import models


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    def _compute_quotation_count(self):
        real = self.with_context(without_test_documents=True)
        return super(UtmCampaign, real)._compute_quotation_count()
