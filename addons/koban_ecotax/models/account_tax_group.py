from odoo import api, fields, models


class AccountTaxGroup(models.Model):
    """The eco-taxes of a company are one group: it has its own total, and is no VAT."""

    _inherit = "account.tax.group"

    koban_ecotax = fields.Boolean(string="Eco-tax", readonly=True, copy=False)

    _koban_ecotax_uniq = models.UniqueIndex(
        "(company_id, country_id) WHERE koban_ecotax",
        "A company has one group of eco-taxes.",
    )

    @api.model
    def _get_ecotax_group(self, company):
        """Return the group of the eco-taxes of a company, made where it has none."""
        country = company.account_fiscal_country_id
        domain = [
            ("company_id", "=", company.id),
            ("country_id", "=", country.id),
            ("koban_ecotax", "=", True),
        ]
        group = self.search(domain, limit=1)
        if not group:
            values = {"company_id": company.id, "country_id": country.id, "koban_ecotax": True}
            group = self.create({**values, "name": "Eco-contribution", "sequence": 0})
            names = {
                code: group.with_context(lang=code)._get_ecotax_name()
                for code in self._get_named_languages()
            }
            group.update_field_translations("name", names)
        return group

    @api.model
    def _get_named_languages(self) -> list[str]:
        """Return the codes of the languages in which names are kept, that of the sources first."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return list(dict.fromkeys(["en_US", *installed]))

    @api.model
    def _get_ecotax_name(self) -> str:
        """Return what papers call the eco-tax, in the language of the environment."""
        return self.env._("Eco-contribution")
