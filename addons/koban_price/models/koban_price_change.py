from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..tools.rounding import raise_price
from .product_template import BASES, EXCLUDED, INCLUDED, TIERS, TYPED

# What its buttons write.
ITS_OWN = {"state": "draft", "applied_on": False, "applied_by_id": False}


class KobanPriceChange(models.Model):
    """Prices of many articles changed at once: previewed, applied, undone (row 4-26)."""

    _name = "koban.price.change"
    _description = "Change of Prices"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True, default=lambda self: self.env._("Change of Prices"), string="Title"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "Draft"), ("applied", "Applied"), ("undone", "Undone")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Articles",
        check_company=True,
        help="Empty: every article of the classification below.",
    )
    categ_id = fields.Many2one("product.category", string="Group, Family or Sub-family")
    brand_id = fields.Many2one("koban.product.brand")
    change_tier_1 = fields.Boolean(string="Tier 1", default=True)
    change_tier_2 = fields.Boolean(string="Tier 2", default=True)
    change_tier_3 = fields.Boolean(string="Tier 3", default=True)
    side = fields.Selection(
        [("typed", "As Typed"), ("excluded", "Excl. Tax"), ("included", "Incl. Tax")],
        string="Price Changed",
        required=True,
        default="typed",
        help="As typed: the price with tax of what was typed with tax, the other one elsewhere.",
    )
    percentage = fields.Float(string="Change (%)", help="3 raises by 3 %, -3 lowers.")
    amount = fields.Float(
        string="Then Add", min_display_digits="Product Price", help="Below zero it takes off."
    )
    rounding = fields.Selection(
        [
            ("0.01", "0.01"),
            ("0.05", "0.05"),
            ("0.10", "0.10"),
            ("1", "1.00"),
            (".90", "Ending in .90"),
            (".95", "Ending in .95"),
            (".99", "Ending in .99"),
        ],
        required=True,
        default="0.01",
    )
    line_ids = fields.One2many("koban.price.change.line", "change_id", string="Prices", copy=False)
    line_count = fields.Integer(compute="_compute_line_count")
    applied_on = fields.Datetime(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["koban.price.change.line"]._read_group(
                [("change_id", "in", self.ids)], ["change_id"], ["__count"]
            )
        )
        for change in self:
            change.line_count = counts.get(change, 0)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            self._refuse_own(ITS_OWN.keys() & vals.keys())
        # Neither do defaults of the context come in.
        return super().create([{**vals, **ITS_OWN} for vals in vals_list])

    @override
    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self._refuse_own(ITS_OWN.keys() & vals.keys())
            if vals.keys() - {"name"}:
                self._check_state("draft")
        return super().write(vals)

    def _refuse_own(self, names):
        """Refuse values that the change gives itself.

        :raise DocumentError: code ``price_change_field``
        """
        if names:
            message = speaking(self.env)._(
                "The change of prices itself keeps %s: leave it out.", ", ".join(sorted(names))
            )
            raise self._refuse("price_change_field", message)

    # ---- Steps ----
    @public
    def action_preview(self) -> bool:
        """List the articles with their prices before and after; lines that were there go.

        :raise DocumentError: codes ``price_change_state``, ``price_change_empty``
        """
        for change in self:
            change._check_state("draft")
            # Nobody but the change makes and removes its lines.
            change.sudo().line_ids.unlink()
            values = change._prepare_lines()
            if not values:
                raise change._refuse(
                    "price_change_empty",
                    speaking(self.env)._(
                        "%s: no article has a price to change. Choose others, or another tier.",
                        change.name,
                    ),
                )
            self.env["koban.price.change.line"].sudo().create(values)  # as above
        return True

    @public
    def action_apply(self) -> bool:
        """Give the articles the new prices of the preview, all of them or none.

        :raise DocumentError: codes ``price_change_state``, ``price_change_empty``,
            ``price_change_stale``: a price is another one than in the preview
        :raise ConstraintError: code ``article_minimum_price``
        """
        for change in self:
            change._check_state("draft")
            if not change.line_ids:
                change.action_preview()
            lines = change.line_ids.filtered(lambda line: not line.is_skipped)
            lines._check_unchanged()
            lines._apply()
        # The state is for these buttons alone to write.
        self.sudo().write(
            {
                "state": "applied",
                "applied_on": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
            }
        )
        return True

    @public
    def action_undo(self) -> bool:
        """Give the articles back the prices that they had, where they still have the new ones.

        What was changed since stays, and is marked in the list.

        :raise DocumentError: code ``price_change_state``
        """
        for change in self:
            change._check_state("applied")
            change.line_ids.filtered(lambda line: not line.is_skipped)._undo()
        self.sudo().state = "undone"  # as in action_apply
        return True

    def _check_state(self, state):
        for change in self.filtered(lambda change: change.state != state):
            env = speaking(self.env)
            labels = dict(self._fields["state"]._description_selection(env))
            raise change._refuse(
                "price_change_state",
                env._(
                    "%(change)s is in the state “%(state)s”: make a new one.",
                    change=change.name,
                    state=labels[change.state],
                ),
            )

    def _refuse(self, code, message) -> DocumentError:
        return DocumentError(message, code, model=self._name, ids=self.ids)

    # ---- Preview ----
    def _get_articles(self):
        articles = self.product_tmpl_ids
        if not articles:
            domain = Domain("company_id", "in", [False, self.company_id.id])
            if self.categ_id:
                domain &= Domain("categ_id", "child_of", self.categ_id.id)
            if self.brand_id:
                domain &= Domain("koban_brand_id", "=", self.brand_id.id)
            articles = articles.search(domain)
        return articles.with_company(self.company_id)

    def _prepare_lines(self) -> list[dict]:
        return [
            self._prepare_line(article, tier)
            for article in self._get_articles()
            for tier in TIERS
            if self[f"change_tier_{tier}"] and article[BASES[tier]]
        ]

    def _prepare_line(self, article, tier):
        side = self.side
        if side == "typed":
            typed = article[TYPED[tier]] or any(article._get_price_taxes().mapped("price_include"))
            side = "included" if typed else "excluded"
        old = article[(INCLUDED if side == "included" else EXCLUDED)[tier]]
        return {
            "change_id": self.id,
            "product_tmpl_id": article.id,
            "tier": str(tier),
            "side": side,
            "old_price": old,
            "new_price": raise_price(old, self.percentage, self.amount, self.rounding),
            "old_base": article[BASES[tier]],
            "old_typed": article[TYPED[tier]],
        }
