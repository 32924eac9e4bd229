from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "koban.document.text.mixin", "koban.grouping.mixin"]

    _grouping_lines_field = "invoice_line_ids"
