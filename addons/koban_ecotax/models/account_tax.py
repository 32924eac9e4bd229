from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed

from ..tools.amounts import EcotaxPart, computing, get_discounted_price, get_part

# Before every VAT, whose base it is part of.
SEQUENCE = -10
# What the table gives to its taxes.
MADE_FIELDS = frozenset(
    {
        "amount", "amount_type", "company_id", "country_id", "include_base_amount",
        "is_base_affected", "koban_ecotax_id", "price_include_override", "sequence",
        "tax_group_id", "type_tax_use",
    }
)  # fmt: skip


class AccountTax(models.Model):
    """The taxes that the tables of eco-taxes make, one for each amount (row 4-28)."""

    _inherit = "account.tax"

    koban_ecotax_id = fields.Many2one(
        "koban.ecotax",
        string="Eco-tax",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    _koban_ecotax_uniq = models.UniqueIndex(
        "(koban_ecotax_id, company_id, amount, price_include_override) "
        "WHERE koban_ecotax_id IS NOT NULL",
        "The eco-tax has a tax of this amount.",
    )

    @override
    def write(self, vals):
        if not MADE_FIELDS.isdisjoint(vals):
            changed = get_changed(self.filtered("koban_ecotax_id"), vals, MADE_FIELDS)
            if changed:
                raise changed._refuse_made()
        return super().write(vals)

    def _refuse_made(self) -> DocumentError:
        self.check_access("write")
        return DocumentError(
            speaking(self.env)._(
                "%s is made by the table of its eco-tax: give the table another amount, with "
                "the day from which it counts.",
                self[0].display_name,
            ),
            "ecotax_tax",
            model=self._name,
            ids=self.ids,
        )

    def _name_ecotaxes(self):
        """Name the taxes of the tables after them, in each language."""
        codes = self.env["account.tax.group"]._get_named_languages()
        for tax in self:
            tables = {code: tax.koban_ecotax_id.with_context(lang=code) for code in codes}
            labels = {code: table._label_tax() for code, table in tables.items()}
            names = {code: table._name_tax(tax) for code, table in tables.items()}
            tax.update_field_translations("invoice_label", labels)
            tax.update_field_translations("name", names)

    # ------------------------------------------------------------------
    # Computation
    # ------------------------------------------------------------------
    @api.model
    def _prepare_base_line_for_taxes_computation(self, record, **kwargs):
        base_line = super()._prepare_base_line_for_taxes_computation(record, **kwargs)
        base_line["koban_ecotax_units"] = self._get_base_line_field_value_from_record(
            record, "koban_ecotax_units", kwargs, 0.0
        )
        return base_line

    @api.model
    def _add_tax_details_in_base_line(self, base_line, company, rounding_method=None):
        """Compute eco-taxes by the units of the line, and leave them out of its discount."""
        ecotaxes = base_line["tax_ids"].filtered("koban_ecotax_id")
        if not ecotaxes:
            super()._add_tax_details_in_base_line(
                base_line, company, rounding_method=rounding_method
            )
            return
        part = self._get_ecotax_part(base_line, ecotaxes)
        price = self._get_ecotax_price(base_line, ecotaxes, part)
        own = {**base_line, "price_unit": price, "discount": 0.0}
        with computing(part):
            super()._add_tax_details_in_base_line(own, company, rounding_method=rounding_method)
        for tax_data in own["tax_details"]["taxes_data"]:
            if tax_data["tax"].koban_ecotax_id:
                # Rounded on the line in the company's currency too, in which it is declared.
                amount = company.currency_id.round(tax_data["raw_tax_amount"])
                tax_data["raw_tax_amount"] = amount
        kept = ("price_unit", "discount")
        base_line.update({name: value for name, value in own.items() if name not in kept})

    @api.model
    def _get_ecotax_part(self, base_line, ecotaxes) -> EcotaxPart:
        units = base_line["koban_ecotax_units"]
        if not units:  # a price worked out without a line
            ecotax = ecotaxes.koban_ecotax_id[:1]
            units = ecotax._count_units(base_line["product_id"], base_line["product_uom_id"])
        return EcotaxPart(
            units=units,
            quantity=base_line["quantity"],
            rate=base_line["rate"] or 1.0,
            rounding=base_line["currency_id"].rounding or 0.01,
            sign=-1 if base_line["price_unit"] < 0 else 1,
        )

    @api.model
    def _get_ecotax_price(self, base_line, ecotaxes, part) -> float:
        """Return the unit price after its discount, of which the eco-tax takes none."""
        price, discount = base_line["price_unit"], base_line["discount"]
        mode = base_line["special_mode"]
        inside = ecotaxes.filtered(
            lambda tax: mode == "total_included" or (not mode and tax.price_include)
        )
        included = part.sign * base_line["tax_ids"]._get_included_ecotax(inside, part)
        return get_discounted_price(price, discount, included)

    def _get_included_ecotax(self, ecotaxes, part) -> float:
        """Return the eco-tax in a price that includes taxes, with the taxes on it."""
        percents = sum(
            tax.amount
            for tax in self.flatten_taxes_hierarchy()
            if tax.amount_type == "percent" and tax.is_base_affected
        )
        unit = sum(part.get_unit(tax.amount) for tax in ecotaxes)
        return unit * (1 + percents / 100.0)

    def _eval_tax_amount_fixed_amount(self, batch, raw_base, evaluation_context):
        part = get_part()
        if part and self.koban_ecotax_id:
            return part.get_amount(self.amount)
        return super()._eval_tax_amount_fixed_amount(batch, raw_base, evaluation_context)

    # ------------------------------------------------------------------
    # Totals
    # ------------------------------------------------------------------
    @api.model
    def _get_tax_totals_summary(self, base_lines, currency, company, cash_rounding=None):
        """Give the eco-taxes a total of their own, before that on which VAT is calculated."""
        totals = super()._get_tax_totals_summary(
            base_lines, currency, company, cash_rounding=cash_rounding
        )
        for index, subtotal in enumerate(totals["subtotals"]):
            groups = [group for group in subtotal["tax_groups"] if self._is_ecotax_group(group)]
            if groups:
                self._split_ecotaxes(totals, index, groups)
                break
        return totals

    @api.model
    def _is_ecotax_group(self, group) -> bool:
        # Only groups of fixed taxes show no base.
        if group["display_base_amount_currency"] is not False:
            return False
        taxes = self.browse(group["involved_tax_ids"]).sudo()  # a mark of the tax
        return bool(taxes.filtered("koban_ecotax_id"))

    @api.model
    def _split_ecotaxes(self, totals, index, groups):
        """Take the groups of eco-taxes out of a subtotal, into one that stands first."""
        first = {"name": self.env._("Untaxed Amount before Eco-contribution"), "tax_groups": groups}
        above = totals["subtotals"][index]
        above["tax_groups"] = [group for group in above["tax_groups"] if group not in groups]
        for suffix in ("_currency", ""):
            tax, base = f"tax_amount{suffix}", f"base_amount{suffix}"
            first[tax] = sum(group[tax] for group in groups)
            first[base] = totals["subtotals"][0][base]
            above[tax] -= first[tax]
            for subtotal in totals["subtotals"][: index + 1]:
                subtotal[base] += first[tax]
        for group in groups:
            group["koban_ecotax"] = True
        totals["subtotals"].insert(0, first)
