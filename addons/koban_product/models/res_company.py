from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override


class ResCompany(models.Model):
    """Groups of companies, in which the code of an article is one (row 4-21)."""

    _inherit = "res.company"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        # Articles that all share are of the new ones too; nobody may write there himself.
        self.env["koban.product.code"].sudo()._open_group(companies)
        return companies
