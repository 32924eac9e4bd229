import datetime
from typing import Annotated

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, Record, public
from odoo.addons.koban_guard.tools.batches import isolate_failures, process_batches

from ..billed_fields import open_billing
from .koban_contract_schedule import BILLED_STATES

Contract = Annotated[int, Record("koban.contract")]

# So many contracts are in memory at once; one that fails costs as many tries.
BATCH = 40
# The order in which contracts are billed.
PLACE_COLUMNS = (
    SQL("coalesce(invoice_partner_id, 0)"),
    SQL("(\"grouping\" = 'contract')::integer"),
    SQL("id"),
)
PLACE = SQL("(%s)", SQL(", ").join(PLACE_COLUMNS))
PLACE_GROUP = SQL("(%s)", SQL(", ").join(PLACE_COLUMNS[:2]))
STATES = [("waiting", "Waiting"), ("running", "Running"), ("done", "Done")]


class KobanBillingRun(models.Model):
    """A billing of all that is due on a day; run again, it only bills what is left (DESIGN §5)."""

    _name = "koban.billing.run"
    _description = "Billing Run"
    _order = "id desc"
    _rec_name = "date"

    date = fields.Date(string="Billing of", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Asked by", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting", index=True)
    contract_ids = fields.Many2many("koban.contract", string="Only", readonly=True)
    started_on = fields.Datetime(readonly=True)
    ended_on = fields.Datetime(readonly=True)
    contract_count = fields.Integer(string="Contracts Due", readonly=True)
    done_count = fields.Integer(string="Contracts Done", readonly=True)
    place = fields.Json(readonly=True, help="Place of the last contract done; stopped, it goes on.")
    progress = fields.Integer(compute="_compute_progress")
    move_ids = fields.One2many("account.move", "billing_run_id", string="Drafts", readonly=True)
    invoice_count = fields.Integer(string="Invoices", readonly=True)
    failure_ids = fields.One2many("koban.billing.failure", "run_id", readonly=True)
    failure_count = fields.Integer(string="Failures", readonly=True)

    @api.depends("contract_count", "done_count", "state")
    def _compute_progress(self):
        for run in self:
            done = run.done_count / run.contract_count if run.contract_count else 1.0
            run.progress = 100 if run.state == "done" else min(99, int(100 * done))

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @api.model
    @public
    def create_run(
        self, date: Day | None = None, contract_ids: list[Contract] | None = None
    ) -> dict:
        """Ask for a billing; the scheduled job does it.

        :param date: day of the billing, ``YYYY-MM-DD``; today by default
        :param contract_ids: only these contracts; by default all of the current company
        :return: ``{"id": …, "contract_count": …}``
        :raise AccessError: without the rights to make invoices
        :raise DocumentError: codes ``test_mode_on``, ``contract_company`` for contracts of
            several companies
        """
        if not self._has_billing_rights():
            raise AccessError(
                speaking(self.env)._("Billing contracts takes the right to make invoices.")
            )
        self.env["account.move"]._check_billing_allowed()
        contracts = self.env["koban.contract"].browse(contract_ids or [])
        contracts.check_access("read")
        if len(contracts.company_id) > 1:
            raise DocumentError(
                speaking(self.env)._("A billing run is of one company: ask for one for each."),
                "contract_company",
                model=contracts._name,
                ids=contracts.ids,
            )
        values = {
            "date": date or fields.Date.context_today(self),
            "company_id": (contracts.company_id[:1] or self.env.company).id,
            "user_id": self.env.uid,
            "contract_ids": contracts.ids,
        }
        # Its state is what the job goes by: nobody writes it by hand.
        run = self.sudo().create([values]).with_env(self.env)
        run._note(contract_count=run._count_due())
        return {"id": run.id, "contract_count": run.contract_count}

    @api.model
    @public
    def action_bill_due(self) -> dict:
        """Have the scheduled job bill all that is due today, and show its progress."""
        return self.browse(self.create_run()["id"])._start_and_show()

    @api.model
    def _has_billing_rights(self) -> bool:
        return self.env.su or self.env.user.has_group("account.group_account_invoice")

    def _note(self, **values):
        self.sudo().write(values)  # written by runs alone

    def _start_and_show(self) -> dict:
        self.action_start()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _bill_now(self, contracts, day=None):
        """Bill contracts at once, in a run for each company; return the runs."""
        runs = self.browse()
        for company, own in contracts.grouped("company_id").items():
            run = self.with_company(company)
            runs |= self.browse(run.create_run(day, own.ids)["id"])
        for run in runs:
            run._process()
        return runs

    @public
    def action_start(self) -> bool:
        """Have the scheduled job start with these runs now."""
        self.check_access("read")
        # Its own job, for who may ask for it.
        self.env.ref("koban_contract.ir_cron_billing").sudo()._trigger()
        return True

    @public
    def action_open_invoices(self) -> dict:
        """Open the drafts that these runs made."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "domain": [("billing_run_id", "in", self.ids)],
            "views": [(False, "list"), (False, "form")],
        }
        if len(self.move_ids) == 1:
            action |= {"res_id": self.move_ids.id, "views": [(False, "form")]}
        return action

    def _show(self) -> dict:
        """Return the action that shows the drafts, and says what could not be billed."""
        close = {"type": "ir.actions.act_window_close"}
        action = self.action_open_invoices() if self.move_ids else close
        if self.move_ids and not self.failure_ids:
            return action
        reasons = "\n".join(self.failure_ids.mapped("reason"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if reasons else "info",
                "message": reasons or self.env._("Nothing is due on that day."),
                "sticky": bool(reasons),
                "next": action,
            },
        }

    # ------------------------------------------------------------------
    # What is due
    # ------------------------------------------------------------------
    def _get_due_condition(self) -> SQL:
        self.ensure_one()
        condition = SQL(
            "company_id = %s AND state IN %s AND next_invoice_date <= %s",
            self.company_id.id,
            BILLED_STATES,
            self.date,
        )
        if self.contract_ids:
            condition = SQL("%s AND id = ANY(%s)", condition, self.contract_ids.ids)
        return condition

    def _count_due(self) -> int:
        self.env.flush_all()
        query = SQL("SELECT count(*) FROM koban_contract WHERE %s", self._get_due_condition())
        [[count]] = self.env.execute_query(query)
        return count

    def _lock_batch(self, after) -> list[tuple[int, int, int]]:
        """Return the next contracts, which no other worker bills meanwhile.

        Those that may share an invoice come together, however many.

        :param after: place of the last contract of the batch before: its invoiced partner,
            whether it has invoices of its own, its id
        """
        rows = self._lock_contracts(SQL("%s > %s", PLACE, tuple(after)), BATCH + 1)
        if len(rows) <= BATCH:
            return rows
        *group, _id = rows[-1]
        if group[1]:
            return rows[:BATCH]
        whole = [row for row in rows if row[:2] != tuple(group)]
        return whole or self._lock_contracts(SQL("%s = %s", PLACE_GROUP, tuple(group)), None)

    def _lock_contracts(self, condition, limit) -> list[tuple[int, int, int]]:
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM koban_contract WHERE %s AND %s ORDER BY %s LIMIT %s "
                "FOR UPDATE SKIP LOCKED",
                SQL(", ").join(PLACE_COLUMNS),
                self._get_due_condition(),
                condition,
                PLACE,
                limit,
            )
        )

    # ------------------------------------------------------------------
    # The run
    # ------------------------------------------------------------------
    def _process(self, commit=None):
        """Bill all that is due.

        :param commit: commits what was done, told how many contracts are left; false stops.
            Without it all is one transaction, the caller's
        """
        self.ensure_one()
        self._note(state="running", started_on=self.started_on or fields.Datetime.now())
        count_left = commit and (
            lambda _done: commit(max(0, self.contract_count - self.done_count))
        )
        if process_batches(self.env, self._take_batch, self._bill_batch, count_left):
            self._note(state="done", ended_on=fields.Datetime.now())

    def _take_batch(self, last) -> list[tuple[int, int, int]]:
        """Return the places of the next contracts, nothing when all is done."""
        self.env.flush_all()
        return self._lock_batch(last[-1] if last else self.place or (0, 0, 0))

    def _bill_batch(self, batch):
        """Bill contracts; what cannot be billed says why, and stops no other."""
        contracts = self.env["koban.contract"].browse([row[-1] for row in batch])
        failures = isolate_failures(contracts, self._bill_together, self._get_invoice_key)
        for contract, failure in failures.items():
            self._fail(contract, failure)
        # Kept with what it billed: bad contracts are not tried again before the others.
        self._note(done_count=self.done_count + len(batch), place=batch[-1])

    @api.model
    def _get_invoice_key(self, contract) -> tuple:
        """Return what is the same of contracts that may share an invoice."""
        return contract.invoice_partner_id, contract.id if contract.grouping == "contract" else 0

    def _bill_together(self, contracts):
        moves = contracts.with_company(self.company_id)._bill(self.date)
        with open_billing(self.env):
            moves.billing_run_id = self
        self._solve(contracts)
        self._note(invoice_count=self.invoice_count + len(moves))

    def _fail(self, contract, failure):
        """Put a contract into the list of failures, with the reason."""
        Failure = self.env["koban.billing.failure"].sudo()  # written by runs alone
        Failure.search([("contract_id", "=", contract.id), ("is_solved", "=", False)]).unlink()
        Failure.create(
            {
                "contract_id": contract.id,
                "run_id": self.id,
                "date": self.date,
                "code": failure.code,
                "reason": failure.reason,
            }
        )
        self._note(failure_count=self.failure_count + 1)

    def _solve(self, contracts):
        Failure = self.env["koban.billing.failure"].sudo()  # as above
        solved = Failure.search([("contract_id", "in", contracts.ids), ("is_solved", "=", False)])
        solved.is_solved = True

    # ------------------------------------------------------------------
    # Scheduled jobs
    # ------------------------------------------------------------------
    @api.model
    def _cron_process(self):
        """Plan the runs of the day, and go on with those that are not done."""
        self._plan(fields.Date.context_today(self))
        cron = self.env["ir.cron"]
        runs = self.search([("state", "!=", "done")], order="id")
        cron._commit_progress(remaining=sum(runs.mapped("contract_count")))
        for run in runs:
            run = run.with_company(run.company_id)
            run._process(lambda left: cron._commit_progress(remaining=left))
            if run.state != "done":
                break

    @api.model
    def _plan(self, day: datetime.date):
        """Make a run for each company that has something due, and none waiting."""
        waiting = self.search([("state", "!=", "done"), ("contract_ids", "=", False)]).company_id
        companies = self.env["res.company"].search([("id", "not in", waiting.ids)])
        for company in companies:
            run = self.new({"date": day, "company_id": company.id})
            if run._count_due():
                self.with_company(company).create_run(day)
