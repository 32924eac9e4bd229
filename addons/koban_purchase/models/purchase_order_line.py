from odoo import models


class PurchaseOrderLine(models.Model):
    """Grouped lines; those of a TEST order are protected once it is validated in TEST."""

    _name = "purchase.order.line"
    _inherit = [
        "koban.document.line.mixin",
        "koban.grouping.options.mixin",
        "koban.grouping.line.mixin",
        "purchase.order.line",
    ]

    _document_field = "order_id"
    _grouping_quantity_field = "product_qty"

    # What decides whether a vendor may read a line.
    _koban_titles_idx = models.Index(
        "(order_id) WHERE display_type IN ('line_section', 'line_subsection')"
    )

    def _get_section_lines(self):
        """Return the lines of the group and of its subgroups, titles left out."""
        self.ensure_one()
        return self.order_id.order_line.filtered(
            lambda line: not line._is_group() and self in (line.parent_id, line.parent_id.parent_id)
        )

    def _prepare_account_move_line(self, move=False):
        values = super()._prepare_account_move_line(move)
        if self._is_group():
            values |= self._prepare_grouping_options()
        return values
