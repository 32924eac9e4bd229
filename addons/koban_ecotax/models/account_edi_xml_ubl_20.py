from odoo import models


class AccountEdiXmlUbl20(models.AbstractModel):
    """Eco-taxes in UBL: charges of the line, which the host makes of them."""

    _inherit = "account.edi.xml.ubl_20"

    def _ubl_get_line_allowance_charge_recycling_contribution_node(
        self, vals, recycling_contribution_values
    ):
        node = super()._ubl_get_line_allowance_charge_recycling_contribution_node(
            vals, recycling_contribution_values
        )
        tax = recycling_contribution_values["tax"]
        if tax.koban_ecotax_id:
            node["cbc:AllowanceChargeReason"] = {"_text": tax.invoice_label or tax.name}
        return node

    def _merge_hidden_base_lines(self, base_lines, hiding):
        # As on the page, a group is parted by its VAT alone: its charges are those of its lines.
        parted = [
            {
                **line,
                "tax_ids": line["tax_ids"].filtered(lambda tax: not tax.koban_ecotax_id),
            }
            if line["record"] in hiding
            else line
            for line in base_lines
        ]
        return super()._merge_hidden_base_lines(parted, hiding)
