from collections.abc import Callable

from odoo import api, fields, models
from odoo.tools import format_amount, formatLang, is_html_empty
from odoo.tools.sql import column_exists, create_column, table_exists

from ..tools.conditions import GOODS, SERVICE, MentionFacts, is_margin, is_reverse_charge
from ..tools.french_numbers import format_number, get_siren
from .res_company import REGISTERED_FORMS
from .res_partner import SIREN_COUNTRIES


def end_sentence(text: str) -> str:
    """Return a text with its full stop."""
    return f"{text}." if text[-1:].isalnum() or text.endswith(")") else text


class DocumentTextMixin(models.AbstractModel):
    """The legal mentions of a document: those that hold, at its date (rows 2-14 to 2-31)."""

    _inherit = "koban.document.text.mixin"

    legal_mentions = fields.Json(
        compute="_compute_legal_mentions",
        store=True,
        copy=False,
        help="What the validated document says by law, as on the day it was validated.",
    )

    def _auto_init(self):
        # Documents validated before keep what they printed: there is nothing to compute.
        cr = self.env.cr
        older = not self._abstract and table_exists(cr, self._table)
        if older and not column_exists(cr, self._table, "legal_mentions"):
            create_column(cr, self._table, "legal_mentions", "jsonb")
        return super()._auto_init()

    @api.depends(lambda self: self._get_mention_triggers())
    def _compute_legal_mentions(self):
        for document in self:
            validated = document._keeps_mentions() and document._is_validated()
            kept = document.legal_mentions if validated else False
            if not kept and document._is_being_validated():
                lang = document._get_printed_lang()
                mentions = document.with_context(lang=lang)._prepare_legal_mentions()
                kept = {"lang": lang, "mentions": mentions}
            document.legal_mentions = kept

    def _is_being_validated(self) -> bool:
        """Whether the document takes its mentions now; not one cancelled that never had any."""
        if not self._keeps_mentions():
            return False
        validated = self[self._document_state_field] in self._document_validated_states
        return validated and self._has_legal_mentions()

    @api.model
    def _keeps_mentions(self) -> bool:
        """Whether these documents are guarded: what they say when they are validated stays."""
        return not self._abstract and hasattr(self, "_document_state_field")

    @api.model
    def _get_mention_triggers(self) -> list[str]:
        """Fields that tell that the document was validated."""
        return [self._document_state_field] if self._keeps_mentions() else []

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _get_mention_kind(self) -> str:
        """Return the kind of document for its mentions; empty for none."""
        self.ensure_one()
        return self._get_document_kind() or ""

    def _get_mention_date(self):
        """Return the date that chooses the texts."""
        return fields.Date.context_today(self)

    def _get_mention_lines(self):
        """Return the lines that sell something."""
        return self.browse()

    def _get_nature_lines(self):
        """Return the lines that say whether goods or services are sold."""
        return self._get_mention_lines()

    def _get_mention_flags(self) -> set[str]:
        """Return what holds of the document and of its company, by name (``conditions.py``)."""
        company = self.company_id.sudo()  # printed on its own documents
        partner = company.partner_id
        flags = {
            "vat_on_debits": company.vat_on_debits,
            "vat_group": partner.vat_group_member,
            "sole_trader": company.legal_form in ("ei", "micro"),
            "liquidation": company.in_liquidation,
            "siret_pending": company.siret_pending and not company.company_registry,
            "approved_association": company.approved_association,
            "insurance": bool(company.insurer_name),
            "mediator": bool(company.consumer_mediator),
        }
        return {name for name, holds in flags.items() if holds}

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------
    def _has_legal_mentions(self) -> bool:
        """Whether French law rules what the document says."""
        company = self.company_id.sudo()  # its switch alone, for other companies too
        return bool(company.document_guard and self._get_mention_kind())

    def _get_line_nature(self, line) -> str:
        """Return ``goods`` or ``service``, by the article (row 2-22, mention M10)."""
        product = line.product_id
        if not product:
            return self.company_id.sudo().line_nature  # a setting of its own documents
        return SERVICE if product.type == "service" else GOODS

    def _get_natures(self) -> frozenset[str]:
        lines = self._get_nature_lines().filtered(lambda line: line.product_id.type != "combo")
        return frozenset(self._get_line_nature(line) for line in lines)

    def _get_untaxed_lines(self, lines):
        """Return the lines that bear no VAT; fixed taxes, such as eco-contributions, are none."""
        without = {}
        for line in lines:
            if line.tax_ids not in without:
                taxes = self._on_paper(line.tax_ids).flatten_taxes_hierarchy()
                rates = [tax.amount for tax in taxes if tax.amount_type != "fixed"]
                without[line.tax_ids] = not any(rates)
        return lines.filtered(lambda line: without[line.tax_ids] and line.price_subtotal)

    def _get_customer_zone(self) -> str:
        """Return where the customer is, for VAT: domestic, overseas, eu or abroad."""
        customer = self._on_paper(self.partner_id).commercial_partner_id
        country = customer.country_id or self._on_paper(self.partner_id).country_id
        if not country or country.code in ("FR", "MC"):
            return "domestic"
        if country == self._on_paper(self.company_id).country_id:
            return "domestic"
        if country.code in self.env["res.company"]._get_france_country_codes():
            return "overseas"
        return "eu" if "EU" in country.country_group_codes else "abroad"

    def _get_reverse_charge(self, untaxed_lines) -> str:
        position = self._on_paper(self.fiscal_position_id)
        if position.reverse_charge:
            return position.reverse_charge
        codes = self._on_paper(untaxed_lines.tax_ids).mapped("ubl_cii_tax_category_code")
        return "other" if "AE" in codes and self._get_customer_zone() == "domestic" else ""

    def _get_own_notes(self, untaxed_lines) -> list:
        """Return the texts that the document prints of why no VAT is charged, empty or not."""
        return [self._on_paper(self.fiscal_position_id).note]

    def _get_margin_scheme(self, untaxed_lines) -> str:
        scheme = self.company_id.sudo().margin_scheme  # printed on its own documents
        # A tax that stands for another, in a fiscal position, is an exemption: not the margin.
        exempt = scheme and self._on_paper(untaxed_lines.tax_ids).original_tax_ids
        return "" if exempt else scheme or ""

    def _get_mention_facts(self) -> MentionFacts:
        """Return what decides the mentions of the document."""
        self.ensure_one()
        company = self.company_id.sudo()  # printed on its own documents
        customer = self._on_paper(self.partner_id).commercial_partner_id
        lines = self._get_mention_lines()
        untaxed = self._get_untaxed_lines(lines)
        notes = self._get_own_notes(untaxed)
        return MentionFacts(
            kind=self._get_mention_kind(),
            day=self._get_mention_date(),
            professional=customer.is_professional,
            natures=self._get_natures(),
            untaxed=frozenset(self._get_line_nature(line) for line in untaxed),
            all_untaxed=bool(untaxed)
            and not (lines - untaxed).filtered(lambda line: line.price_subtotal),
            zone=self._get_customer_zone(),
            has_customer_vat=customer._has_vat_number(),
            reverse_charge=self._get_reverse_charge(untaxed),
            has_own_note=not all(is_html_empty(note) for note in notes),
            vat_scheme=company.vat_scheme,
            margin_scheme=self._get_margin_scheme(untaxed),
            flags=frozenset(self._get_mention_flags()),
            categories=self._get_line_categories(lines),
        )

    @api.model
    def _get_line_categories(self, lines) -> frozenset[int]:
        """Return the ids of the categories of the articles, and of those above them."""
        if not self.env["koban.legal.mention"]._uses_categories():
            return frozenset()
        paths = self._on_paper(lines.product_id).categ_id.mapped("parent_path")
        return frozenset(int(part) for path in paths for part in (path or "").split("/") if part)

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------
    def _prepare_legal_mentions(self) -> list[dict[str, str]]:
        """Return the mentions that hold, in the language of the environment."""
        facts = self._get_mention_facts()
        mentions = self.env["koban.legal.mention"]._get_applicable(facts, self.company_id)
        values = self._get_mention_values()
        return [
            {"code": mention.code, "place": mention.place, "text": mention.render(values)}
            for mention in mentions
        ]

    def _get_mention_values(self) -> dict[str, Callable[[], str]]:
        """Return what the words in braces of the texts stand for, each asked for if it is used."""
        company = self.company_id.sudo().with_context(lang=self.env.lang)  # its own documents
        env = self.env
        rate = env._("the refinancing rate of the European Central Bank plus 10 percentage points")
        return {
            "company": lambda: company.name,
            "siren": lambda: format_number(get_siren(company.company_registry)),
            "siret": lambda: format_number(company.company_registry),
            "vat": lambda: company.vat,
            "late_rate": lambda: company.late_rate or rate,
            "recovery_fee": lambda: self._format_euros(company.recovery_fee),
            "early_payment": lambda: (
                company.early_payment or env._("No discount for early payment.")
            ),
            "insurer": lambda: company.insurer_name,
            "insurer_contact": lambda: company.insurer_contact,
            "insurance_number": lambda: company.insurance_number,
            "insurance_territory": lambda: company.insurance_territory,
            "mediator": lambda: company.consumer_mediator,
            "vat_in_euros": self._get_vat_in_company_currency,
        }

    def _format_euros(self, amount, symbol="€") -> str:
        """Return an amount, without the cents that say nothing."""
        return f"{formatLang(self.env, amount, digits=0 if amount % 1 == 0 else 2)}\u00a0{symbol}"

    def _get_vat_in_company_currency(self) -> str:
        return ""

    def _get_legal_mentions(self) -> list[dict[str, str]]:
        """Return the mentions to print: those of the validation, else those that hold now."""
        self.ensure_one()
        if not self._has_legal_mentions():
            return []
        kept = self.legal_mentions
        if kept and kept["lang"] == self.env.lang:
            return kept["mentions"]
        return self._prepare_legal_mentions()

    def _get_printed_mentions(self):
        mentions = self._get_legal_mentions()
        own = [item["text"] for item in mentions if item["place"] == "mention"]
        # One paragraph: each ends as a sentence.
        return [*super()._get_printed_mentions(), *(end_sentence(text) for text in own)]

    # ------------------------------------------------------------------
    # Identity
    # ------------------------------------------------------------------
    def _get_legal_identity(self):
        """Make the identity of the fields of the company, once its legal form is chosen."""
        company = self.company_id.sudo()  # printed on its own documents
        kept = [item["text"] for item in self._get_legal_mentions() if item["place"] == "identity"]
        if not company.document_guard or not company.legal_form:
            return [*super()._get_legal_identity(), *kept]
        parts = [
            self._get_identity_name(company),
            self._get_identity_address(company),
            *self._get_identity_numbers(company),
        ]
        return [" – ".join(part for part in parts if part), *kept]

    def _get_identity_name(self, company) -> str:
        form = company.with_context(lang=self.env.lang)._get_legal_form_label()
        amount = self._format_euros(company.share_capital, company.currency_id.symbol)
        capital = ""
        if company.share_capital:
            capital = (
                self.env._("with a variable capital of %s", amount)
                if company.variable_capital
                else self.env._("with a capital of %s", amount)
            )
        # Said once, where the name ends with the form: “Dupont SARL”.
        if form and company.name.upper().endswith(f" {form.upper()}"):
            return f"{company.name} {capital}".strip()
        return ", ".join(filter(None, [company.name, f"{form} {capital}".strip()]))

    def _get_identity_address(self, company) -> str:
        office = company.head_office_id or company.partner_id
        address = ", ".join(
            filter(None, [office.street, office.street2, f"{office.zip or ''} {office.city or ''}"])
        ).strip(" ,")
        if not address or company.legal_form not in REGISTERED_FORMS | {"other"}:
            return address
        return self.env._("Head office: %s", address)

    def _get_identity_numbers(self, company) -> list[str]:
        """Return the numbers of the identity: registers, SIRET, activity, VAT."""
        siren = format_number(get_siren(company.company_registry))
        rcs = company.rcs_city and f"RCS {company.rcs_city} {siren}".strip()
        return [
            rcs,
            company.rm_number and self.env._("RNE / RM %s", company.rm_number),
            company.company_registry and f"SIRET {format_number(company.company_registry)}",
            company.ape and f"APE {company.ape}",
            company.vat and self.env._("VAT No. %s", company.vat),
        ]

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------
    def _get_printed_lang(self):
        """Print in French for a private customer in France (article 2 of law 94-665)."""
        lang = super()._get_printed_lang()
        if (lang or "").startswith("fr") or not self._has_legal_mentions():
            return lang
        customer = self._on_paper(self.partner_id).commercial_partner_id
        chosen = self._get_printed_model().lang
        if chosen or customer.is_professional or customer.country_id.code not in SIREN_COUNTRIES:
            return lang
        return "fr_FR" if self.env["res.lang"]._get_code("fr_FR") else lang

    def _get_hidden_vat(self) -> str:
        """Return why the document shows no VAT: franchise, reverse or margin; empty if it does."""
        if not self._has_legal_mentions() or not self.currency_id.is_zero(self.amount_tax):
            return ""
        facts = self._get_mention_facts()
        if facts.vat_scheme == "franchise":
            return "franchise"
        if not facts.all_untaxed:
            return ""
        told = is_reverse_charge(facts)
        return "reverse" if told else "margin" if is_margin(facts) else ""

    def _get_printed_columns(self, model, rows):
        columns = super()._get_printed_columns(model, rows)
        if self and self._get_hidden_vat():
            return [column for column in columns if column["name"] != "tax"]
        return columns

    def _get_printed_taxes(self):
        return [] if self._get_hidden_vat() else super()._get_printed_taxes()

    def _get_printed_totals(self, rows):
        totals = super()._get_printed_totals(rows)
        hidden = self._get_hidden_vat()
        if not hidden:
            return totals
        kept = [total for total in totals if total["class"] not in ("kd-vat", "kd-total")]
        for total in kept:
            if total["class"] == "kd-untaxed" and hidden == "reverse":
                # The words of the seed (row 2-30).
                total["name"] = self.env._("Amount excluding tax")
        return [
            total for total in kept if hidden == "reverse" or total["class"] != "kd-untaxed"
        ] or kept

    def _get_printed_delivery(self):
        """Leave out a delivery address that is the customer's own (mention M8)."""
        delivery = super()._get_printed_delivery()
        if not delivery or not self._has_legal_mentions():
            return delivery
        same = self._get_address_key(delivery) == self._get_address_key(self.partner_id)
        return delivery.browse() if same else delivery

    @api.model
    def _get_address_key(self, partner) -> tuple:
        partner = self._on_paper(partner)
        words = (partner.street, partner.street2, partner.zip, partner.city, partner.country_id.id)
        return tuple(str(word or "").strip().lower() for word in words)

    def _format_company_amount(self, amount) -> str:
        currency = self.company_id.sudo().currency_id  # printed on its own documents
        return format_amount(self.env, amount, currency, lang_code=self.env.lang)

    # ------------------------------------------------------------------
    # The host's own report
    # ------------------------------------------------------------------
    def _get_host_report_mentions(self) -> dict[str, list]:
        """Return what the host's report prints instead of its own mentions.

        :return: ``mentions`` and ``identity``, empty where French law does not rule
        """
        self.ensure_one()
        if not self._has_legal_mentions():
            return {"mentions": [], "identity": []}
        texts = self._get_legal_mentions()
        identity = [item["text"] for item in texts if item["place"] == "identity"]
        company = self.company_id.sudo()  # its identity is printed on its documents
        # A self-billed invoice is the vendor's.
        if company.legal_form and self._get_mention_kind() != "purchase":
            identity = self._get_legal_identity()
        return {
            "mentions": [item["text"] for item in texts if item["place"] == "mention"],
            "identity": identity,
        }
