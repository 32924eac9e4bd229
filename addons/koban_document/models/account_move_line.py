from odoo import models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["koban.grouping.line.mixin", "account.move.line"]

    _grouping_document_field = "move_id"
    _grouping_quantity_field = "quantity"
