from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    contract_period_id = fields.Many2one(
        "koban.contract.period",
        string="Contract Period",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The period of the contract that the line bills.",
    )

    def unlink(self):
        # What was drafted is to be billed again: no period is lost with its draft.
        periods = self.sudo().contract_period_id  # whoever may delete the draft
        result = super().unlink()
        periods._reopen()
        return result
