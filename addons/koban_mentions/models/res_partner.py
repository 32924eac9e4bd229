from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

from ..tools.french_numbers import compact, find_fault, find_vat_fault, get_vat_siren

# Where companies are known by a SIREN: France and its territories, but those of the Pacific.
SIREN_COUNTRIES = ("FR", "BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT")


class ResPartner(models.Model):
    """Who is a professional, and numbers that are possible (rows 2-17, 2-18, 2-27)."""

    _inherit = "res.partner"

    customer_type = fields.Selection(
        [("professional", "Professional"), ("consumer", "Private Customer")],
        string="Invoiced As",
        help="Decides the mentions of the documents: late payment and recovery costs are for "
        "professionals, the consumer mediator for private customers. Leave empty to follow the "
        "record: a company, or whoever has a VAT number or a SIRET, is a professional.",
    )
    is_professional = fields.Boolean(compute="_compute_is_professional")
    vat_group_member = fields.Boolean(
        string="Member of a VAT Group",
        help="The VAT number is the group's (article 256 C of the tax code): its SIREN is not the "
        "company's.",
    )

    @api.depends(
        "commercial_partner_id.customer_type",
        "commercial_partner_id.is_company",
        "commercial_partner_id.vat",
        "commercial_partner_id.company_registry",
    )
    def _compute_is_professional(self):
        for partner in self:
            customer = partner.commercial_partner_id
            known = customer.is_company or customer._has_vat_number() or customer.company_registry
            partner.is_professional = (
                customer.customer_type == "professional" if customer.customer_type else bool(known)
            )

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "customer_type", "vat_group_member"]

    def _has_vat_number(self) -> bool:
        """Whether the partner has a VAT number: “/” says that there is none."""
        return len(self.vat or "") > 1

    def _has_siren(self) -> bool:
        """Whether the partner is of a country where companies have a SIREN."""
        return self.country_id.code in SIREN_COUNTRIES

    # ------------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------------
    def _is_number_checked(self) -> bool:
        """Whether the French numbers are checked: in companies whose documents are protected."""
        self.ensure_one()
        if self.commercial_partner_id != self or not self._has_siren():
            return False
        # The switch of the company alone, whatever the user may read of it.
        company = self.sudo().ref_company_ids[:1] or self.sudo().company_id or self.env.company
        return company.sudo().document_guard

    @api.constrains("company_registry", "country_id", "vat", "vat_group_member")
    def _check_company_registry(self):
        for partner in self:
            if not partner.company_registry or not partner._is_number_checked():
                continue
            number = compact(partner.company_registry)
            fault = find_fault(number)
            siren = get_vat_siren(partner.vat)
            if not fault and siren and not number.startswith(siren):
                fault = "" if partner.vat_group_member else "vat_siren"
            if fault:
                partner._raise_number_fault(fault)
            if number != partner.company_registry:
                partner.company_registry = number

    def _raise_number_fault(self, fault):
        env = speaking(self.env)
        kind = "SIREN" if len(compact(self.company_registry)) <= 9 else "SIRET"
        reasons = {
            "characters": env._("it holds something else than digits"),
            "length": env._(
                "it has %s digits, where a SIREN has 9 and a SIRET 14",
                len(compact(self.company_registry)),
            ),
            "siren_key": env._("the check digit of the SIREN, its ninth digit, is wrong"),
            "siret_key": env._("the check digit of the SIRET, its fourteenth digit, is wrong"),
            "vat_siren": env._(
                "it does not begin with the SIREN of the VAT number %s", self.vat or ""
            ),
        }
        raise ConstraintError(
            env._(
                "The %(kind)s “%(number)s” of %(partner)s is impossible: %(reason)s. Check it on "
                "one of the company's papers.",
                kind=kind,
                number=self.company_registry,
                partner=self.display_name,
                reason=reasons[fault],
            ),
            "company_number",
            model=self._name,
            ids=self.ids,
            fault=fault,
        )

    @api.model
    def _build_vat_error_message(self, country_code, wrong_vat, record_label):
        """Say which check a French VAT number fails."""
        message = super()._build_vat_error_message(country_code, wrong_vat, record_label)
        if (country_code or "").upper() != "FR" or not self.env.company.document_guard:
            return message
        env = speaking(self.env)
        reasons = {
            "characters": env._("the key is two digits or letters, the rest are digits"),
            "length": env._(
                "“FR” is followed by a key of 2 characters and the 9 digits of a SIREN"
            ),
            "siren_key": env._("the check digit of the SIREN in it is wrong"),
            "vat_key": env._("the key, the two characters after “FR”, does not fit the SIREN"),
        }
        fault = find_vat_fault(wrong_vat)
        return f"{message}\n{reasons[fault]}\n[vat_number]" if fault else message
