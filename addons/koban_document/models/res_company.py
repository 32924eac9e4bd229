from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyGettext

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import FRENCH_COUNTRY_CODES

from ..ready_models import READY_MODELS


class ResCompany(models.Model):
    _inherit = "res.company"

    support_name = fields.Char(
        string="Customer Service",
        help="Name of the service or person; printed on documents whose model says so.",
    )
    support_phone = fields.Char(string="Customer Service Phone")
    support_email = fields.Char(string="Customer Service E-mail")
    document_model_ids = fields.One2many("koban.document.model", "company_id")

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_ready_models()
        return companies

    @api.model
    def _get_ready_models(self) -> list[tuple]:
        """Return the models a French company starts with: kind, name, values."""
        return READY_MODELS

    def _set_up_models(self):
        """Give companies in use their document models, and the documents there their default.

        These keep it when the default changes, as new ones do.
        """
        self._create_ready_models()
        companies = self.filtered("document_model_ids")
        for model in self.env.values():
            if not model._abstract and hasattr(model, "_get_printable_domain"):
                model.sudo().search(  # the documents of all, when the addon is set up
                    model._get_printable_domain()
                    & Domain("company_id", "child_of", companies.ids)
                    & Domain("document_model_id", "=", False)
                )._take_default_model()

    def _create_ready_models(self):
        """Give each French company its document models, kind by kind where it has none."""
        Model = self.env["koban.document.model"].sudo()  # for who creates the company
        Model = Model.with_context(active_test=False)
        # A branch prints by its parent's.
        companies = self.filtered(
            lambda company: (
                not company.parent_id
                and company.account_fiscal_country_id.code in FRENCH_COUNTRY_CODES
            )
        )
        present = set(
            Model._read_group([("company_id", "in", companies.ids)], ["company_id", "kind"])
        )
        values, sources = [], []
        for company in companies:
            seen = set()
            for rank, (kind, name, changes) in enumerate(self._get_ready_models(), 1):
                if (company, kind) in present:
                    continue
                source = {"name": name, **changes}
                texts = {key for key, value in source.items() if isinstance(value, LazyGettext)}
                sources.append({key: source[key] for key in texts})
                values.append(
                    {
                        "company_id": company.id,
                        "kind": kind,
                        "sequence": rank,
                        "is_default": kind not in seen,
                        **{key: source[key] for key in source.keys() - texts},
                        **{key: source[key]._translate("en_US") for key in texts},
                    }
                )
                seen.add(kind)
        created = Model.with_context(lang="en_US").create(values)
        for model, texts in zip(created, sources, strict=True):
            model._translate_texts(texts)
        return created

    @override
    def write(self, vals):
        result = super().write(vals)
        if {"country_id", "account_fiscal_country_id"} & vals.keys():
            self._create_ready_models()
        return result
