from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

# What decides whether the documents of a company are protected.
GUARDED_BY = frozenset({"account_fiscal_country_id", "country_id", "document_guard", "parent_id"})


class ResCompany(models.Model):
    """Groups of companies, in which the code of an article is one (row 4-21)."""

    _inherit = "res.company"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(company.document_guard and not company.parent_id for company in companies):
            # Articles that all share are of the new ones too; nobody may write there himself.
            self.env["koban.product.code"].sudo()._follow_groups()
        return companies

    @override
    def write(self, vals):
        if GUARDED_BY.isdisjoint(vals):
            return super().write(vals)
        codes = self.env["koban.product.code"].sudo()  # as above
        before = codes._get_guarded()
        result = super().write(vals)
        if codes._get_guarded() != before:
            codes._follow_groups()
        return result
