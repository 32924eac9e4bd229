from odoo import api, fields, models
from odoo.tools import float_compare

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

TIERS = (1, 2, 3)
# The price of each tier as its taxes are: that of the first one is the host's sales price.
BASES = {1: "list_price", 2: "koban_price_2", 3: "koban_price_3"}
# What was typed with tax, on an article whose taxes come on top: 0 where the base was typed.
TYPED = {tier: f"koban_typed_{tier}" for tier in TIERS}
EXCLUDED = {tier: f"koban_price_{tier}_excluded" for tier in TIERS}
INCLUDED = {tier: f"koban_price_{tier}_included" for tier in TIERS}
PURCHASE = ("koban_purchase_price", "koban_approach_coefficient", "koban_unit_fees")
COST = (*PURCHASE, "koban_cost_computed")
PRICE_DIGITS = 6
# What others pay, and how low one goes, is not for a customer to read.
INTERNAL = "base.group_user"


def is_same(one: float, other: float) -> bool:
    """Whether two prices are the same one, whatever way they were computed."""
    return not float_compare(one, other, precision_digits=PRICE_DIGITS)


def _make_price(string):
    return fields.Float(string=string, min_display_digits="Product Price", groups=INTERNAL)


def _make_side(tier, side, string, help_text=None):
    """Return a field of one side of a tier.

    Each has methods of its own: the host lets be all that is computed with what is being written.
    """
    return fields.Float(
        string=string,
        min_display_digits="Product Price",
        compute=lambda records: records._compute_side(tier, side),
        inverse=lambda records: records._type_side(tier, side),
        depends=[BASES[tier], TYPED[tier], "taxes_id", "company_id"],
        depends_context=["company"],
        groups=INTERNAL,
        help=help_text,
    )


