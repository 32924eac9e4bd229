from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # The host re-attributes documents by SQL, which no guard sees.
        partners = self.env["res.partner"].browse(partner_ids).exists()
        kept = dst_partner or self._get_ordered_partner(partners.ids)[-1:]
        (partners - kept)._check_not_in_documents(emptied=False, operation="write")
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
