from odoo import fields, models

from ..tools.amounts import EcotaxPart, computing, get_pricing_unit, pricing


class ProductProduct(models.Model):
    """Prices that include their eco-tax, where other taxes apply."""

    _inherit = "product.product"

    def _get_tax_included_unit_price(self, *args, product_uom=None, **kwargs):
        with pricing(product_uom):
            return super()._get_tax_included_unit_price(*args, product_uom=product_uom, **kwargs)

    def _get_tax_included_unit_price_from_price(
        self, product_price_unit, product_taxes, fiscal_position=None, product_taxes_after_fp=None
    ):
        """Take the eco-tax out of a price that includes it with its VAT, where the VAT goes."""
        after = product_taxes_after_fp
        if after is None and fiscal_position:
            after = fiscal_position.map_tax(product_taxes)
        before = self._with_included_ecotax(product_taxes)
        if after is None or before == product_taxes:
            return super()._get_tax_included_unit_price_from_price(
                product_price_unit,
                product_taxes,
                fiscal_position=fiscal_position,
                product_taxes_after_fp=product_taxes_after_fp,
            )
        if not fiscal_position or fiscal_position.koban_bears_ecotax:
            after = self._with_included_ecotax(after)
        units = self.koban_ecotax_id._count_units(self, get_pricing_unit())
        with computing(EcotaxPart(units=units, rounding=1e-6)):
            return super()._get_tax_included_unit_price_from_price(
                product_price_unit,
                before,
                fiscal_position=fiscal_position,
                product_taxes_after_fp=after,
            )

    def _with_included_ecotax(self, taxes):
        """Return taxes with the eco-tax that a price with them includes today, if it does."""
        ecotax = self.koban_ecotax_id
        if not ecotax or not any(tax.price_include for tax in taxes):
            return taxes
        today = fields.Date.context_today(self)
        return taxes | ecotax._get_tax(taxes.company_id[:1], today, included=True)
