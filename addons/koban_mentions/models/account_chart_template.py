from odoo import api, models
from odoo.tools import html2plaintext

from odoo.addons.account.models.chart_template import template

POSITION = "koban_position_construction"
TAX = "koban_tax_construction"
# Taxes of the host's chart that print an English note, where the mention of the law is French.
NOTED_TAXES = {
    "tva_sale_good_intra_0": "Exempt intra-community supplies - Article 138 of the Directive "
    "2006/112/EC",
    "tva_sale_service_intra_0": "VAT Reverse charge - Article 196 of the Directive 2006/112/EC",
}


class AccountChartTemplate(models.AbstractModel):
    """Reverse charge of construction subcontracting, which the French chart lacks (row 2-30)."""

    _inherit = "account.chart.template"

    @template("fr", "account.fiscal.position")
    def _get_fr_construction_position(self):
        return {
            POSITION: {
                "name": "Construction subcontracting (reverse charge)",
                "name@fr": "Sous-traitance BTP (autoliquidation)",
                "sequence": 60,
                "auto_apply": False,
                "reverse_charge": "construction",
            }
        }

    @template("fr", "account.tax")
    def _get_fr_construction_tax(self):
        base = {"repartition_type": "base", "tag_ids": "E2"}
        tax = {"repartition_type": "tax"}
        documents = ("invoice", "refund")
        taxes = {
            TAX: {
                "name": "0% BTP",
                "description": "0% construction subcontracting",
                "description@fr": "0 % sous-traitance BTP",
                "invoice_label": "TVA 0%",
                "amount": 0.0,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "sequence": 20,
                "tax_group_id": "tax_group_tva_0",
                "ubl_cii_tax_category_code": "AE",
                "ubl_cii_tax_exemption_reason_code": "VATEX-EU-AE",
                "fiscal_position_ids": POSITION,
                "original_tax_ids": ",".join(self._get_fr_construction_sources()),
                "repartition_line_ids": [
                    (0, 0, {**line, "document_type": document})
                    for document in documents
                    for line in (base, tax)
                ],
            }
        }
        self._deref_account_tags("fr", taxes)
        return taxes

    @template("fr", "account.tax")
    def _get_fr_tax_notes(self):
        # Our mentions say it in French: see data/koban_legal_mention_data.xml.
        return {name: {"invoice_legal_notes": False} for name in NOTED_TAXES}

    @api.model
    def _get_fr_construction_sources(self) -> list[str]:
        """Return the taxes that the subcontracting of works replaces."""
        rates = ("normale", "intermediaire", "reduite")
        return [f"tva_{rate}{kind}" for rate in rates for kind in ("", "_encaissement")]

    @api.model
    def _set_up_construction(self, companies):
        """Give companies of the French chart the position, if their chart was there before."""
        for company in companies:
            chart = self.with_company(company)
            if company.chart_template != "fr" or chart.ref(POSITION, raise_if_not_found=False):
                continue
            taxes = chart._get_fr_construction_tax()
            sources = [
                name
                for name in chart._get_fr_construction_sources()
                if chart.ref(name, raise_if_not_found=False)
            ]
            taxes[TAX]["original_tax_ids"] = ",".join(sources)
            group = chart.ref(taxes[TAX]["tax_group_id"], raise_if_not_found=False)
            if not group:
                continue  # a chart that was rebuilt by hand
            # The host's own default, the fiscal country, may have moved since the chart was made.
            taxes[TAX]["country_id"] = group.country_id.id
            data = {
                "account.fiscal.position": chart._get_fr_construction_position(),
                "account.tax": taxes,
            }
            chart._load_data(data)
            chart._load_translations(companies=company, template_data=data)

    @api.model
    def _clear_tax_notes(self, companies):
        """Take the host's English notes off the taxes of companies that still have them."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for company in companies:
            chart = self.with_company(company)
            for name, text in NOTED_TAXES.items() if company.chart_template == "fr" else ():
                tax = chart.ref(name, raise_if_not_found=False)
                notes = {
                    html2plaintext(tax.with_context(lang=lang).invoice_legal_notes or "").strip()
                    for lang in languages
                    if tax
                }
                if notes == {text}:
                    tax.invoice_legal_notes = False
