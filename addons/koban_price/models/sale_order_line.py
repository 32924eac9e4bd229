from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import float_compare

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from .account_tax import DIGITS
from .product_template import INTERNAL, is_same


class SaleOrderLine(models.Model):
    """Prices of quotes: the typed side of the tier, the best condition, the minimum."""

    _inherit = "sale.order.line"

    _sealed_follow_up = {
        "koban_condition_id": "why the price is what it is: the price and discount are covered",
        "koban_agreed_price": "who let the price pass below the minimum; the price is covered",
    }

    koban_condition_id = fields.Many2one(
        "koban.price.condition",
        string="Promotion or Condition",
        compute="_compute_koban_condition",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        groups=INTERNAL,
    )
    koban_price_origin = fields.Char(
        string="Price From",
        compute="_compute_koban_price_origin",
        groups=INTERNAL,
        help="The promotion or condition that was the best for the customer, or his price list.",
    )
    koban_below_minimum = fields.Boolean(
        string="Below the Minimum Price",
        compute="_compute_koban_below_minimum",
        help="Told to users of the company alone.",
    )
    koban_agreed_price = fields.Float(
        string="Price Agreed below the Minimum",
        min_display_digits="Product Price",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="Lowest price with tax that somebody who may pass below the minimum has agreed to.",
    )

    # ---- Conditions ----
    @api.depends("product_id", "product_uom_id", "product_uom_qty")
    def _compute_koban_condition(self):
        lines = self.filtered(lambda line: line._may_have_condition())
        for line in self - lines:
            line._take_condition(self.env["koban.price.condition"])
        found = self.env["koban.price.condition"]._find(
            lines.company_id, lines.product_id, lines.order_id.partner_id
        )
        for line in lines:
            line._take_condition(line._choose_condition(found))

    def _take_condition(self, condition):
        before = self.koban_condition_id
        self.koban_condition_id = condition
        if before.kind == "discount" and not condition and self.discount == before.discount:
            # The host leaves a discount where the quote has no price list.
            self.discount = 0.0

    def _may_have_condition(self) -> bool:
        return bool(
            self.product_id
            and self.order_id
            and self.product_type != "combo"
            and not self.combo_item_id
            and not self.is_downpayment
            and not self.display_type
        )

    def _choose_condition(self, found):
        """Return the condition that is the best for the customer: none if his list is."""
        date = fields.Datetime.context_timestamp(self, self._get_order_date()).date()
        quantity = self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, round=False, raise_if_failure=False
        )
        applicable = found.filtered(
            lambda condition: condition.company_id == self.company_id
        )._get_applicable(self.product_id, self.order_id.partner_id, date, quantity)
        best, lowest = found.browse(), None
        for condition in applicable:
            price = self._get_condition_price(condition)
            if lowest is None or price < lowest:
                best, lowest = condition, price
        own = self._get_pricelist_price() if best else 0.0
        is_better = best and float_compare(lowest, own, precision_digits=DIGITS) < 0
        return best if is_better else best.browse()

    def _get_condition_price(self, condition) -> float:
        """Return the price before tax that a condition gives, in the line's unit and currency."""
        if condition.kind == "discount":
            return condition._get_price(self._get_display_price(), self.product_id, None)
        price = condition._get_price(0.0, self.product_id, self._get_article_taxes())
        price = self.product_id.uom_id._compute_price(price, self.product_uom_id)
        return condition.currency_id._convert(
            price, self.currency_id, self.company_id, self._get_order_date(), round=False
        )

    @api.depends(
        "koban_condition_id", "discount", "price_unit", "technical_price_unit",
        "order_id.pricelist_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_koban_price_origin(self):
        for line in self:
            if not line.product_id:
                line.koban_price_origin = False
            elif line._has_manual_price() or line._has_manual_discount():
                line.koban_price_origin = self.env._("Typed")
            else:
                line.koban_price_origin = (
                    line.koban_condition_id.display_name or line.order_id.pricelist_id.name
                )

    # ---- Prices ----
    def _has_manual_price(self) -> bool:
        return not is_same(self.technical_price_unit, self.price_unit)

    def _has_manual_discount(self) -> bool:
        condition = self.koban_condition_id
        return condition.kind == "discount" and (
            self._shows_discounts() and not is_same(self.discount, condition.discount)
        )

    def _get_article_taxes(self):
        return self.product_id.taxes_id._filter_taxes_by_company(self.company_id)

    def _keeps_price(self) -> bool:
        """Whether the host lets the price be as it is: typed, or invoiced already."""
        return bool(
            self.qty_invoiced > 0
            or self.is_downpayment
            or self._has_manual_price()
            or (self.is_expense and self.product_id.expense_policy == "cost")
        )

    def _compute_tax_ids(self):
        before = {line: line.tax_ids for line in self}
        super()._compute_tax_ids()
        for line in self.filtered("product_id"):
            kept = line.technical_price_unit and line._keeps_price()
            included = _are_included(before[line]) if kept else line._wants_included()
            line._set_included(included)

    def _compute_price_unit(self):
        if self.env.context.get("force_price_recomputation"):
            self._compute_koban_condition()
        super()._compute_price_unit()

    def _reset_price_unit(self):
        super()._reset_price_unit()
        condition = self.koban_condition_id
        price = self.price_unit
        if condition and (condition.kind != "discount" or not self._shows_discounts()):
            price = self._get_condition_price(condition)
        included = self._wants_included()
        self._set_included(included)
        if included:
            price = self._include_taxes(price)
        if not is_same(price, self.price_unit):
            self.update({"price_unit": price, "technical_price_unit": price})

    def _include_taxes(self, price: float) -> float:
        """Return a price without tax, of the line's unit and in its currency, with its taxes."""
        return self.product_id.product_tmpl_id._include_taxes(price, self._get_article_taxes())

    def _compute_discount(self):
        super()._compute_discount()
        if not self._shows_discounts():
            return
        for line in self.filtered("koban_condition_id"):
            condition = line.koban_condition_id
            line.discount = condition.discount if condition.kind == "discount" else 0.0

    @api.model
    def _shows_discounts(self) -> bool:
        return self.env["product.pricelist.item"]._is_discount_feature_enabled()

    def _wants_included(self) -> bool:
        """Whether the price was typed with tax, so that the line is to keep it (case T15).

        Where a fiscal position puts other taxes, the price without tax counts.
        """
        taxes = self._get_article_taxes()
        if not taxes or _are_included(taxes) or self.product_type == "combo":
            return False
        if not all(taxes.mapped("koban_included_tax_id")):
            return False
        if self.order_id.fiscal_position_id.map_tax(taxes) != taxes:
            return False
        condition = self.koban_condition_id
        if condition.kind in ("excluded", "included"):
            return condition.kind == "included"
        tier = self.pricelist_item_id._get_tier(self.product_id, **self._get_pricelist_kwargs())
        return bool(tier and self.product_id.product_tmpl_id._get_tier_typed(tier))

    def _set_included(self, included):
        """Put the taxes of the article on the line, on top of the price or included in it."""
        taxes = self._get_article_taxes()
        twins = taxes.koban_included_tax_id
        now = self.tax_ids._origin
        if included and taxes and taxes <= now:
            self.tax_ids = now - taxes + twins
        elif not included and twins and twins <= now and not twins & taxes:
            self.tax_ids = now - twins + taxes

    # ---- Minimum ----
    @api.depends("product_id", "price_reduce_taxexcl", "price_reduce_taxinc", "product_uom_id")
    @api.depends_context("uid")
    def _compute_koban_below_minimum(self):
        told = self.env.user._is_internal()
        for line in self:
            minimum = told and line._get_minimum_price()
            line.koban_below_minimum = bool(minimum) and (
                line.currency_id.compare_amounts(line._get_price_to_compare(), minimum) < 0
            )

    def _has_article_taxes(self) -> bool:
        """Whether the line has the taxes with which the minimum price was typed."""
        taxes = self._get_article_taxes()
        twins = taxes.koban_included_tax_id
        return taxes <= self.tax_ids or bool(twins and twins <= self.tax_ids)

    def _get_price_to_compare(self) -> float:
        """Return the price of a unit that its minimum is for."""
        return self.price_reduce_taxinc if self._has_article_taxes() else self.price_reduce_taxexcl

    def _get_minimum_price(self) -> float:
        """Return the minimum price of the article, in the line's unit and currency.

        With tax as it was typed; without it for a customer to whom other taxes apply.
        """
        minimum = self.product_id.koban_minimum_price
        if not minimum or not self._may_have_condition():
            return 0.0
        if not self._has_article_taxes():
            article = self.product_id.product_tmpl_id
            minimum = article._exclude_taxes(minimum, self._get_article_taxes())
        minimum = self.product_id.uom_id._compute_price(minimum, self.product_uom_id)
        return self.product_id.currency_id._convert(
            minimum, self.currency_id, self.company_id, self._get_order_date()
        )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_agreement({name for vals in vals_list for name in vals})
        lines._check_minimum_price()
        return lines

    @override
    def write(self, vals):
        result = super().write(vals)
        # After the guard, which tells why a validated order cannot be changed at all.
        self._check_agreement(vals)
        self._check_minimum_price()
        return result

    def _check_agreement(self, names):
        """Refuse that a price is written as agreed by who may not agree to it.

        :raise AccessError: without the group
        """
        if "koban_agreed_price" in names and not self._may_agree():
            raise AccessError(
                speaking(self.env)._(
                    "Only who may sell below the minimum price agrees to such a price."
                )
            )

    @api.model
    def _may_agree(self) -> bool:
        user = self.env.user
        return user.id == SUPERUSER_ID or user.has_group("koban_price.group_below_minimum")

    def _check_minimum_price(self):
        """Refuse prices below the minimum, or keep those that somebody may agree to.

        No constraint: one is asked in the middle of what is computed, when the price is not there
        yet, and by no user.

        :raise ConstraintError: code ``order_below_minimum``
        """
        if self.env.uid == SUPERUSER_ID:
            return  # what the software does by itself nobody agreed to: validation asks
        below = self.filtered(
            lambda line: (
                line.company_id.koban_minimum_rule == "block"
                and line.koban_below_minimum
                and line.order_id.state in ("draft", "sent")
            )
        )
        if not below:
            return
        if self._may_agree():
            for line in below.filtered(lambda line: not line._is_price_agreed()):
                line.koban_agreed_price = line.price_reduce_taxinc
            return
        refused = below.filtered(lambda line: not line._is_price_agreed())
        if refused:
            raise ConstraintError(
                refused._describe_below_minimum(),
                "order_below_minimum",
                model=self._name,
                ids=refused.ids,
            )

    def _is_price_agreed(self) -> bool:
        agreed = self.koban_agreed_price
        return bool(agreed) and (
            self.currency_id.compare_amounts(self.price_reduce_taxinc, agreed) >= 0
        )

    def _describe_below_minimum(self) -> str:
        env = speaking(self.env)
        reasons = []
        for line in self:
            values = {
                "order": line.order_id.name,
                "article": line.product_id.display_name,
                "price": line.currency_id.format(line._get_price_to_compare()),
                "minimum": line.currency_id.format(line._get_minimum_price()),
            }
            reasons.append(
                env._(
                    "%(order)s, %(article)s: %(price)s with tax is below its minimum price of "
                    "%(minimum)s.",
                    **values,
                )
                if line._has_article_taxes()
                else env._(
                    "%(order)s, %(article)s: %(price)s without tax is below its minimum price of "
                    "%(minimum)s without tax.",
                    **values,
                )
            )
        remedy = env._(
            "Raise the price, or have it agreed by someone who may sell below the minimum."
        )
        return "\n".join([*reasons, remedy])


def _are_included(taxes) -> bool:
    return any(tax.price_include for tax in taxes)
