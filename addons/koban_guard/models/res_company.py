from odoo import api, fields, models

from ..exceptions import DocumentError, speaking
from ..tools.overrides import override
from ..tools.passes import FRENCH_COUNTRY_CODES


class ResCompany(models.Model):
    _inherit = "res.company"

    document_guard = fields.Boolean(
        string="Protect Validated Documents",
        compute="_compute_document_guard",
        recursive=True,
        store=True,
        readonly=False,
        tracking=True,
        help="Once validated, orders and invoices can no longer be altered. On from the start in "
        "France (article 286-I-3° bis of the tax code); cannot be switched off once a document of "
        "the company is validated.",
    )

    @api.depends("account_fiscal_country_id", "parent_id.document_guard")
    def _compute_document_guard(self):
        for company in self:
            # Never switched off by a change of country: see write.
            company.document_guard = (
                company.document_guard
                or company.parent_id.document_guard
                or company.account_fiscal_country_id.code in FRENCH_COUNTRY_CODES
            )

    def _has_validated_documents(self) -> bool:
        """Whether a guarded document of the company was validated."""
        self.ensure_one()
        return any(
            model.sudo().search_count(model._get_validated_domain(self), limit=1)  # all users'
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_get_validated_domain")
        )

    @override
    def write(self, vals):
        if "document_guard" in vals and not vals["document_guard"]:
            for company in self.filtered("document_guard"):
                if company._has_validated_documents():
                    raise DocumentError(
                        speaking(self.env)._(
                            "The protection of validated documents of %(company)s cannot be "
                            "switched off: documents were validated under it.",
                            company=company.display_name,
                        ),
                        "document_guard_off",
                        model=self._name,
                        ids=company.ids,
                    )
        return super().write(vals)
