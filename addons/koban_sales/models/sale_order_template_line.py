from odoo import models


class SaleOrderTemplateLine(models.Model):
    """Groups of a template keep their options on the quotes made from it (row 4-07)."""

    _name = "sale.order.template.line"
    _inherit = [
        "koban.grouping.options.mixin",
        "koban.grouping.line.mixin",
        "sale.order.template.line",
    ]

    _grouping_document_field = "sale_order_template_id"

    def _prepare_order_line_values(self):
        values = super()._prepare_order_line_values()
        if self._is_group():
            values |= self._prepare_grouping_options()
        return values
