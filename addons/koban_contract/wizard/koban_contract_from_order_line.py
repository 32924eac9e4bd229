from odoo import fields, models

from ..models.koban_contract_line import CHARGES


class KobanContractFromOrderLine(models.TransientModel):
    """A line of the order, to take into the contract or not."""

    _name = "koban.contract.from.order.line"
    _description = "Line of the Contract of an Order"

    wizard_id = fields.Many2one("koban.contract.from.order", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one(
        "sale.order.line", string="Line", required=True, ondelete="cascade"
    )
    is_taken = fields.Boolean(string="Take")
    charge = fields.Selection(CHARGES, string="Billed", required=True, default="recurring")
    name = fields.Text(related="sale_line_id.name")
    quantity = fields.Float(related="sale_line_id.product_uom_qty")
    price_unit = fields.Float(related="sale_line_id.price_unit")
    discount = fields.Float(related="sale_line_id.discount")
    price_subtotal = fields.Monetary(related="sale_line_id.price_subtotal")
    currency_id = fields.Many2one(related="sale_line_id.currency_id")
