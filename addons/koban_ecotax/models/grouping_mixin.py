from odoo import models
from odoo.tools import format_amount


class GroupingMixin(models.AbstractModel):
    """The mention of the eco-tax under a row: never where a group hides its prices."""

    _inherit = "koban.grouping.mixin"

    def _get_row_ecotax(self, row) -> str:
        """Return the mention of the eco-tax of a row of the page; empty for none."""
        if row.subtotal is None or "koban_ecotax_amount" not in row.line._fields:
            return ""
        if row.kind == "product":
            return row.line._get_ecotax_mention()
        return self._get_group_ecotax(row) if row.kind == "summary" else ""

    def _get_group_ecotax(self, row) -> str:
        """Return the mention of a group that is shown as one article: of its VAT alone."""
        hiding = self._get_hiding_groups()
        lines = [line for line, group in hiding.items() if group == row.line]
        amount = sum(
            line.koban_ecotax_amount
            for line in lines
            if line.koban_ecotax_amount and line._prepare_product_row()["taxes"] == row.taxes
        )
        if self.currency_id.is_zero(amount):
            return ""
        text = format_amount(self.env, amount, self.currency_id, lang_code=self.env.lang)
        return self.env._("Eco-contribution: %s excl. VAT", text)
