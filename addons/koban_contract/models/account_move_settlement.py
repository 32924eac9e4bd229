from odoo import fields, models


class AccountMoveLine(models.Model):
    """Lines that regularise a period: what was drafted and dropped is to be invoiced again."""

    _inherit = "account.move.line"

    contract_settlement_id = fields.Many2one(
        "koban.price.settlement",
        string="Regularised Period",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def unlink(self):
        settlements = self.sudo().contract_settlement_id  # whoever may delete the draft
        result = super().unlink()
        settlements._reopen()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_contract_settlements(self):
        """Return the differences that these invoices bill, as superuser."""
        return self.sudo().line_ids.contract_settlement_id  # whoever handles the invoice

    def unlink(self):
        # The database deletes the lines without a word.
        settlements = self._get_contract_settlements()
        result = super().unlink()
        settlements._reopen()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        dropped = self.filtered(lambda move: move.state == "cancel" and not move.posted_before)
        # The line gives its difference up: it is invoiced by another draft.
        dropped._get_contract_settlements()._reopen()
        return result

    def button_draft(self):
        taken_up = self.filtered(lambda move: move.state == "cancel" and not move.posted_before)
        taken_up._get_contract_settlements().filtered(lambda own: own.state == "open").write(
            {"state": "billed"}
        )
        return super().button_draft()
