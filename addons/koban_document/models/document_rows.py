from odoo import models

from ..rows import PrintedRow


class DocumentTextMixin(models.AbstractModel):
    """Stand-in of the rendering rule."""

    _inherit = "koban.document.text.mixin"

    def _get_printed_rows(self):
        rows = []
        for line in self["invoice_line_ids" if "invoice_line_ids" in self else "order_line"]:
            kind = (line.display_type or "product").removeprefix("line_")
            if kind in ("section", "subsection", "note"):
                rows.append(PrintedRow(kind, line, line.name, 1 if kind == "subsection" else 0))
                continue
            quantity = line.quantity if "quantity" in line else line.product_uom_qty
            rows.append(
                PrintedRow(
                    "product", line, line.name, 1, quantity, line.product_uom_id,
                    line.price_unit, line.discount, tuple(line.tax_ids.mapped("tax_label")),
                    line.price_subtotal, line.price_total,
                )
            )
        return rows
