from odoo import api, fields, models

from odoo.addons.koban_guard.tools.overrides import override

from ..billed_fields import check_created, check_written, is_billing


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line"]
    _sealed_follow_up = {
        "contract_period_id": "the ledger of the contract says what was billed",
        "contract_settlement_id": "the settlement of the contract says what was billed",
    }

    contract_period_id = fields.Many2one(
        "koban.contract.period",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The period of the contract that the line bills.",
    )

    @api.model
    def _get_billed_fields(self) -> frozenset[str]:
        """Return what billing alone writes on a line: what the line bills; extend it."""
        return frozenset({"contract_period_id"})

    @api.model_create_multi
    @override
    def create(self, vals_list):
        model = check_created(self, vals_list, self._get_billed_fields())
        return super(AccountMoveLine, model).create(vals_list).with_env(self.env)

    @override
    def write(self, vals):
        check_written(self, vals, self._get_billed_fields())
        return super().write(vals)

    def _copy_data_extend_business_fields(self, values):
        super()._copy_data_extend_business_fields(values)
        if "move_reverse_cancel" in self.env.context or not is_billing(self.env):
            return  # a credit note bills nothing, nor does a mere copy
        # The draft that corrects an invoice bills the periods in its place.
        period = self.sudo().contract_period_id  # whoever corrects it
        if period.state == "billed" and period._get_invoice() == self.move_id:
            values["contract_period_id"] = period.id

    @override
    def unlink(self):
        # What was drafted is to be billed again: no period is lost with its draft.
        moves = self.move_id
        rows = self.sudo().contract_period_id  # whoever may delete the draft
        held = rows.filtered(lambda row: row._get_invoice() in moves)
        result = super().unlink()
        # A consumption has a line for each of its prices: one of them may go.
        held.filtered(lambda row: row._get_invoice() not in moves)._reopen()
        return result
