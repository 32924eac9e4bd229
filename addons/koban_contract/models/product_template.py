from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    contract_ok = fields.Boolean(
        string="Contract",
        help="Sold by contract: contracts with customers take these articles alone, and a "
        "validated order with one offers to make its contract (rows 0-07, 1-09).",
    )
