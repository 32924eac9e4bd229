from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from .koban_product_code import GUARDED, SHARED

_waiting: ContextVar[bool] = ContextVar("codes are given at the end", default=False)


@contextmanager
def codes_at_the_end():
    """Let variants be made without a code: what was typed for their article comes later."""
    token = _waiting.set(True)
    try:
        yield
    finally:
        _waiting.reset(token)


class ProductProduct(models.Model):
    """Articles, each with a code of its own (row 4-21, case T16)."""

    _inherit = "product.product"

    is_code_duplicate = fields.Boolean(
        string="Code of Another Article",
        compute="_compute_is_code_duplicate",
        search="_search_is_code_duplicate",
    )

    _code_idx = models.Index("(upper(trim(default_code))) WHERE default_code IS NOT NULL")

    @api.depends("default_code", "company_id")
    def _compute_is_code_duplicate(self):
        domain = Domain("is_code_duplicate", "=", True) & Domain("id", "in", self.ids)
        found = self.with_context(active_test=False).search(domain)
        for product in self:
            product.is_code_duplicate = product._origin in found

    def _search_is_code_duplicate(self, operator, value):
        if operator != "in":
            return NotImplemented
        query = SQL(
            "(SELECT p.id FROM product_product p "
            "JOIN product_template t ON t.id = p.product_tmpl_id "
            "LEFT JOIN res_company c ON c.id = t.company_id WHERE trim(p.default_code) <> '' "
            "AND coalesce(split_part(c.parent_path, '/', 1)::int, %s) IN %s "
            "AND NOT EXISTS (SELECT FROM koban_product_code k WHERE k.product_id = p.id))",
            SHARED,
            GUARDED,
        )
        return [("id", "in", query)]

    @api.model_create_multi
    @override
    def create(self, vals_list):
        products = super().create(vals_list)
        if not _waiting.get():
            products._complete_codes()
        return products

    @override
    def write(self, vals):
        result = super().write(vals)
        if "default_code" in vals and not _waiting.get():
            self._take_codes()
        return result

    def _complete_codes(self):
        """Give new articles that have none the next codes of their categories; take all."""
        self.filtered(lambda product: not (product.default_code or "").strip())._draw_codes()
        self._take_codes()

    def _draw_codes(self):
        """Give articles the next codes of the patterns of their categories, where there are any."""
        for source, products in self.grouped(lambda one: one.categ_id._get_code_source()).items():
            if not source:
                continue
            with codes_at_the_end():
                codes = source._draw_codes(len(products))
                for product, code in zip(products, codes, strict=True):
                    product.default_code = code

    def _take_codes(self):
        # Who may write an article takes its code; the table itself is nobody's to write.
        self.env["koban.product.code"].sudo()._take(self)

    @public
    def action_draw_code(self) -> bool:
        """Give articles a new code by the pattern of their category (row 4-21).

        :raise AccessError: if the caller may not write the articles
        :raise DocumentError: code ``article_code_pattern``: a category has no pattern
        """
        self.check_access("write")
        for product in self:
            if not product.categ_id._get_code_source():
                env = speaking(self.env)
                raise DocumentError(
                    env._(
                        "%(article)s: its category %(category)s has no pattern of codes. Give it "
                        "one, or type a code.",
                        article=product.with_env(env).display_name,
                        category=product.categ_id.display_name or "",
                    ),
                    "article_code_pattern",
                    model=self._name,
                    ids=product.ids,
                )
        self._draw_codes()
        self._take_codes()
        return True
