import re

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from odoo.addons.koban_document.exceptions import speaking

from ..conditions import CONDITIONS, MentionFacts

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
                raise ValidationError(
                    speaking(self.env)._(
                        "“%(mention)s” names what is not known: %(unknown)s. Known: %(known)s.",
                        mention=mention.name,
                        unknown=", ".join(sorted(unknown)),
                        known=", ".join(sorted(PLACEHOLDERS)),
                    )
                )

    @api.constrains("condition", "category_ids", "active")
    def _check_categories(self):
        for mention in self:
            wanted = mention.active and mention.condition == "product_category"
            if wanted and not mention.category_ids:
                raise ValidationError(
                    speaking(self.env)._(
                        "Choose the product categories that bring “%s”, or archive it.",
                        mention.name,
                    )
                )

    # ------------------------------------------------------------------
    # Create and write
    # ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        mentions = super().create(vals_list)
        self.env.registry.clear_cache()  # of _get_active_ids
        mentions._record_changes({"created": True})
        return mentions

    def write(self, vals):
        names = [name for name in vals if name in self._fields]
        before = self._get_texts(names)
        result = super().write(vals)
        self.env.registry.clear_cache()  # of _get_active_ids
        self._record_changes({}, before, self._get_texts(names))
        return result

    def unlink(self):
        self._record_changes({"deleted": True})
        result = super().unlink()
        self.env.registry.clear_cache()  # of _get_active_ids
        return result

    def _get_texts(self, names) -> dict:
        """Return values as people read them: ``{id: {field: text}}``."""
        return {
            mention.id: {
                name: self._fields[name].convert_to_display_name(mention[name], mention) or ""
                for name in names
            }
            for mention in self
        }

    def _record_changes(self, detail, before=None, after=None):
        """Tell the journal of the company that a text of the law was changed, and how."""
        if self.env.su:
            return  # data of the addon
        for mention in self:
            company = mention.company_id or self.env.company
            changes = {
                name: [old, after[mention.id][name]]
                for name, old in (before or {}).get(mention.id, {}).items()
                if old != after[mention.id][name]
            }
            told = {**detail, "mention": mention.code, "changes": changes}
            if company.document_guard and (detail or changes):
                self.env["koban.event"]._record("parameter", mention, company, {mention.id: told})

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%s (copy)", mention.name)}
            for mention, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_new_version(self, date: str | None = None) -> dict:
        """End a mention and open its next version, which begins on a day.

        :param date: first day of the new text (``YYYY-MM-DD``), tomorrow by default
        :return: the action that opens the new version
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        start = fields.Date.to_date(date) or fields.Date.add(today, days=1)
        # Its name stays: the dates tell the versions.
        version = self.copy({"name": self.name, "valid_from": start, "valid_to": self.valid_to})
        version.name = self.name
        self.valid_to = fields.Date.subtract(start, days=1)
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
    @tools.ormcache()
    def _get_active_ids(self) -> tuple[int, ...]:
        # Of all companies: the choice is made in _get_applicable, for whoever prints.
        return tuple(self.sudo().search([("active", "=", True)]).ids)

    @api.model
    def _get_applicable(self, facts: MentionFacts, company):
        """Return the mentions that a document prints, in their order.

        :param facts: see ``_get_mention_facts`` of the documents
        :param company: of the document; its branches print the mentions of their parents
        """
        best = {}
        parents = company.sudo().parent_ids  # of the document that is printed
        # The texts of the law are for whoever prints.
        for mention in self.sudo().browse(self._get_active_ids()):
            if mention.company_id <= parents and mention._is_valid_on(facts.day):
                known = best.get(mention.code)
                if not known or mention._get_precedence() > known._get_precedence():
                    best[mention.code] = mention
        chosen = self.browse(mention.id for mention in best.values()).sudo()  # as above
        return chosen.filtered(lambda mention: mention._is_applicable(facts)).sorted()

    def _is_valid_on(self, day) -> bool:
        begun = not self.valid_from or self.valid_from <= day
        return begun and (not self.valid_to or day <= self.valid_to)

    def _get_precedence(self):
        """The company's own mention comes first, then the latest version."""
        company = self.company_id
        return len(company.parent_path or ""), self.valid_from or fields.Date.to_date("1900-01-01")

    def _is_applicable(self, facts: MentionFacts) -> bool:
        """Whether a document prints the mention, its date apart."""
        self.ensure_one()
        if not self[KIND_FIELDS[facts.kind]]:
            return False
        by_article = self.condition == "product_category" or self.category_ids
        if by_article and not facts.categories.intersection(self.category_ids.ids):
            return False
        return CONDITIONS[self.condition](facts)

    def _render(self, values: dict[str, str]) -> str:
        """Return the text, its words in braces replaced."""
        self.ensure_one()
        return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), self.text or "")
