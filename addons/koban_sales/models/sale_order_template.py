from odoo import models


class SaleOrderTemplate(models.Model):
    _name = "sale.order.template"
    _inherit = ["sale.order.template", "koban.grouping.mixin"]

    _grouping_lines_field = "sale_order_template_line_ids"
