from odoo import api, models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["koban.grouping.line.mixin", "account.move.line"]

    _grouping_document_field = "move_id"
    _grouping_quantity_field = "quantity"

    # What decides whether a customer may read a line.
    _koban_titles_idx = models.Index(
        "(move_id) WHERE display_type IN ('line_section', 'line_subsection')"
    )

    @api.model
    def _get_outside_types(self):
        # Not the rest of the entry: the cost of what is sold, discounts by account.
        return ("tax", "payment_term", "rounding")
