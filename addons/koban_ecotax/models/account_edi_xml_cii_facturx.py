from odoo import models


class AccountEdiXmlCii(models.AbstractModel):
    """Eco-taxes in Factur-X: charges of the line, which the host makes of them."""

    _inherit = "account.edi.xml.cii"

    def _export_invoice_vals(self, invoice):
        values = super()._export_invoice_vals(invoice)
        ecotaxes = invoice.invoice_line_ids.tax_ids.filtered("koban_ecotax_id")
        labels = {tax.name: tax.invoice_label or tax.name for tax in ecotaxes}
        for line_vals in values["invoice_line_vals_list"] if labels else ():
            for charge in line_vals["allowance_charge_vals_list"]:
                charge["reason"] = labels.get(charge["reason"], charge["reason"])
        return values

    def _merge_hidden_lines(self, invoice, lines_vals, hiding):
        """Part a group by its VAT alone, as on the page: its charges are those of its lines."""
        if not invoice.invoice_line_ids.tax_ids.filtered("koban_ecotax_id"):
            return super()._merge_hidden_lines(invoice, lines_vals, hiding)
        merged = {}
        for line_vals in lines_vals:
            line = line_vals["line"]
            group = hiding.get(line)
            vat = line.tax_ids.filtered(lambda tax: not tax.koban_ecotax_id)
            merged.setdefault((group, vat) if group else line, []).append(line_vals)
        parted = [
            self._merge_line_vals(invoice, key[0], items) if isinstance(key, tuple) else items[0]
            for key, items in merged.items()
        ]
        return [{**values, "index": index} for index, values in enumerate(parted, start=1)]
