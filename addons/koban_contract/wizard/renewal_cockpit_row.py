from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.batches import isolate_failures, process_batches
from odoo.addons.koban_guard.tools.overrides import override

from ..models.koban_contract_notices import LETTERS

ROW_STATES = [
    ("todo", "To Renew"),
    ("done", "Renewed"),
    ("undone", "Undone"),
    ("failed", "Failed"),
]


class KobanRenewalCockpitRow(models.TransientModel):
    """A contract in the cockpit of renewals."""

    _name = "koban.renewal.cockpit.row"
    _description = "Contract to Renew"
    _order = "old_end, id"
    _transient_max_hours = 48.0  # as its cockpit

    cockpit_id = fields.Many2one(
        "koban.renewal.cockpit", required=True, index=True, ondelete="cascade"
    )
    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="contract_id.partner_id")
    renewal = fields.Selection(related="contract_id.renewal")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    is_selected = fields.Boolean(string="Selected", default=True)
    old_end = fields.Date(string="Term Ends on", readonly=True)
    new_end = fields.Date(string="Renewed until", readonly=True)
    old_yearly = fields.Monetary(string="Yearly Amount", readonly=True)
    new_yearly = fields.Monetary(string="Yearly Amount after", readonly=True)
    effect = fields.Monetary(string="Effect per Year", readonly=True)
    state = fields.Selection(ROW_STATES, required=True, readonly=True, default="todo")
    reason = fields.Text(readonly=True)
    figures = fields.Json(readonly=True)
    notice_id = fields.Many2one("koban.contract.notice", string="Letter", readonly=True)
    is_letter_asked = fields.Boolean(
        string="Letter Asked for", readonly=True, index="btree_not_null"
    )
    price_ids = fields.One2many("koban.renewal.price", "row_id", readonly=True)

    @override
    def write(self, vals):
        """Let a person select, and nothing else: the letter says what the dry run computed."""
        if not self.env.su and not vals.keys() <= {"is_selected"}:
            raise AccessError(
                self.env._("The figures of a dry run are computed: only select its contracts.")
            )
        return super().write(vals)

    @public(one=True)
    def action_open_contract(self) -> dict:
        """Open the contract."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.contract",
            "res_id": self.contract_id.id,
            "views": [(False, "form")],
        }

    def _note(self, state, failures):
        """Note what was done of each contract.

        :param failures: of ``isolate_failures``, by contract
        """
        rows = self.sudo()  # written by what is done
        failed = rows.filtered(lambda row: row.contract_id in failures)
        for row in failed:
            row.reason = failures[row.contract_id].reason
        done = rows - failed
        done.reason = False
        if state:
            failed.state = "failed"
            done.state = state

    def _send_letters(self):
        for row in self:
            row._note(None, isolate_failures(row.contract_id, row._send_letter))
        self.sudo().is_letter_asked = False  # as above
        self.contract_id._update_terminable()

    def _ask_letters(self):
        """Have the scheduled job send the letters."""
        self.sudo().is_letter_asked = True  # as above
        # Its own job, for who may ask for it.
        self.env.ref("koban_contract.ir_cron_letters").sudo()._trigger()

    @api.model
    def _cron_send_letters(self):
        """Send the letters that were asked for, in the name of who did."""
        cron = self.env["ir.cron"]
        asked = [("is_letter_asked", "=", True)]
        cron._commit_progress(remaining=self.search_count(asked))
        process_batches(
            self.env,
            lambda _last: self.search(asked, limit=LETTERS),  # those that are sent ask no more
            lambda rows: rows._send_asked_letters(),
            cron._commit_progress,
        )

    def _send_asked_letters(self):
        for user, own in self.grouped("create_uid").items():
            for company, some in own.grouped(lambda row: row.cockpit_id.company_id).items():
                sender = some.with_user(user).with_company(company)
                sender.with_context(lang=user.lang)._send_letters()

    def _send_letter(self, contract):
        contract._check_notice(self.old_end)
        notice = contract._send_notice(self.old_end, figures=self.figures)
        self.sudo().notice_id = notice  # as above
