from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        # Re-invoicing adds expense lines to validated orders; none other than these.
        opened = self._with_guard_pass(self.env["sale.order"], lines=True, every=True)
        lines = super(AccountMoveLine, opened)._sale_create_reinvoice_sale_line()
        return {move_line_id: line.with_env(self.env) for move_line_id, line in lines.items()}
