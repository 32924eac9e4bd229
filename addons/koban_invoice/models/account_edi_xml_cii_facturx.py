from odoo import models

from odoo.addons.koban_document.rows import get_price_digits


class AccountEdiXmlCii(models.AbstractModel):
    """Factur-X tells what the page tells: a group that hides something is one line by taxes."""

    _inherit = "account.edi.xml.cii"

    def _export_invoice(self, invoice):
        invoice._check_exportable()
        with invoice._as_validated():
            return super()._export_invoice(invoice)

    def _export_invoice_vals(self, invoice):
        template_values = super()._export_invoice_vals(invoice)
        hiding = invoice._get_hiding_groups()
        if hiding:
            template_values["invoice_line_vals_list"] = self._merge_hidden_lines(
                invoice, template_values["invoice_line_vals_list"], hiding
            )
        return template_values

    def _merge_hidden_lines(self, invoice, lines_vals, hiding):
        """Return the values of the lines, those of a hiding group in one by set of taxes.

        :param hiding: ``{line: group}``
        """
        merged = {}
        for line_vals in lines_vals:
            line = line_vals["line"]
            group = hiding.get(line)
            key = (group, line.tax_ids) if group else (line, None)
            merged.setdefault(key, []).append(line_vals)
        result = []
        for index, ((group, taxes), items) in enumerate(merged.items(), start=1):
            values = items[0] if taxes is None else self._merge_line_vals(invoice, group, items)
            result.append({**values, "index": index})
        return result

    def _merge_line_vals(self, invoice, group, items):
        """Return the values of the line that stands for lines of a group.

        :param items: values of its lines, which carry the same taxes
        """
        charges = {}
        for charge in (charge for item in items for charge in item["allowance_charge_vals_list"]):
            reason = (charge["indicator"], charge["reason_code"], charge["reason"])
            known = charges.setdefault(reason, {**charge, "amount": 0.0})
            known["amount"] += charge["amount"]
        amount = sum(item["line"].price_subtotal for item in items)
        quantity, price = group._split_group_amount(amount)
        if price < 0:
            # A negative price is not allowed (BR-27).
            quantity, price = -quantity, -price
        return {
            **items[0],
            "group_name": group._get_group_title(),
            "quantity": quantity,
            "unece_uom_code": self._get_uom_unece_code(group._get_group_unit()),
            "gross_price_total_unit": price,
            "price_subtotal_unit": price,
            "price_discount_unit": 0.0,
            "price_digits": get_price_digits(price, 2),
            "line_total_amount": invoice.currency_id.round(
                sum(item["line_total_amount"] for item in items)
            ),
            "allowance_charge_vals_list": list(charges.values()),
        }
