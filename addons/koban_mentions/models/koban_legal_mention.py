import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models, tools

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools.conditions import CONDITIONS, MentionFacts

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
KIND_FIELDS = {
    "invoice": "on_invoice",
    "credit_note": "on_credit_note",
    "quote": "on_quote",
    "order": "on_order",
    "purchase": "on_purchase",
}
# What a text may name between braces.
PLACEHOLDERS = {
    "company",
    "siren",
    "siret",
    "vat",
    "late_rate",
    "recovery_fee",
    "early_payment",
    "insurer",
    "insurer_contact",
    "insurance_number",
    "insurance_territory",
    "mediator",
    "vat_in_euros",
}


@dataclass(frozen=True, slots=True)
class MentionText:
    """A mention in one language, as plain values.

    :param depth: of its company among its parents; 0 for all companies
    :param kinds: of documents that print it
    :param categories: of articles that bring it; empty for all
    """

    code: str
    place: str
    text: str
    condition: str
    company_id: int | bool
    depth: int
    kinds: frozenset[str]
    valid_from: date
    valid_to: date
    categories: frozenset[int]

    @property
    def precedence(self) -> tuple[int, date]:
        """The company's own mention comes first, then the latest version."""
        return self.depth, self.valid_from

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to

    def applies(self, facts: MentionFacts) -> bool:
        """Whether a document prints the mention, its date apart."""
        by_article = self.condition == "product_category" or self.categories
        if facts.kind not in self.kinds or (by_article and not self.categories & facts.categories):
            return False
        return CONDITIONS[self.condition](facts)

    def render(self, values: dict[str, Callable[[], str]]) -> str:
        """Return the text, its words in braces replaced."""
        return _PLACEHOLDER.sub(lambda match: values[match[1]]() or "", self.text)


