from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..billed_fields import MOVE_FIELDS, check_created, check_written, get_billing_pass


class AccountMove(models.Model):
    """Invoices of contracts give their periods back when they come to nothing."""

    _name = "account.move"
    _inherit = ["account.move"]
    _sealed_follow_up = {"billing_run_id": "which run made the draft"}

    billing_run_id = fields.Many2one(
        "koban.billing.run", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    koban_contract_count = fields.Integer(compute="_compute_contracts")
    can_reopen_periods = fields.Boolean(compute="_compute_contracts")

    @api.depends("invoice_line_ids.contract_period_id.state", "reversal_move_ids.state")
    def _compute_contracts(self):
        for move in self:
            move.koban_contract_count = len(move._get_billed_contracts())
            move.can_reopen_periods = move._has_billed() and move._is_credited_in_full()

    @api.model
    def _check_billing_allowed(self):
        """Refuse that fictitious invoices bill the periods of real contracts.

        :raise DocumentError: code ``test_mode_on``
        """
        if self._is_created_in_test({"move_type": "out_invoice"}):
            self._raise_test_mode_on()

    # ------------------------------------------------------------------
    # What they bill
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        model = check_created(self, vals_list, MOVE_FIELDS)
        return super(AccountMove, model).create(vals_list).with_env(self.env)

    @override
    def write(self, vals):
        check_written(self, vals, MOVE_FIELDS)
        return super().write(vals)

    def _cancel_open(self, run):
        super()._cancel_open(run)
        # The draft that corrects an invoice bills its periods.
        run.open(self, **get_billing_pass(self.env))

    def _get_held_periods(self):
        """Return the periods that these invoices bill now, and no other one since."""
        return self._get_contract_periods().filtered(lambda row: row._get_invoice() in self)

    def _get_contract_periods(self):
        """Return the periods of contracts that these invoices bill, as superuser."""
        return self.sudo().line_ids.contract_period_id  # whoever handles the invoice

    def _has_billed(self) -> bool:
        """Whether these invoices bill something of a contract now."""
        return any(period.state == "billed" for period in self._get_held_periods())

    def _get_billed_contracts(self):
        return self._get_contract_periods().contract_id

    def _is_credited_in_full(self) -> bool:
        self.ensure_one()
        posted = self._get_live_credit_notes().filtered(lambda move: move.state == "posted")
        credited = sum(posted.mapped("amount_total"))
        return bool(posted) and self.currency_id.compare_amounts(credited, self.amount_total) >= 0

    # ------------------------------------------------------------------
    # Invoices that come to nothing
    # ------------------------------------------------------------------
    @override
    def unlink(self):
        # The database deletes the lines without a word.
        periods = self._get_held_periods()
        result = super().unlink()
        periods._reopen()
        return result

    @override
    def button_cancel(self):
        periods = self._get_held_periods()
        result = super().button_cancel()
        periods._reopen()
        return result

    @override
    def button_draft(self):
        taken_up = self.filtered(lambda move: move.state == "cancel")
        taken_up._take_periods_again()
        return super().button_draft()

    def _take_periods_again(self):
        """Take the periods of cancelled drafts back, unless they were billed since.

        :raise DocumentError: code ``contract_period_billed``
        """
        for move in self:
            periods = move._get_contract_periods()
            if any(period.state != "open" for period in periods):
                move._raise_billed_since()
            periods.write({"state": "billed"})
            periods.contract_id._forget_open_periods()

    def _raise_billed_since(self):
        raise DocumentError(
            speaking(self.env)._(
                "%s cannot be taken up again: its periods were billed by another invoice "
                "since. Delete it.",
                self.display_name,
            ),
            "contract_period_billed",
            model=self._name,
            ids=self.ids,
        )

    @public
    def action_reopen_periods(self) -> bool:
        """Let the periods of credited invoices be billed again (issue 5).

        :raise DocumentError: code ``contract_not_credited``
        """
        self.check_access("write")
        for move in self:
            if not move._is_credited_in_full():
                raise DocumentError(
                    speaking(self.env)._(
                        "%s is not credited in full: its periods would be billed twice. Use "
                        "“Cancel the Document” first.",
                        move.display_name,
                    ),
                    "contract_not_credited",
                    model=self._name,
                    ids=move.ids,
                )
        self._get_held_periods()._reopen()
        return True

    @public
    def action_open_contracts(self) -> dict:
        """Open the contracts that these invoices bill."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contracts"),
            "res_model": "koban.contract",
            "domain": [("id", "in", self._get_billed_contracts().ids)],
            "views": [(False, "list"), (False, "form")],
        }
