from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.conditions import GOODS, SERVICE
from ..tools.french_numbers import format_number, get_siren
from .res_company import MissingMention

SELF_BILLED = ("in_invoice", "in_refund")
# Below, an invoice may do without the VAT number and the reason of an exemption (article 242
# nonies A of annex II of the tax code).
SMALL_INVOICE = 150.0
# From when the new mentions of electronic invoicing are mandatory (decree 2022-1299).
LARGE_COMPANY_DATE = fields.Date.to_date("2026-09-01")
COMPANY_DATE = fields.Date.to_date("2027-09-01")


class AccountMove(models.Model):
    """What a French invoice says by law (rows 2-14 to 2-31), and what it lacks (row 2-33)."""

    _inherit = "account.move"

    missing_mentions = fields.Text(
        compute="_compute_missing_mentions",
        help="What the law wants on the invoice, and that it would not say.",
    )
    mention_blocking = fields.Boolean(compute="_compute_missing_mentions")

    def _get_missing_mentions(self) -> dict:
        """Return what each invoice lacks: ``{move: [MissingMention]}``, nothing for the others."""
        missing = {}
        companies = {}
        for move in self:
            if not move._is_mention_checked():
                continue
            company = move.company_id
            if company not in companies:
                companies[company] = company.sudo()._find_missing_identity()  # of its own paper
            facts = move._get_mention_facts()
            found = [
                *companies[company],
                *move._find_missing_company_facts(facts),
                *move._find_missing_customer_facts(facts),
                *move._find_missing_document_facts(facts),
            ]
            if found:
                missing[move] = found
        return missing

    def _is_mention_checked(self) -> bool:
        """Whether the mentions of this document are checked."""
        return self.is_sale_document(include_receipts=True) and self._has_legal_mentions()

    # ------------------------------------------------------------------
    # What may be missing
    # ------------------------------------------------------------------
    def _find_missing_company_facts(self, facts) -> list[MissingMention]:
        """Return what the company does not say and this document needs."""
        company = self.company_id.sudo()  # of its own paper
        env = speaking(self.env)
        found = []
        if not self._is_small_invoice() and company.vat_scheme != "franchise" and not company.vat:
            found.append(
                MissingMention("company_vat", env._("the VAT number of your company"), "company")
            )
        if company.vat_scheme == "franchise" and not self.currency_id.is_zero(self.amount_tax):
            found.append(
                MissingMention(
                    "franchise_vat",
                    env._("your company is exempt (article 293 B): remove the VAT of the lines"),
                    "document",
                )
            )
        return found

    def _is_small_invoice(self) -> bool:
        return self._is_corrective() or abs(self.amount_untaxed_signed) <= SMALL_INVOICE

    def _is_corrective(self) -> bool:
        return self.move_type == "out_refund"

    def _get_reform_date(self):
        """Return from when the new mentions are mandatory for the company."""
        company = self.company_id.sudo()  # of its own paper
        return LARGE_COMPANY_DATE if company.is_large_company else COMPANY_DATE

    def _find_missing_customer_facts(self, facts) -> list[MissingMention]:
        customer = self._on_paper(self.partner_id)
        company = customer.commercial_partner_id
        env = speaking(self.env)
        if not customer:
            return [MissingMention("customer", env._("the customer"), "customer")]
        name = company.display_name
        found = []
        if not company.name:
            found.append(MissingMention("customer_name", env._("the customer's name"), "customer"))
        if not (customer.city and (customer.street or customer.zip)):
            text = env._("the address of %s: street, zip code and city", name)
            found.append(MissingMention("customer_address", text, "customer"))
        if not facts.professional:
            return found
        if company._has_siren() and not get_siren(company.company_registry):
            text = env._("the SIRET of %s", name)
            required = self._get_mention_date() >= self._get_reform_date()
            found.append(MissingMention("customer_siren", text, "customer", required))
        abroad = facts.zone == "eu" and facts.untaxed
        if (abroad or (facts.reverse_charge and facts.untaxed)) and not facts.has_customer_vat:
            text = env._("the VAT number of %s, who is invoiced without VAT", name)
            found.append(MissingMention("customer_vat", text, "customer"))
        return found

    def _find_missing_document_facts(self, facts) -> list[MissingMention]:
        env = speaking(self.env)
        found = []
        lines = self._get_mention_lines()
        if not lines:
            found.append(MissingMention("lines", env._("a line"), "document"))
        for number, line in enumerate(lines, 1):
            if not (line.name or "").strip():
                text = env._("the description of line %s", number)
                found.append(MissingMention("line_name", text, "document"))
            if not line.quantity:
                text = env._("the quantity of line %s", number)
                found.append(MissingMention("line_quantity", text, "document"))
        if self._is_exemption_untold(facts):
            text = env._(
                "why no VAT is charged: type the article of law in the “legal notes” of the tax, "
                "or in the fiscal position"
            )
            found.append(MissingMention("exemption", text, "document"))
        if self._is_corrective() and not self.reversed_entry_id:
            text = env._("the invoice that the credit note corrects: make it from the invoice")
            found.append(MissingMention("credited_invoice", text, "document"))
        return found + self._find_missing_delivery(facts)

    def _find_missing_delivery(self, facts) -> list[MissingMention]:
        """Return the missing delivery address of goods (mention M8)."""
        delivery = self._on_paper(self.partner_shipping_id)
        if GOODS not in facts.natures or not delivery or delivery == self.partner_id:
            return []
        if delivery.city:
            return []
        text = speaking(self.env)._("the delivery address: its city")
        required = self._get_mention_date() >= self._get_reform_date()
        return [MissingMention("delivery_address", text, "document", required)]

    def _is_exemption_untold(self, facts) -> bool:
        """Whether a line bears no VAT, and no mention says why (M14)."""
        small = self._is_small_invoice()
        if small or not facts.untaxed or facts.has_own_note or facts.vat_scheme == "franchise":
            return False
        told = {"M14", "M16", "M18"}
        mentions = self.env["koban.legal.mention"]._get_applicable(facts, self.company_id)
        return not any(mention.code.split("-")[0] in told for mention in mentions)

    def _describe_missing(self, found) -> str:
        """Return what is missing as lines, those of the company first, each with its place."""
        env = speaking(self.env)
        places = {
            "company": env._("company, page “Legal mentions”"),
            "customer": env._("customer's record"),
            "document": env._("this document"),
        }
        return "\n".join(f"– {item.text} ({places[item.place]})" for item in found)

    # ------------------------------------------------------------------
    # Screen
    # ------------------------------------------------------------------
    @api.depends(
        "state",
        "partner_id",
        "partner_shipping_id",
        "invoice_date",
        "fiscal_position_id",
        "invoice_line_ids.name",
        "invoice_line_ids.quantity",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.tax_ids",
        "invoice_line_ids.product_id",
        "reversed_entry_id",
        "company_id",
    )
    def _compute_missing_mentions(self):
        drafts = self.filtered(lambda move: move.state == "draft" and move.partner_id)
        missing = drafts._get_missing_mentions()
        for move in self:
            found = missing.get(move, [])
            move.missing_mentions = move._describe_missing(found) if found else False
            move.mention_blocking = (
                any(item.required for item in found)
                and move.company_id.sudo().mention_check == "block"  # its setting alone
            )

    @public(one=True)
    def action_open_company_mentions(self) -> dict:
        """Open the company, where its mentions are typed."""
        return self.company_id.action_open_legal_mentions()

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------
    def _get_mention_kind(self):
        if self.move_type == "out_receipt":
            return "invoice"
        if self.move_type in SELF_BILLED:
            return "purchase" if self._on_paper(self.journal_id).is_self_billing else ""
        return super()._get_mention_kind()

    def _get_mention_date(self):
        return self.invoice_date or super()._get_mention_date()

    def _get_mention_lines(self):
        lines = self.invoice_line_ids
        sold = lines.filtered(lambda line: line.display_type == "product")
        return sold.with_prefetch(lines._prefetch_ids)  # a batch is read at once

    def _get_mention_flags(self):
        flags = super()._get_mention_flags()
        if self.move_type in SELF_BILLED:
            flags.add("self_billing")
        discountable = self.move_type in self._early_payment_discount_move_types()
        if discountable and self.invoice_payment_term_id.early_discount:
            flags.add("early_discount")
        own = self.company_id.sudo().currency_id  # a fact of its own
        # Of the Union's directive: not of the territories that have the franc.
        foreign = own.name == "EUR" and self.currency_id != own
        if foreign and not self.currency_id.is_zero(self.amount_tax):
            flags.add("foreign_currency")
        return flags

    def _get_own_notes(self, untaxed_lines):
        notes = self._on_paper(untaxed_lines.tax_ids).mapped("invoice_legal_notes")
        return [*super()._get_own_notes(untaxed_lines), *notes]

    def _get_vat_in_company_currency(self):
        return self._format_company_amount(abs(self.amount_tax_signed))

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------
    def _get_printed_facts(self):
        if not self._has_legal_mentions():
            return super()._get_printed_facts()
        customer = self._on_paper(self.partner_id).commercial_partner_id
        office = self._get_customer_office(customer)
        siret = customer._has_siren() and customer.is_professional and customer.company_registry
        return [
            *super()._get_printed_facts(),
            (self.env._("Customer's SIRET"), format_number(siret) if siret else ""),
            (self.env._("Customer's head office"), office),
            (self.env._("Operation"), self._get_operation_type()),
        ]

    def _get_printed_delivery_date(self):
        """The date of supply is a mention of its own only if it is another (M6)."""
        day = super()._get_printed_delivery_date()
        return False if self._has_legal_mentions() and day == self.invoice_date else day

    def _get_customer_office(self, customer) -> str:
        """Return the address of the customer itself, where another is invoiced (row 2-17)."""
        same = self._get_address_key(customer) == self._get_address_key(self.partner_id)
        if same or not customer.city:
            return ""
        return ", ".join(
            filter(None, [customer.street, f"{customer.zip or ''} {customer.city}".strip()])
        )

    def _get_operation_type(self) -> str:
        """Return whether goods or services are sold (article 242 nonies A of the tax code)."""
        if not self.is_sale_document(include_receipts=True):
            return ""
        natures = self._get_natures()
        if len(natures) == 2:
            return self.env._("Goods and services")
        words = {SERVICE: self.env._("Services"), GOODS: self.env._("Goods")}
        return words.get(next(iter(natures), ""), "")

    def _get_printed_due(self):
        label, amount = super()._get_printed_due()
        if self.move_type == "out_invoice" and self._get_hidden_vat() == "reverse":
            label = self.env._("Net to pay, excluding tax")
        return label, amount
