from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..billed_fields import is_billing


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

    @api.model
    def _get_billed_fields(self):
        return super()._get_billed_fields() | {"contract_settlement_id"}

    def _copy_data_extend_business_fields(self, values):
        super()._copy_data_extend_business_fields(values)
        if "move_reverse_cancel" in self.env.context or not is_billing(self.env):
            return  # as for periods
        settlement = self.sudo().contract_settlement_id  # whoever corrects it
        if settlement.state == "billed" and settlement.move_id == self.move_id:
            values["contract_settlement_id"] = settlement.id

    @override
    def unlink(self):
        # As above, whoever deletes it.
        held = self.move_id._get_held_settlements() & self.sudo().contract_settlement_id
        result = super().unlink()
        held._reopen()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.depends("invoice_line_ids.contract_settlement_id.state")
    def _compute_contracts(self):
        super()._compute_contracts()

    def _get_contract_settlements(self):
        """Return the differences that these invoices bill, as superuser."""
        return self.sudo().line_ids.contract_settlement_id  # whoever handles the invoice

    def _get_held_settlements(self):
        """Return the differences that these invoices bill now, and no other one since."""
        return self._get_contract_settlements().filtered(
            lambda own: own.state == "billed" and own.move_id in self
        )

    def _has_billed(self):
        return super()._has_billed() or bool(self._get_held_settlements())

    def _get_billed_contracts(self):
        return super()._get_billed_contracts() | self._get_contract_settlements().contract_id

    @override
    def unlink(self):
        # The database deletes the lines without a word.
        held = self._get_held_settlements()
        result = super().unlink()
        held._reopen()
        return result

    @override
    def button_cancel(self):
        held = self._get_held_settlements()
        result = super().button_cancel()
        held._reopen()
        return result

    @public
    def action_reopen_periods(self) -> bool:
        """Let the credited differences be billed again too."""
        result = super().action_reopen_periods()
        self._get_held_settlements()._reopen()
        return result

    def _take_periods_again(self):
        super()._take_periods_again()
        for move in self:
            settlements = move._get_contract_settlements()
            if any(settlement.state != "open" for settlement in settlements):
                move._raise_billed_since()
            settlements.write({"state": "billed"})
