from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["koban.grouping.mixin", "account.move", "koban.document.text.mixin"]

    _grouping_lines_field = "invoice_line_ids"
