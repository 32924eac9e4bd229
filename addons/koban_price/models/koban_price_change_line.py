from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from .product_pricelist import TIER_CHOICES
from .product_template import BASES, EXCLUDED, INCLUDED, TYPED, is_same

# What a person may change in a preview.
CHOSEN = {"new_price", "is_skipped"}


class KobanPriceChangeLine(models.Model):
    """One price of one article in a change of prices."""

    _name = "koban.price.change.line"
    _description = "Price Changed"
    _order = "change_id, id"

    change_id = fields.Many2one(
        "koban.price.change", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    currency_id = fields.Many2one(related="change_id.currency_id")
    state = fields.Selection(related="change_id.state")
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Article",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    tier = fields.Selection(TIER_CHOICES, required=True, readonly=True)
    side = fields.Selection(
        [("excluded", "Excl. Tax"), ("included", "Incl. Tax")], required=True, readonly=True
    )
    old_price = fields.Float(
        string="Before", min_display_digits="Product Price", readonly=True, required=True
    )
    new_price = fields.Float(string="After", min_display_digits="Product Price", required=True)
    difference = fields.Float(min_display_digits="Product Price", compute="_compute_difference")
    is_skipped = fields.Boolean(string="Leave")
    is_kept = fields.Boolean(
        string="Changed Since",
        readonly=True,
        help="It had another price when the change was undone, and kept that one.",
    )
    # What undoing brings back, to the last digit; what it was compared with.
    old_base = fields.Float(readonly=True)
    old_typed = fields.Float(readonly=True)
    new_base = fields.Float(readonly=True)

    _new_price_positive = models.Constraint("CHECK (new_price >= 0)", "A price is not below zero.")
    _article_tier_uniq = models.UniqueIndex(
        "(change_id, product_tmpl_id, tier)", "Each price of an article is changed once."
    )

    @api.depends("old_price", "new_price")
    def _compute_difference(self):
        for line in self:
            line.difference = line.new_price - line.old_price

    @override
    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self.change_id._refuse_own(vals.keys() - CHOSEN)
            self.change_id._check_state("draft")
        return super().write(vals)

    def _check_unchanged(self):
        """Refuse the prices of a preview that were changed since.

        :raise DocumentError: code ``price_change_stale``
        """
        stale = self.filtered(
            lambda line: not is_same(line.product_tmpl_id[BASES[int(line.tier)]], line.old_base)
        )
        if stale:
            names = ", ".join(stale.product_tmpl_id[:10].mapped("display_name"))
            raise DocumentError(
                speaking(self.env)._(
                    "%(count)s prices are no longer those of the preview: %(articles)s. Make the "
                    "preview again.",
                    count=len(stale),
                    articles=names,
                ),
                "price_change_stale",
                model=self._name,
                ids=stale.ids,
            )

    def _apply(self):
        for article, lines in self.grouped("product_tmpl_id").items():
            article.with_company(self.company_id).write(
                {
                    (INCLUDED if line.side == "included" else EXCLUDED)[int(line.tier)]: (
                        line.new_price
                    )
                    for line in lines
                }
            )
        for line in self:
            # For the change alone to write, as what is kept below.
            line.sudo().new_base = line.product_tmpl_id[BASES[int(line.tier)]]

    def _undo(self):
        for article, lines in self.grouped("product_tmpl_id").items():
            values = {}
            for line in lines:
                tier = int(line.tier)
                if is_same(article[BASES[tier]], line.new_base):
                    values |= {BASES[tier]: line.old_base, TYPED[tier]: line.old_typed}
                else:
                    line.sudo().is_kept = True
            if values:
                article.with_company(self.company_id).write(values)
