import hashlib

from odoo import api, models


class SaleOrder(models.Model):
    """A validated order keeps the file of its first print or sending; a quote does not."""

    _name = "sale.order"
    _inherit = ["koban.issued.mixin", "sale.order"]

    @api.model
    def _get_main_paper(self):
        return "order"

    @api.model
    def _get_main_report(self):
        return self.env.ref("sale.action_report_saleorder")

    def _is_issuable(self):
        # A cancelled order is printed as what it is.
        return self.state != "cancel" and super()._is_issuable()

    def _get_issued_name(self):
        # Its number, which is on the paper.
        name = self._get_printed_report_name() or self.sudo().display_name or ""
        return f"{name.replace('/', '_')}.pdf"

    def _get_text_fingerprint(self):
        """A company may let people edit validated orders (row 3-13): lines count too."""
        lines = [
            (line.name, line.product_uom_qty, line.price_unit, line.discount, line.tax_ids.ids)
            for line in self.sudo().order_line  # compared only
        ]
        content = f"{super()._get_text_fingerprint()}{lines}"
        return hashlib.sha256(content.encode()).hexdigest()
