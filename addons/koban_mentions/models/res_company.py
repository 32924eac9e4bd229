from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.french_numbers import get_siren

# Legal forms whose capital and trade register are told on papers (article R123-238 of the
# commercial code).
CAPITAL_FORMS = {"eurl", "sarl", "sasu", "sas", "sa", "sca", "scop", "selarl"}
REGISTERED_FORMS = CAPITAL_FORMS | {"snc", "sc", "gie"}


class MissingMention(NamedTuple):
    """Something that the document does not say.

    :param code: stable, for API callers
    :param text: what is missing, and where to type it
    :param place: ``company``, ``customer`` or ``document``
    :param required: whether the law wants it at the date of the document
    """

    code: str
    text: str
    place: str
    required: bool = True


class ResCompany(models.Model):
    """What a French company must say of itself on its papers (rows 2-17 to 2-31)."""

    _inherit = "res.company"

    legal_form = fields.Selection(
        [
            ("ei", "Sole trader (EI)"),
            ("micro", "Micro-entrepreneur (EI)"),
            ("eurl", "EURL"),
            ("sarl", "SARL"),
            ("sasu", "SASU"),
            ("sas", "SAS"),
            ("sa", "SA"),
            ("sca", "SCA"),
            ("snc", "SNC"),
            ("sc", "Civil partnership"),
            ("scop", "SCOP"),
            ("selarl", "SELARL"),
            ("gie", "GIE"),
            ("association", "Association"),
            ("other", "Other"),
        ],
        help="Printed with the identity of the company at the foot of its documents (articles "
        "R123-237 and R123-238 of the commercial code). Once chosen, the identity is made of the "
        "fields of this page, instead of the free footer.",
    )
    legal_form_other = fields.Char(string="Form in Words", help="As it is to be printed.")
    share_capital = fields.Monetary(help="Printed with the legal form of companies.")
    variable_capital = fields.Boolean()
    rcs_city = fields.Char(
        string="RCS of", help="City of the registry: “RCS Lyon” is printed with the SIREN."
    )
    rm_number = fields.Char(
        string="RNE / RM Number", help="Registration of crafts, such as “123 456 782 RM 69”."
    )
    head_office_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        help="Only if it is not at the address of the company. Printed as the head office.",
    )
    siret_pending = fields.Boolean(
        string="SIRET Being Attributed",
        help="Prints “SIRET en cours d'attribution”, as long as there is no SIRET.",
    )
    in_liquidation = fields.Boolean(
        string="Being Wound Up", help="Prints “société en liquidation” with the identity."
    )
    vat_scheme = fields.Selection(
        [("normal", "Subject to VAT"), ("franchise", "Exempt: article 293 B")],
        string="VAT Scheme",
        default="normal",
        required=True,
        help="Article 293 B of the tax code: the mention is printed and the documents bear no "
        "amount of VAT.",
    )
    vat_on_debits = fields.Boolean(
        string="VAT Option on Debits",
        help="Only if you opted for it: the mention is printed on invoices of services.",
    )
    margin_scheme = fields.Selection(
        [
            ("travel", "Travel agency"),
            ("second_hand", "Second-hand goods"),
            ("art", "Works of art"),
            ("antiques", "Collectors' items and antiques"),
        ],
        help="The mention is printed on documents with a line that bears no VAT.",
    )
    vat_group_member = fields.Boolean(related="partner_id.vat_group_member", readonly=False)
    approved_association = fields.Boolean(
        string="Member of an Approved Association",
        help="Prints that payment by cheque and by card is accepted.",
    )
    line_nature = fields.Selection(
        [("service", "Services"), ("goods", "Goods")],
        string="Lines without Article",
        default="service",
        required=True,
        help="What they are, for the nature of the operation: goods, services or both.",
    )
    is_large_company = fields.Boolean(
        string="Large or Mid-Size Company",
        help="The mentions of the reform of electronic invoicing are mandatory on its documents "
        "since 1 September 2026, on those of others from 1 September 2027.",
    )
    insurer_name = fields.Char(
        string="Insurer",
        help="Compulsory professional insurance, such as the ten-year guarantee of builders: "
        "printed on quotes and invoices (article 22-2 of law 96-603).",
    )
    insurer_contact = fields.Char(string="Contact of the Insurer")
    insurance_number = fields.Char(string="Policy No.")
    insurance_territory = fields.Char(string="Territory Covered")
    consumer_mediator = fields.Char(
        help="Name, address and site, printed for private customers (article L616-1 of the "
        "consumer code)."
    )
    late_rate = fields.Char(
        string="Late Payment Rate",
        translate=True,
        help="Printed for professionals (article L441-10 of the commercial code). Leave empty for "
        "the legal rate: that of the European Central Bank and ten points.",
    )
    recovery_fee = fields.Monetary(
        string="Recovery Costs",
        default=40.0,
        help="Fixed compensation printed for professionals: 40 € (article D441-5).",
    )
    early_payment = fields.Char(
        translate=True,
        help="Leave empty for “No discount for early payment”. Not printed where the payment "
        "terms give one.",
    )
    mention_check = fields.Selection(
        [("warn", "Tell what is missing"), ("block", "Refuse to validate")],
        string="Missing Mentions",
        default="warn",
        required=True,
        help="What to do when an invoice is validated while a mandatory mention is missing: a "
        "fine of 15 € for each (article 1737 of the tax code).",
    )

    @api.model
    def _get_mention_parameters(self) -> set[str]:
        """Fields that the documents of the company print by law, or that decide what they do."""
        return {
            "legal_form",
            "legal_form_other",
            "share_capital",
            "variable_capital",
            "rcs_city",
            "rm_number",
            "head_office_id",
            "siret_pending",
            "in_liquidation",
            "vat_scheme",
            "vat_on_debits",
            "margin_scheme",
            "approved_association",
            "line_nature",
            "is_large_company",
            "insurer_name",
            "insurer_contact",
            "insurance_number",
            "insurance_territory",
            "consumer_mediator",
            "late_rate",
            "recovery_fee",
            "early_payment",
            "mention_check",
        }

    def _get_compliance_parameters(self):
        return super()._get_compliance_parameters() | self._get_mention_parameters()

    def _get_legal_form_label(self) -> str:
        """Return the legal form as it is printed."""
        self.ensure_one()
        if self.legal_form == "other":
            return self.legal_form_other or ""
        if self.legal_form in ("ei", "micro"):
            return ""  # told by a mention of its own
        return dict(self._fields["legal_form"]._description_selection(self.env)).get(
            self.legal_form, ""
        )

    def _find_missing_identity(self) -> list[MissingMention]:
        """Return what the company does not say of itself, whatever the document."""
        self.ensure_one()
        env = speaking(self.env)
        form = self.legal_form
        absent = {
            "company_name": not self.name and env._("the name of your company"),
            "company_address": not (self.street and self.zip and self.city)
            and env._("the address of your company: street, zip code and city"),
            "company_siren": not get_siren(self.company_registry)
            and not self.siret_pending
            and env._("the SIRET of your company (or tick “SIRET being attributed”)"),
            "legal_form": not form and env._("the legal form of your company"),
            "legal_form_other": form == "other"
            and not self.legal_form_other
            and env._("the legal form of your company, in words"),
            "share_capital": form in CAPITAL_FORMS
            and not self.share_capital
            and env._("the share capital of your company"),
            "rcs_city": form in REGISTERED_FORMS
            and not self.rcs_city
            and env._("the city of your registry (RCS)"),
            "insurance": self.insurer_name
            and not (self.insurer_contact and self.insurance_territory)
            and env._("the contact of your insurer and the territory covered"),
        }
        return [MissingMention(code, text, "company") for code, text in absent.items() if text]

    @public(one=True)
    def action_open_legal_mentions(self) -> dict:
        """Open the form of the company, where its mentions are."""
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.company",
            "res_id": self.id,
            "views": [[False, "form"]],
        }

    @api.onchange("legal_form")
    def _onchange_legal_form(self):
        if self.legal_form not in CAPITAL_FORMS and self.legal_form != "other":
            self.share_capital = 0.0