class KobanLegalMention(models.Model):
    """A text that the law wants on some documents, from one day to another (rows 2-25 to 2-31).

    The text is chosen by the date of the document. A validated document keeps the texts it was
    validated with, whatever becomes of these records: see ``legal_mentions`` of the documents.
    """

    _name = "koban.legal.mention"
    _description = "Legal Mention"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Mentions of the same code are versions of one another: a document prints the one "
        "that is valid at its date, its company's own first.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty for a mention of all companies."
    )
    text = fields.Text(required=True, translate=True, help="Words in braces are replaced.")
    place = fields.Selection(
        [("mention", "Under the totals"), ("identity", "Foot of each page")],
        required=True,
        default="mention",
    )
    condition = fields.Selection(
        [
            ("always", "Always"),
            ("professional", "The customer is a professional"),
            ("without_discount", "Professional, and no discount for early payment"),
            ("franchise", "Company exempt from VAT (article 293 B)"),
            ("vat_on_debits", "Services, and VAT option on debits"),
            ("reverse_construction", "Reverse charge: construction subcontracting"),
            ("reverse_other", "Reverse charge: other case in France"),
            ("reverse_eu", "Reverse charge: service to a professional of the Union"),
            ("eu_supply", "Goods without VAT to a professional of the Union"),
            ("export", "Goods without VAT outside the Union"),
            ("service_abroad", "Service to a professional outside the Union"),
            ("overseas", "Without VAT to an overseas territory"),
            ("margin_travel", "Margin scheme: travel agency"),
            ("margin_second_hand", "Margin scheme: second-hand goods"),
            ("margin_art", "Margin scheme: works of art"),
            ("margin_antiques", "Margin scheme: collectors' items and antiques"),
            ("self_billing", "Self-billing"),
            ("vat_group", "Company member of a VAT group"),
            ("sole_trader", "Sole trader"),
            ("liquidation", "Company being wound up"),
            ("siret_pending", "SIRET being attributed"),
            ("approved_association", "Member of an approved association"),
            ("insurance", "Compulsory insurance is filled in"),
            ("mediator", "Private customer, and a mediator is filled in"),
            ("foreign_currency", "VAT in another currency than the company's"),
            ("product_category", "Articles of some categories"),
        ],
        required=True,
        default="always",
        help="The mention is printed only when it holds.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Articles of these categories, and of those below, bring the mention.",
    )
    on_invoice = fields.Boolean(string="Invoices", default=True)
    on_credit_note = fields.Boolean(string="Credit Notes")
    on_quote = fields.Boolean(string="Quotes")
    on_order = fields.Boolean(string="Orders")
    on_purchase = fields.Boolean(string="Self-Billed Invoices")
    valid_from = fields.Date(help="First document date; leave empty for no beginning.")
    valid_to = fields.Date(help="Last document date; leave empty for no end.")
    source = fields.Char(translate=True, help="Article of law.")

    _period_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A mention ends before it begins.",
    )

    @api.constrains("text")
    def _check_placeholders(self):
        for mention in self:
            unknown = set(_PLACEHOLDER.findall(mention.text or "")) - PLACEHOLDERS
            if unknown:
                raise ConstraintError(
                    speaking(self.env)._(
                        "“%(mention)s” names what is not known: %(unknown)s. Known: %(known)s.",
                        mention=mention.name,
                        unknown=", ".join(sorted(unknown)),
                        known=", ".join(sorted(PLACEHOLDERS)),
                    ),
                    "mention_text",
                    model=self._name,
                    ids=mention.ids,
                )

    @api.constrains("condition", "category_ids", "active")
    def _check_categories(self):
        for mention in self:
            wanted = mention.active and mention.condition == "product_category"
            if wanted and not mention.category_ids:
                raise ConstraintError(
                    speaking(self.env)._(
                        "Choose the product categories that bring “%s”, or archive it.",
                        mention.name,
                    ),
                    "mention_categories",
                    model=self._name,
                    ids=mention.ids,
                )

    # ------------------------------------------------------------------
    # Create and write
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        mentions = super().create(vals_list)
        self.env.registry.clear_cache()  # of _get_texts_of_law
        mentions._record_changes({"created": True})
        return mentions

    @override
    def write(self, vals):
        names = [name for name in vals if name in self._fields]
        before = self._get_texts(names)
        result = super().write(vals)
        self.env.registry.clear_cache()  # of _get_texts_of_law
        self._record_changes({}, before, self._get_texts(names))
        return result

    @override
    def unlink(self):
        self._record_changes({"deleted": True})
        result = super().unlink()
        self.env.registry.clear_cache()  # of _get_texts_of_law
        return result

    def _get_texts(self, names) -> dict:
        """Return values as people read them: ``{id: {field: text}}``."""
        return {
            mention.id: {name: mention._get_text_of(self._fields[name]) for name in names}
            for mention in self
        }

    def _get_text_of(self, field) -> str:
        value = self[field.name]
        if field.type == "many2many":
            return ", ".join(value.mapped("display_name"))
        return str(field.convert_to_display_name(value, self) or "")

    def _record_changes(self, detail, before=None, after=None):
        """Tell the journals of the companies that a text of the law was changed, and how."""
        if self.env.su:
            return  # data of the addon
        # A common text is printed by companies that its author may not see.
        guarded = self.env["res.company"].sudo().search([("document_guard", "=", True)])
        for mention in self:
            changes = {
                name: [old, after[mention.id][name]]
                for name, old in (before or {}).get(mention.id, {}).items()
                if old != after[mention.id][name]
            }
            told = {**detail, "mention": mention.code, "changes": changes}
            for company in guarded if detail or changes else ():
                if mention.company_id in (company, guarded.browse()):
                    record_event(self.env, "parameter", mention, company, {mention.id: told})

    @override
    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", mention.name)}
            for mention, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @public(one=True)
    def action_new_version(self, start: Day | None = None) -> dict:
        """End a mention and open its next version, which begins on a day.

        :param start: first day of the new text (``YYYY-MM-DD``), tomorrow by default
        :return: the action that opens the new version
        """
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(start) or fields.Date.add(today, days=1)
        # Its name stays: the dates tell the versions.
        version = self.copy({"name": self.name, "valid_from": day, "valid_to": self.valid_to})
        version.name = self.name
        self.valid_to = fields.Date.subtract(day, days=1)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": version.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Choice
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache("lang")
    def _get_texts_of_law(self, lang: str) -> tuple[MentionText, ...]:
        """Return the mentions of all companies as plain values, in a language.

        Validating an invoice reads them each time: from memory, not from the database.
        """
        # The texts of the law are for whoever prints; _get_applicable chooses by company.
        mentions = self.sudo().with_context(lang=lang).search([("active", "=", True)])
        return tuple(mention._prepare_text() for mention in mentions)

    def _prepare_text(self) -> MentionText:
        self.ensure_one()
        return MentionText(
            code=self.code,
            place=self.place,
            text=self.text or "",
            condition=self.condition,
            company_id=self.company_id.id,
            depth=len(self.company_id.parent_path or ""),
            kinds=frozenset(kind for kind, name in KIND_FIELDS.items() if self[name]),
            valid_from=self.valid_from or date.min,
            valid_to=self.valid_to or date.max,
            categories=frozenset(self.category_ids.ids),
        )

    @api.model
    def _uses_categories(self) -> bool:
        """Whether a mention depends on the categories of articles, which cost to read."""
        return any(mention.categories for mention in self._get_texts_of_law(self.env.lang or ""))

    @api.model
    def _get_applicable(self, facts: MentionFacts, company) -> list[MentionText]:
        """Return the mentions that a document prints, in their order.

        :param facts: see ``_get_mention_facts`` of the documents
        :param company: of the document; its branches print the mentions of their parents
        """
        parents = {False, *company.sudo().parent_ids.ids}  # of the document that is printed
        best = {}
        texts = self._get_texts_of_law(self.env.lang or "")
        for mention in texts:
            if mention.company_id in parents and mention.is_valid_on(facts.day):
                known = best.get(mention.code)
                if not known or mention.precedence > known.precedence:
                    best[mention.code] = mention
        chosen = {id(mention) for mention in best.values() if mention.applies(facts)}
        return [mention for mention in texts if id(mention) in chosen]