class ProductTemplate(models.Model):
    """Prices of an article: three tiers on both sides of the tax (rows 4-26, 4-27), its minimum
    (row 4-29) and its cost (row 4-30).

    The side that was typed is kept; a change of VAT computes the other one again.
    """

    _inherit = "product.template"

    koban_price_2 = _make_price("Tier 2")
    koban_price_3 = _make_price("Tier 3")
    koban_typed_1 = _make_price("Tier 1 Typed with Tax")
    koban_typed_2 = _make_price("Tier 2 Typed with Tax")
    koban_typed_3 = _make_price("Tier 3 Typed with Tax")
    koban_price_1_excluded = _make_side(1, "excluded", "Tier 1 excl. Tax")
    koban_price_1_included = _make_side(
        1,
        "included",
        "Tier 1 incl. Tax",
        "Typed, it is kept as it is, and the price without tax is computed from it.",
    )
    koban_price_2_excluded = _make_side(
        2, "excluded", "Tier 2 excl. Tax", "Without a price, the tier takes that of tier 1."
    )
    koban_price_2_included = _make_side(2, "included", "Tier 2 incl. Tax")
    koban_price_3_excluded = _make_side(
        3, "excluded", "Tier 3 excl. Tax", "Without a price, the tier takes that of tier 1."
    )
    koban_price_3_included = _make_side(3, "included", "Tier 3 incl. Tax")
    koban_minimum_price = fields.Float(
        string="Minimum Price incl. Tax",
        min_display_digits="Product Price",
        groups=INTERNAL,
        help="Below it, quotes and orders warn or refuse, as the company says. 0: none.",
    )

    koban_purchase_price = fields.Float(
        string="Purchase Price",
        min_display_digits="Product Price",
        compute="_compute_purchase",
        inverse="_inverse_purchase_price",
        groups=INTERNAL,
    )
    koban_approach_coefficient = fields.Float(
        string="Approach Coefficient",
        digits=(16, 4),
        compute="_compute_purchase",
        inverse="_inverse_approach_coefficient",
        groups=INTERNAL,
        help="Transport, customs and insurance as a factor of the purchase price: 1.1 adds 10 %.",
    )
    koban_unit_fees = fields.Float(
        string="Unit Fees",
        min_display_digits="Product Price",
        compute="_compute_purchase",
        inverse="_inverse_unit_fees",
        groups=INTERNAL,
        help="Added to each unit after the coefficient.",
    )
    koban_cost_computed = fields.Boolean(
        string="Computed Cost Price",
        compute="_compute_purchase",
        inverse="_inverse_cost_computed",
        groups=INTERNAL,
        help="Purchase price × approach coefficient + unit fees, instead of a typed one.",
    )
    koban_margin = fields.Float(
        string="Margin",
        min_display_digits="Product Price",
        compute="_compute_margin",
        groups=INTERNAL,
        help="Price of tier 1 without tax, less the cost price.",
    )
    koban_margin_rate = fields.Float(
        string="Margin (%)", compute="_compute_margin", groups=INTERNAL
    )

    # ---- Tiers ----
    def _get_price_taxes(self):
        """Return the taxes that tell the price with tax: those of the article's company.

        An article of all companies has the taxes of each of them.
        """
        taxes = self.taxes_id
        own = taxes._filter_taxes_by_company(self.company_id or self.env.company)
        return own or taxes.filtered(lambda tax: tax.company_id == taxes[:1].company_id)

    def _get_tier_base(self, tier: int) -> float:
        """Return the price of a tier as the article's taxes are; that of tier 1 where it has none.

        :param tier: 1, 2 or 3
        """
        # Whoever buys is told his price, and reads no other tier.
        return self.sudo()[BASES[tier]] or self.list_price

    def _get_tier_typed(self, tier: int) -> float:
        """Return what was typed with tax for the price that a tier gives, 0 if it was without."""
        own = self.sudo()  # as in _get_tier_base
        return own[TYPED[tier]] if own[BASES[tier]] else own[TYPED[1]]

    def _compute_side(self, tier, side):
        name = (EXCLUDED if side == "excluded" else INCLUDED)[tier]
        for template in self:
            excluded, included = template._calculate_sides(tier, template._get_price_taxes())
            template[name] = excluded if side == "excluded" else included

    def _calculate_sides(self, tier, taxes):
        """Return the price of a tier without tax and with it, from what is stored."""
        base, typed = self[BASES[tier]], self[TYPED[tier]]
        if _are_included(taxes):
            return self._exclude_taxes(base, taxes), base
        return base, typed or self._round(self._include_taxes(base, taxes))

    def _exclude_taxes(self, price: float, taxes) -> float:
        """Return a price with tax without all that the taxes of the article put on it.

        :param taxes: those of a company on the article
        """
        return taxes._exclude(price)

    def _include_taxes(self, price: float, taxes) -> float:
        """Return a price without tax with all that the taxes of the article put on it.

        :param taxes: those of a company on the article
        """
        return taxes._include(price)

    def _round(self, price):
        return (self.currency_id or self.env.company.currency_id).round(price)

    @api.onchange(*EXCLUDED.values())
    def _onchange_excluded(self):
        for tier in TIERS:
            self._type_side(tier, "excluded")

    @api.onchange(*INCLUDED.values())
    def _onchange_included(self):
        for tier in TIERS:
            self._type_side(tier, "included")

    @api.onchange(*BASES.values())
    def _onchange_bases(self):
        self._forget_typed(TIERS)

    @api.onchange("taxes_id")
    def _onchange_price_taxes(self):
        self._follow_typed()

    def _type_side(self, tier, side):
        """Take a price that was typed, where it is another one than that which is shown."""
        for template in self:
            taxes = template._get_price_taxes()
            shown = template._calculate_sides(tier, taxes)
            price = template[(EXCLUDED if side == "excluded" else INCLUDED)[tier]]
            if side == "excluded" and not is_same(price, shown[0]):
                included = _are_included(taxes)
                template[BASES[tier]] = (
                    template._round(template._include_taxes(price, taxes)) if included else price
                )
                template[TYPED[tier]] = 0.0
            elif side == "included" and not is_same(price, shown[1]):
                template._take_included(tier, price)

    def _take_included(self, tier, price):
        for template in self:
            taxes = template._get_price_taxes()
            included = _are_included(taxes)
            template[TYPED[tier]] = 0.0 if included else price
            template[BASES[tier]] = price if included else template._exclude_taxes(price, taxes)

    def _forget_typed(self, tiers):
        """Let a price typed without tax stand for the one that was typed with it before."""
        for template in self:
            taxes = template._get_price_taxes()
            for tier in tiers:
                typed = template[TYPED[tier]]
                base = typed and template._exclude_taxes(typed, taxes)
                if typed and not is_same(template[BASES[tier]], base):
                    template[TYPED[tier]] = 0.0

    def _follow_typed(self):
        """Compute what was not typed again, after a change of the taxes (row 4-27)."""
        for template in self:
            taxes = template._get_price_taxes()
            for tier in TIERS:
                if typed := template[TYPED[tier]]:
                    included = _are_included(taxes)
                    base = typed if included else template._exclude_taxes(typed, taxes)
                    template[BASES[tier]] = base
                    template[TYPED[tier]] = 0.0 if included else typed

    # ---- Minimum ----
    @api.constrains("koban_minimum_price", *BASES.values(), *TYPED.values(), "taxes_id")
    def _check_minimum_price(self):
        faults = {one: one._list_minimum_faults() for one in self.filtered("koban_minimum_price")}
        wrong = self.filtered(lambda template: faults.get(template))
        if wrong:
            reasons = [reason for template in wrong for reason in faults[template]]
            raise ConstraintError(
                "\n".join(reasons), "article_minimum_price", model=self._name, ids=wrong.ids
            )

    def _list_minimum_faults(self) -> list[str]:
        env = speaking(self.env)
        minimum = self.koban_minimum_price
        named = {"article": self.display_name, "minimum": self.currency_id.format(minimum)}
        if minimum < 0:
            return [env._("%(article)s: its minimum price %(minimum)s is below zero.", **named)]
        return [
            env._(
                "%(article)s: its minimum price %(minimum)s is above the price of tier %(tier)s, "
                "%(price)s with tax. Lower the one or raise the other.",
                tier=tier,
                price=self.currency_id.format(self[INCLUDED[tier]]),
                **named,
            )
            for tier in TIERS
            if self[BASES[tier]]
            and float_compare(minimum, self[INCLUDED[tier]], precision_digits=2) > 0
        ]

    # ---- Cost ----
    @api.depends(*(f"product_variant_ids.{name}" for name in COST))
    @api.depends_context("company")
    def _compute_purchase(self):
        for name in COST:
            self._compute_template_field_from_variant_field(name)

    def _inverse_purchase_price(self):
        self._set_product_variant_field("koban_purchase_price")

    def _inverse_approach_coefficient(self):
        self._set_product_variant_field("koban_approach_coefficient")

    def _inverse_unit_fees(self):
        self._set_product_variant_field("koban_unit_fees")

    def _inverse_cost_computed(self):
        self._set_product_variant_field("koban_cost_computed")

    @api.model
    def _get_related_fields_variant_template(self):
        return [*super()._get_related_fields_variant_template(), *COST]

    @api.onchange(*COST)
    def _onchange_purchase(self):
        self.env["product.product"]._follow_purchase(self)

    @api.depends("koban_price_1_excluded", "standard_price")
    @api.depends_context("company")
    def _compute_margin(self):
        for template in self:
            price, cost = template.koban_price_1_excluded, template.standard_price
            template.koban_margin = price - cost
            template.koban_margin_rate = (price - cost) / price * 100 if price else 0.0

    # ---- Writing ----
    @api.model_create_multi
    @override
    def create(self, vals_list):
        templates = super().create(vals_list)
        for template, vals in zip(templates, vals_list, strict=True):
            # All is typed at creation, the taxes too.
            template._keep_sides({name: vals[name] for name in vals if name != "taxes_id"})
        return templates

    @override
    def write(self, vals):
        result = super().write(vals)
        self._keep_sides(vals)
        return result

    def _keep_sides(self, vals):
        """Keep the typed sides of prices that were written, and pair their taxes."""
        for tier in TIERS:
            others = {BASES[tier], EXCLUDED[tier], TYPED[tier], "taxes_id"}
            if INCLUDED[tier] in vals and not others & vals.keys():
                # Typed, though the price with tax was shown so already, rounded to the cent.
                self._take_included(tier, vals[INCLUDED[tier]])
        written = [tier for tier in TIERS if BASES[tier] in vals]
        if written:
            self._forget_typed(written)
        if "taxes_id" in vals:
            self._follow_typed()
        self._check_sides(vals)
        if {"taxes_id", *TYPED.values(), *INCLUDED.values()} & vals.keys():
            typed = self.filtered(lambda one: any(one[name] for name in TYPED.values()))
            typed.taxes_id._ensure_included()

    def _check_sides(self, vals):
        """Refuse two sides of a price of which neither follows from the other."""
        for tier in TIERS:
            name = EXCLUDED[tier] if EXCLUDED[tier] in vals else BASES[tier]
            both = {name, INCLUDED[tier]}
            for template in self if both <= vals.keys() else ():
                if any(float_compare(vals[one], template[one], precision_digits=2) for one in both):
                    raise template._refuse_sides(tier, vals[name], vals[INCLUDED[tier]])

    def _refuse_sides(self, tier, excluded, included) -> ConstraintError:
        env = speaking(self.env)
        message = env._(
            "%(article)s: %(excluded)s without tax and %(included)s with tax are not the same "
            "price of tier %(tier)s. Give one of them.",
            article=self.display_name,
            excluded=self.currency_id.format(excluded),
            included=self.currency_id.format(included),
            tier=tier,
        )
        return ConstraintError(message, "article_price_sides", model=self._name, ids=self.ids)


def _are_included(taxes) -> bool:
    return any(tax.price_include for tax in taxes)
