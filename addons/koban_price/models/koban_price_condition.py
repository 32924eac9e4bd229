from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

KINDS = [
    ("discount", "Discount"),
    ("excluded", "Price excl. Tax"),
    ("included", "Price incl. Tax"),
]
# What says whom a condition is for and what it gives: read with them, in one query.
CHOSEN_BY = [
    "brand_id", "categ_id", "company_id", "date_from", "date_to", "discount", "kind",
    "minimum_quantity", "partner_category_id", "partner_id", "price", "product_tmpl_id",
]  # fmt: skip


class KobanPriceCondition(models.Model):
    """Promotions and conditions of customers (rows 2-24 and 4-26): the best for the customer wins.

    A condition says whom it is for, what it is about and when, and gives a discount on the price
    of the customer's list, or a price. They do not add up.
    """

    _name = "koban.price.condition"
    _description = "Promotion or Condition"
    _order = "date_from desc, name, id"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="What the line of a quote says, such as “Spring promotion”."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        help="This customer, with his addresses and contacts. Empty: every customer.",
    )
    partner_category_id = fields.Many2one(
        "res.partner.category",
        string="Customer Category",
        ondelete="restrict",
        help="Customers who have this tag or one below it.",
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Article",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        domain=[("sale_ok", "=", True)],
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Group, Family or Sub-family",
        ondelete="restrict",
        help="Articles of this category and of those below it.",
    )
    brand_id = fields.Many2one("koban.product.brand", ondelete="restrict")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To", help="The last day.")
    minimum_quantity = fields.Float(
        digits="Product Unit",
        help="In the unit of the article, on one line.",
    )
    kind = fields.Selection(KINDS, string="Gives", required=True, default="discount")
    discount = fields.Float(string="Discount (%)", digits="Discount")
    price = fields.Float(
        min_display_digits="Product Price", help="For one unit of the article, in its own unit."
    )
    status = fields.Selection(
        [("future", "To Come"), ("running", "Running"), ("over", "Over")],
        compute="_compute_status",
        search="_search_status",
    )

    _discount_range = models.Constraint(
        "CHECK (kind <> 'discount' OR (discount > 0 AND discount <= 100))",
        "A discount is above 0 and at most 100 %.",
    )
    _price_positive = models.Constraint(
        "CHECK (kind = 'discount' OR price >= 0)", "A price is not below zero."
    )

    @api.depends("date_from", "date_to")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        for condition in self:
            if condition.date_from and condition.date_from > today:
                condition.status = "future"
            elif condition.date_to and condition.date_to < today:
                condition.status = "over"
            else:
                condition.status = "running"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        future, over = Domain("date_from", ">", today), Domain("date_to", "<", today)
        domains = {"future": future, "over": ~future & over, "running": ~future & ~over}
        return Domain.OR(domains[status] for status in value if status in domains)

    @api.depends("name", "kind", "discount", "price")
    def _compute_display_name(self):
        for condition in self:
            gift = (
                f"−{condition.discount:g} %"
                if condition.kind == "discount"
                else condition.currency_id.format(condition.price)
            )
            condition.display_name = f"{condition.name} ({gift})"

    @api.constrains("product_tmpl_id", "kind", "date_from", "date_to", "categ_id", "brand_id")
    def _check_condition(self):
        for condition in self:
            if reasons := condition._list_faults():
                raise ConstraintError(
                    "\n".join(reasons), "price_condition", model=self._name, ids=condition.ids
                )

    def _list_faults(self) -> list[str]:
        env = speaking(self.env)
        reasons = []
        if self.date_from and self.date_to and self.date_to < self.date_from:
            reasons.append(
                env._(
                    "%(condition)s: it ends on %(end)s, before it begins on %(begin)s.",
                    condition=self.name,
                    begin=self.date_from,
                    end=self.date_to,
                )
            )
        if self.kind != "discount" and not self.product_tmpl_id:
            reasons.append(
                env._(
                    "%s: a price is that of one article. Choose it, or give a discount.", self.name
                )
            )
        if self.product_tmpl_id and (self.categ_id or self.brand_id):
            reasons.append(
                env._(
                    "%s: it is about an article, or about a family or brand: keep one.", self.name
                )
            )
        return reasons

    # ---- Choosing ----
    @api.model
    def _find(self, companies, products, partners):
        """Return the conditions that may be about articles and customers, in one query.

        :param companies: whose quotes they are
        :param products: the articles of the lines
        :param partners: the customers
        """
        templates = products.product_tmpl_id
        customers = partners | partners.commercial_partner_id
        domain = (
            Domain("company_id", "in", companies.ids)
            & Domain("product_tmpl_id", "in", [False, *templates.ids])
            & Domain("partner_id", "in", [False, *customers.ids])
        )
        # A price that every quote gives, whoever writes it.
        return self.sudo().search_fetch(domain, CHOSEN_BY)

    def _get_applicable(self, product, partner, date, quantity):
        """Return those of these conditions that a line of a quote meets.

        :param product: its article
        :param partner: its customer
        :param date: of the document
        :param quantity: in the unit of the article
        """
        return self.filtered(
            lambda one: (
                one.minimum_quantity <= quantity
                and (not one.date_from or one.date_from <= date)
                and (not one.date_to or one.date_to >= date)
                and one._is_about(product)
                and one._is_for(partner)
            )
        )

    def _is_about(self, product) -> bool:
        path = product.categ_id.parent_path or ""
        return (
            (not self.product_tmpl_id or self.product_tmpl_id == product.product_tmpl_id)
            and (not self.categ_id or path.startswith(self.categ_id.parent_path))
            and (not self.brand_id or self.brand_id == product.koban_brand_id)
        )

    def _is_for(self, partner) -> bool:
        customers = partner | partner.commercial_partner_id
        if self.partner_id and self.partner_id not in customers:
            return False
        if not self.partner_category_id:
            return True
        path = self.partner_category_id.parent_path
        return any(tag.parent_path.startswith(path) for tag in customers.category_id)

    def _get_price(self, base: float, product, taxes) -> float:
        """Return the price before tax that a condition gives, in the unit of the article.

        :param base: the price that the customer's list gives
        :param product: the article
        :param taxes: of the line, which a price with tax contains
        """
        if self.kind == "discount":
            return base * (1 - self.discount / 100)
        if self.kind == "included":
            return product.product_tmpl_id._exclude_taxes(self.price, taxes)
        return self.price
