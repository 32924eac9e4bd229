from odoo import api, fields, models


class KobanDocumentPrint(models.Model):
    _inherit = "koban.document.print"

    # A salesperson sees the editions of the orders that he sees.
    order_id = fields.Many2one(
        "sale.order",
        compute="_compute_order_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("res_model", "res_id")
    def _compute_order_id(self):
        orders = self.filtered(lambda item: item.res_model == "sale.order")
        known = set(self.env["sale.order"].browse(orders.mapped("res_id")).exists().ids)
        for item in self:
            of_order = item in orders and item.res_id in known
            item.order_id = item.res_id if of_order else False
