from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanBillingFailure(models.Model):
    """A contract that could not be billed, with the reason, until it is (row 2-66)."""

    _name = "koban.billing.failure"
    _description = "Billing Failure"
    _order = "id desc"
    _rec_name = "contract_id"

    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="contract_id.partner_id")
    run_id = fields.Many2one("koban.billing.run", readonly=True, index=True, ondelete="set null")
    date = fields.Date(string="Billing of", required=True, readonly=True)
    code = fields.Char(readonly=True, help="Stable identifier of the reason, for API callers.")
    reason = fields.Text(required=True, readonly=True)
    is_solved = fields.Boolean(string="Solved", readonly=True, index=True)

    _open_unique = models.UniqueIndex(
        "(contract_id) WHERE is_solved IS NOT TRUE", "The contract is in the list already."
    )

    @public
    def action_retry(self) -> dict:
        """Bill the contracts again, those that can now be; the others stay in the list.

        :return: action that shows the drafts, or a notification
        """
        self.check_access("read")
        runs = self.env["koban.billing.run"]._bill_now(self.contract_id)
        self._forget_not_due()
        return runs._show()

    def _forget_not_due(self):
        """Take contracts off the list of which nothing is to be billed any more."""
        today = fields.Date.context_today(self)
        settled = self.exists().filtered(
            lambda failure: (
                not failure.contract_id.next_invoice_date
                or failure.contract_id.next_invoice_date > today
            )
        )
        settled.sudo().is_solved = True  # written by billing alone

    @public(one=True)
    def action_open_contract(self) -> dict:
        """Open the contract to mend."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.contract",
            "res_id": self.contract_id.id,
            "views": [(False, "form")],
        }
