from odoo import models


class PurchaseOrderLine(models.Model):
    """Lines of TEST orders: protected as soon as their order is validated in TEST."""

    _name = "purchase.order.line"
    _inherit = ["koban.document.line.mixin", "purchase.order.line"]

    _document_field = "order_id"
