from odoo import fields, models

from ..tools.amounts import EcotaxPart, Pricing, computing, get_pricing, pricing


class ProductProduct(models.Model):
    """Prices that include their eco-tax, where other taxes apply."""

    _inherit = "product.product"

    def _get_tax_included_unit_price(
        self, company, currency, document_date, *args, product_uom=None, **kwargs
    ):
        if not self.koban_ecotax_id:
            return super()._get_tax_included_unit_price(
                company, currency, document_date, *args, product_uom=product_uom, **kwargs
            )
        # Of the article's currency, until the taxes are worked out.
        own = kwargs.get("product_currency") or self.currency_id
        day = document_date or fields.Date.context_today(self)
        rate = own._get_conversion_rate(company.currency_id, own, company, day)
        with pricing(Pricing(product_uom, fields.Date.to_date(day), rate)):
            return super()._get_tax_included_unit_price(
                company, currency, document_date, *args, product_uom=product_uom, **kwargs
            )

    def _get_tax_included_unit_price_from_price(
        self, product_price_unit, product_taxes, fiscal_position=None, product_taxes_after_fp=None
    ):
        """Take the eco-tax out of a price that includes it with its VAT, where the VAT goes."""
        after = product_taxes_after_fp
        if after is None and fiscal_position:
            after = fiscal_position.map_tax(product_taxes)
        before = self._with_included_ecotax(product_taxes)
        if after is None or not before.filtered("koban_ecotax_id"):
            return super()._get_tax_included_unit_price_from_price(
                product_price_unit,
                product_taxes,
                fiscal_position=fiscal_position,
                product_taxes_after_fp=product_taxes_after_fp,
            )
        if not fiscal_position or fiscal_position.koban_bears_ecotax:
            after = self._with_included_ecotax(after)
        known = get_pricing()
        units = self.koban_ecotax_id._count_units(self, known.unit)
        with computing(EcotaxPart(units=units, rate=known.rate, rounding=1e-6)):
            return super()._get_tax_included_unit_price_from_price(
                product_price_unit,
                before,
                fiscal_position=fiscal_position,
                product_taxes_after_fp=after,
            )

    def _with_included_ecotax(self, taxes):
        """Return taxes with the eco-tax that a price with them includes that day, if it does."""
        ecotax = self.koban_ecotax_id
        if not ecotax or not any(tax.price_include for tax in taxes):
            return taxes
        others = taxes.filtered(lambda tax: not tax.koban_ecotax_id)
        day = get_pricing().day or fields.Date.context_today(self)
        return others | ecotax._get_tax(taxes.company_id[:1], day, included=True)
