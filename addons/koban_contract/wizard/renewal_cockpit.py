from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, split_every

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.batches import BATCH, isolate_failures

from ..models.koban_contract_terms import SOON_DAYS

# So many letters are made while someone waits; more are left to the scheduled job.
LETTERS_AT_ONCE = 50


class KobanRenewalCockpit(models.TransientModel):
    """Renews many contracts: dry run, selection, undo, letters (issue 5)."""

    _name = "koban.renewal.cockpit"
    _description = "Renewals"
    # The letters asked for are made of its rows.
    _transient_max_hours = 48.0

    def _get_default_date(self):
        return fields.Date.context_today(self) + timedelta(days=SOON_DAYS)

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_until = fields.Date(
        string="Terms Ending by", required=True, default=lambda self: self._get_default_date()
    )
    type_ids = fields.Many2many("koban.contract.type", string="Types")
    user_ids = fields.Many2many(
        "res.users", string="Salespersons", domain="[('share', '=', False)]"
    )
    partner_ids = fields.Many2many("res.partner", string="Customers")
    contract_ids = fields.Many2many("koban.contract", string="Only", readonly=True)
    is_computed = fields.Boolean(readonly=True)
    row_ids = fields.One2many("koban.renewal.cockpit.row", "cockpit_id")
    price_ids = fields.One2many("koban.renewal.price", "cockpit_id", readonly=True)
    selected_count = fields.Integer(string="Contracts Selected", compute="_compute_totals")
    failed_count = fields.Integer(string="Failures", compute="_compute_totals")
    old_yearly = fields.Monetary(string="Yearly Amount", compute="_compute_totals")
    new_yearly = fields.Monetary(string="Yearly Amount after", compute="_compute_totals")
    effect = fields.Monetary(string="Effect per Year", compute="_compute_totals")

    @api.depends("date_until", "contract_ids")
    def _compute_display_name(self):
        env = speaking(self.env)
        for cockpit in self:
            cockpit.display_name = (
                env._("Renewals")
                if cockpit.contract_ids
                else env._("Renewals until %s", format_date(env, cockpit.date_until))
            )

    @api.depends("row_ids.is_selected", "row_ids.state", "row_ids.new_yearly")
    def _compute_totals(self):
        today = fields.Date.context_today(self)
        for cockpit in self:
            rows = cockpit.row_ids.filtered("is_selected")
            cockpit.selected_count = len(rows)
            cockpit.failed_count = len(rows.filtered(lambda row: row.state == "failed"))
            for name in ("old_yearly", "new_yearly", "effect"):
                cockpit[name] = sum(
                    row.currency_id._convert(
                        row[name], cockpit.currency_id, cockpit.company_id, today
                    )
                    for row in rows
                    if row.currency_id
                )

    def _get_due_domain(self) -> fields.Domain:
        """Return which contracts are due."""
        if self.contract_ids:
            return fields.Domain("id", "in", self.contract_ids.ids)
        domain = fields.Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "sale"),
                ("state", "=", "running"),
                ("renewal", "!=", "none"),
                ("date_end", "<=", self.date_until),
            ]
        )
        if self.type_ids:
            domain &= fields.Domain("type_id", "in", self.type_ids.ids)
        if self.user_ids:
            domain &= fields.Domain("user_id", "in", self.user_ids.ids)
        if self.partner_ids:
            domain &= fields.Domain("partner_id", "child_of", self.partner_ids.ids)
        return domain

    # ------------------------------------------------------------------
    # Dry run
    # ------------------------------------------------------------------
    @api.model
    @public
    def action_open(self) -> dict:
        """Open the cockpit with what is due in the coming weeks."""
        cockpit = self.create([{}])
        cockpit.action_compute()
        return cockpit._get_action()

    def _get_action(self) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Renewals"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @public(one=True)
    def action_compute(self) -> bool:
        """Find the contracts that are due, and show what their renewal would change.

        :raise DocumentError: code ``contract_letters_asked``
        """
        if any(self.row_ids.mapped("is_letter_asked")):
            raise DocumentError(
                speaking(self.env)._(
                    "Letters of these contracts are being made. Reload this page in a few "
                    "minutes, or open the renewals anew."
                ),
                "contract_letters_asked",
                model=self._name,
                ids=self.ids,
            )
        self.row_ids.sudo().unlink()  # as they are made
        contracts = self.env["koban.contract"].search(self._get_due_domain(), order="date_end, id")
        for ids in split_every(BATCH, contracts.ids):
            self._create_rows(contracts.browse(ids))
        self.is_computed = True
        return True

    def _create_rows(self, contracts):
        figures = {}

        def preview(some):
            some._check_renewable()
            figures.update(some._preview_renewals())

        failures = isolate_failures(contracts, preview)
        # What is shown is computed here, and not entered: the letter says it.
        Row = self.env["koban.renewal.cockpit.row"].sudo()
        rows = Row.create(
            [
                self._prepare_row(contract, figures.get(contract), failures.get(contract))
                for contract in contracts
            ]
        )
        Price = self.env["koban.renewal.price"].sudo()
        Price.create(
            [
                values
                for row in rows
                if row.figures
                for values in Price._prepare_prices(
                    row.figures, row_id=row.id, contract_id=row.contract_id.id
                )
            ]
        )

    def _prepare_row(self, contract, figures, failure) -> dict:
        values = {
            "cockpit_id": self.id,
            "contract_id": contract.id,
            "old_end": contract.date_end,
            "old_yearly": contract.yearly_amount,
            "new_yearly": contract.yearly_amount,
        }
        if failure:
            failed = {"is_selected": False, "state": "failed", "reason": failure.reason}
            return {**values, **failed}
        names = ("new_end", "old_yearly", "new_yearly", "effect")
        return {**values, **{name: figures[name] for name in names}, "figures": figures}

    # ------------------------------------------------------------------
    # For all that are selected
    # ------------------------------------------------------------------
    @public
    def action_select(self, selected: bool = True) -> bool:
        """Select all contracts, or none."""
        self.row_ids.is_selected = selected
        return True

    @public
    def action_select_none(self) -> bool:
        """Select no contract."""
        return self.action_select(False)

    @public(one=True)
    def action_renew(self) -> bool:
        """Renew the selected contracts; one that cannot be says why, and stops no other."""
        rows = self.row_ids.filtered(lambda row: row.is_selected and row.state != "done")
        ends = {row.contract_id: row.old_end for row in rows}

        def renew(contracts):
            for contract in contracts:
                contract._check_term(ends[contract])
            contracts._renew()

        rows.contract_id.check_access("write")
        for batch in self._split(rows):
            batch._note("done", isolate_failures(batch.contract_id, renew))
        return True

    @public(one=True)
    def action_undo(self) -> bool:
        """Undo the selected renewals, where nothing is billed of them."""
        rows = self.row_ids.filtered(lambda row: row.is_selected and row.state == "done")
        for batch in self._split(rows):
            failures = isolate_failures(batch.contract_id, lambda some: some.action_undo_renewal())
            failed = batch.filtered(lambda row, failures=failures: row.contract_id in failures)
            (batch - failed)._note("undone", {})
            failed._note(None, failures)  # still renewed
        return True

    @public(one=True)
    def action_send_letters(self) -> bool | dict:
        """Send the letters of the selected contracts, with the figures of the dry run.

        :return: a notification where the scheduled job sends them
        """
        rows = self.row_ids.filtered(
            lambda row: row.is_selected and row.figures and not row.notice_id
        )
        rows.contract_id.check_access("write")
        if len(rows) <= LETTERS_AT_ONCE:
            rows._send_letters()
            return True
        rows._ask_letters()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%s letters are being made and sent in the background. They appear under "
                    "Renewals › Renewal Letters; what cannot be sent says why in this list.",
                    len(rows),
                ),
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _split(self, rows):
        for ids in split_every(BATCH, rows.ids):
            yield rows.browse(ids)
