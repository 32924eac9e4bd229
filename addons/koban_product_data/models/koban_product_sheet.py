from odoo import fields, models
from odoo.tools import format_amount, is_html_empty

from odoo.addons.koban_document.tools.pictures import printable
from odoo.addons.koban_document.tools.texts import name_file

PICTURE_SIZE = (900, 900)


class KobanProductSheet(models.AbstractModel):
    """« Fiche article » on paper (row 4-40): an article as a document model shows it.

    It is kept nowhere: what documents print of themselves, this one prints of an article.
    """

    _name = "koban.product.sheet"
    _inherit = ["koban.document.text.mixin"]
    _description = "Article Sheet"

    article_id = fields.Many2one("product.template")
    variant_id = fields.Many2one("product.product")
    company_id = fields.Many2one("res.company")
    # Nobody in particular: the sheet has no customer.
    partner_id = fields.Many2one("res.partner")

    def _get_legal_mentions(self):
        # An addon that knows the mentions of sales asks: the sheet of an article is none.
        return []

    def _get_document_kind(self):
        return "article"

    def _get_printed_model(self):
        models_ = self.env["koban.document.model"]
        if previewed := models_._get_previewed():
            return previewed.sudo()  # how it looks is no secret to who may print
        found = models_._get_default(self.company_id, "article")
        # Where a company has no models, the sheet still has a form.
        return found.sudo() or models_.new({"kind": "article", "company_id": self.company_id.id})

    def _get_printed_lang(self):
        return self._get_printed_model().lang or self.env.lang or self.env.user.lang

    def _get_printed_title(self):
        return self._get_printed_model().title or self.env._("Article Sheet")

    def _get_printed_number(self):
        return self._get_shown().default_code or ""

    def _get_sheet_filename(self) -> str:
        """Return the name of the file: title, code and name."""
        sheet = self.with_context(lang=self._get_printed_lang())
        parts = [sheet._get_printed_title(), self._get_printed_number(), sheet._get_shown().name]
        return name_file(" ".join(part for part in parts if part))

    def _get_shown(self):
        """Return what is shown: the variant, or the article."""
        return (self.variant_id or self.article_id)._origin

    def _prepare_page(self):
        sheet = self.with_context(lang=self._get_printed_lang())
        model = sheet._get_printed_model().with_context(lang=sheet.env.lang)
        shown = sheet._get_shown().with_context(bin_size=False)
        return {
            "model": model,
            "layout": model.layout,
            "style": sheet._get_page_style(model),
            "logo": sheet._get_page_logo(model),
            "title": sheet._get_printed_title(),
            "number": sheet._get_printed_number(),
            "status": "" if shown.active else sheet.env._("Archived"),
            "issuer": sheet._get_printed_issuer(),
            "legal": sheet._get_legal_identity(),
            # Of documents alone; addons ask for what they add.
            **{name: [] for name in ("recipient", "delivery", "notices", "mentions")},
            "extra": {},
            "name": shown.name,
            "photo": printable(shown.image_1920, *PICTURE_SIZE),
            "identity": sheet._list_identity(model),
            "prices": sheet._list_prices() if model.show_price else [],
            "data": shown.product_tmpl_id._list_data() if self.variant_id else shown._list_data(),
            "characteristics": sheet._get_characteristics(model),
            "variants": sheet._list_variants(model),
        }

    def _list_identity(self, model) -> list[tuple[str, str]]:
        """Return what files the article: labels and texts, empty ones left out."""
        article, env = self._get_shown(), self.env
        pairs = [
            (env._("Code"), article.default_code if model.show_reference else ""),
            (env._("Barcode"), article.barcode),
            (env._("Group"), article.koban_group_id.name),
            (env._("Family"), article.koban_family_id.name),
            (env._("Sub-family"), article.koban_subfamily_id.name),
            (env._("Category"), article.koban_category_id.name),
            (env._("Brand"), article.koban_brand_id.name),
            (env._("Model or range"), article.koban_range_id.name),
            (env._("Unit"), article.uom_id.name if model.show_unit else ""),
        ]
        return [pair for pair in pairs if pair[1]]

    def _list_prices(self) -> list[tuple[str, str]]:
        """Return the price without and with tax, and the taxes."""
        article, env = self._get_shown(), self.env
        price = article.lst_price if self.variant_id else article.list_price
        # Those of the company whose paper it is, whoever prints it.
        taxes = article.taxes_id._filter_taxes_by_company(self.company_id)
        amounts = taxes.compute_all(price, currency=article.currency_id, quantity=1.0)
        pairs = [
            (env._("Price excl. VAT"), self._format_price(amounts["total_excluded"])),
            (env._("VAT"), ", ".join(taxes.mapped("name"))),
            (env._("Price incl. VAT"), self._format_price(amounts["total_included"])),
        ]
        return [pair for pair in pairs if pair[1]] if taxes else pairs[:1]

    def _format_price(self, amount) -> str:
        currency = self.article_id._origin.currency_id
        return format_amount(self.env, amount, currency, lang_code=self.env.lang)

    def _get_characteristics(self, model):
        """Return the plain characteristics, which own data replace (row 4-39); empty for none."""
        article = self.article_id._origin
        text = article.with_context(lang=self.env.lang).description
        if article.koban_data_set_id or not model.show_description or is_html_empty(text):
            return ""
        return text

    def _list_variants(self, model) -> list[dict[str, str]]:
        """Return the variants of an article that has several."""
        article = self.article_id._origin
        if self.variant_id or len(article.product_variant_ids) < 2:
            return []
        return [
            {
                "name": variant.product_template_attribute_value_ids._get_combination_name(),
                "code": variant.default_code or "",
                "barcode": variant.barcode or "",
                "price": self._format_price(variant.lst_price) if model.show_price else "",
            }
            for variant in article.product_variant_ids.with_context(lang=self.env.lang)
        ]
