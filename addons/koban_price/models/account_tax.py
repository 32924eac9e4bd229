import itertools

from odoo import api, fields, models
from odoo.tools import float_round

from odoo.addons.koban_guard.tools.overrides import override

# What the two modes of one tax have in common.
PAIRED_BY = (
    "company_id", "country_id", "type_tax_use", "amount_type", "amount", "tax_scope",
    "tax_exigibility", "tax_group_id", "active",
)  # fmt: skip
# What a line of a tax's repartition posts.
POSTED_BY = ("document_type", "repartition_type", "factor_percent", "account_id", "tag_ids")
# More than any price shows: it only cuts what binary fractions add.
DIGITS = 8


class AccountTax(models.Model):
    """A tax and the same one included in the price: the side of a price that is kept (row 4-27)."""

    _inherit = "account.tax"

    koban_included_tax_id = fields.Many2one(
        "account.tax",
        string="The Same, Included in the Price",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The tax of a line whose price was typed with tax.",
    )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        taxes = super().create(vals_list)
        taxes._pair_included()
        return taxes

    @override
    def write(self, vals):
        result = super().write(vals)
        if {*PAIRED_BY, "price_include_override"} & vals.keys():
            self._pair_included()
        return result

    def _pair_included(self):
        """Tell taxes on sales which tax is the same, included in the price."""
        sales = self.filtered(lambda tax: tax.type_tax_use == "sale")
        if not sales:
            return
        domain = [
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("company_id", "in", sales.company_id.ids),
            ("amount", "in", sales.mapped("amount")),
        ]
        every = self.with_context(active_test=False).search(domain)
        included = every.filtered("price_include").grouped(_get_pair_key)
        for tax in every - every.filtered("price_include"):
            found = included.get(_get_pair_key(tax), tax.browse())
            same = found.filtered(lambda other, tax=tax: other._books_like(tax))
            if tax.koban_included_tax_id not in same:
                tax.koban_included_tax_id = same[:1]

    def _books_like(self, other) -> bool:
        """Whether two taxes post to the same accounts with the same tags."""
        return _get_postings(self) == _get_postings(other)

    def _ensure_included(self):
        """Return the taxes as included in the price; make those that are missing."""
        result = self.browse()
        for tax in self:
            if tax.price_include or tax.amount_type != "percent":
                result += tax
                continue
            if not tax.koban_included_tax_id:
                # Who prices articles makes no taxes: this one is that of the article, written in
                # the other way, with its rate, accounts and tags.
                tax.sudo().copy(
                    {
                        "name": tax._get_included_name(),
                        "price_include_override": "tax_included",
                    }
                )
            result += tax.koban_included_tax_id
        return result

    def _get_included_name(self) -> str:
        """Return a free name: the tax may have had another rate, and another twin, before."""
        name = self.env._("%s incl. tax", self.name)
        domain = [("company_id", "=", self.company_id.id), ("name", "=like", f"{name}%")]
        taken = self.with_context(active_test=False).search(domain).mapped("name")
        names = itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))
        return next(free for free in names if free not in taken)

    def _exclude(self, price: float) -> float:
        """Return a price with tax without its tax, not rounded to the cent."""
        return self._get_side(price, "total_included", "total_excluded")

    def _include(self, price: float) -> float:
        """Return a price without tax with its tax, not rounded to the cent."""
        return self._get_side(price, "total_excluded", "total_included")

    def _get_side(self, price, given, wanted):
        if not price or not self:
            return price
        details = self._get_tax_details(
            price, 1.0, rounding_method="round_globally", special_mode=given
        )
        return float_round(details[wanted], precision_digits=DIGITS)


def _get_pair_key(tax):
    return tuple(tax[name] for name in PAIRED_BY)


def _get_postings(tax):
    return [
        tuple(line[name] for name in POSTED_BY)
        for line in tax.repartition_line_ids.sorted(
            lambda line: (line.document_type, line.sequence, line.id)
        )
    ]
