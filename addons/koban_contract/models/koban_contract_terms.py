from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from ..periods import ONE_DAY
from ..terms import get_anchor

# So many days before its renewal a contract is to be looked at.
SOON_DAYS = 60
RENEWAL_STATUSES = [
    ("none", "No Renewal"),
    ("coming", "Coming"),
    ("to_renew", "To Renew"),
    ("late", "Late"),
]
# What a renewal writes on the contract.
RENEWED_FIELDS = {"date_end", "renewal_anchor", "renewal_error"}


class KobanContract(models.Model):
    """Renewal: the next term, and back (rows 1-15, 2-06, 2-66, 2-67)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    next_renewal_date = fields.Date(
        string="Next Renewal",
        compute="_compute_next_renewal_date",
        store=True,
        index=True,
        help="First day of the next term, for running contracts that are renewed.",
    )
    renewal_status = fields.Selection(
        RENEWAL_STATUSES, compute="_compute_renewal_status", search="_search_renewal_status"
    )
    renewal_ids = fields.One2many(
        "koban.contract.renewal", "contract_id", string="Renewals", readonly=True, copy=False
    )
    renewal_anchor = fields.Date(
        readonly=True, copy=False, help="Day from which the terms are counted, if not the start."
    )
    renewal_error = fields.Text(
        readonly=True, copy=False, help="Why the contract could not be renewed, or its letter sent."
    )
    can_undo_renewal = fields.Boolean(compute="_compute_can_undo_renewal")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("state", "date_end", "renewal", "close_date")
    def _compute_next_renewal_date(self):
        for contract in self:
            contract.next_renewal_date = (
                contract.date_end + ONE_DAY if contract._is_renewable() else False
            )

    def _is_renewable(self) -> bool:
        self.ensure_one()
        going_on = self.state == "running" and not self.close_date
        return going_on and self.renewal != "none" and bool(self.date_end)

    @api.depends("next_renewal_date")
    def _compute_renewal_status(self):
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=SOON_DAYS)
        for contract in self:
            day = contract.next_renewal_date
            if not day:
                contract.renewal_status = "none"
            elif day <= today:
                contract.renewal_status = "late"
            else:
                contract.renewal_status = "to_renew" if day <= soon else "coming"

    @api.model
    def _search_renewal_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=SOON_DAYS)
        day = "next_renewal_date"
        domains = {
            "none": [(day, "=", False)],
            "late": [(day, "<=", today)],
            "to_renew": [(day, ">", today), (day, "<=", soon)],
            "coming": [(day, ">", soon)],
        }
        return fields.Domain.OR(domains[status] for status in value if status in domains)

    @api.depends("renewal_ids.state", "date_end")
    def _compute_can_undo_renewal(self):
        for contract in self:
            contract.can_undo_renewal = bool(contract._get_last_renewal())

    def _get_last_renewal(self):
        """Return the renewal that made the current term, empty if none did."""
        done = self.renewal_ids.filtered(
            lambda renewal: renewal.state == "done" and renewal.new_end == self.date_end
        )
        return done[:1] if self.state == "running" else done[:0]

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"renewal_anchor", "renewal_error"}

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------
    @public(one=True)
    def action_open_renewal(self) -> dict:
        """Open what the renewal of one contract changes, before it is done."""
        self._check_renewable()
        wizard = self.env["koban.contract.renew"].create([{"contract_id": self.id}])
        return wizard._get_action(self.env._("Renew"))

    @public
    def action_renew(self, date_end: Day | None = None) -> dict:
        """Renew running contracts for one more term, with the revision of their prices.

        :param date_end: last day of the new term, ``YYYY-MM-DD``; by default the duration of
            the renewal after the previous one
        :return: action that offers the draft invoice, or shows the renewals of several contracts
        :raise DocumentError: codes ``contract_not_renewable``, ``contract_renewal_end``
        """
        self.check_access("write")
        end = fields.Date.to_date(date_end)
        renewals = self._renew({contract: end for contract in self} if end else {})
        return renewals.contract_id._offer_invoice(renewals)

    def _offer_invoice(self, renewals) -> dict:
        if len(renewals) != 1:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Renewals"),
                "res_model": "koban.contract.renewal",
                "domain": [("id", "in", renewals.ids)],
                "views": [(False, "list")],
            }
        values = {"contract_id": self.id, "renewal_id": renewals.id}
        wizard = self.env["koban.contract.renew"].create([values])
        return wizard._get_action(self.env._("Contract Renewed"))

    @public
    def action_open_cockpit(self) -> dict:
        """Open the dry run of the renewal of these contracts."""
        cockpit = self.env["koban.renewal.cockpit"].create([{"contract_ids": self.ids}])
        cockpit.action_compute()
        return cockpit._get_action()

    def _check_term(self, end):
        """Refuse to renew a term that someone renewed meanwhile.

        :param end: last day of the term that was shown
        :raise DocumentError: code ``contract_renewal_stale``
        """
        if self.date_end != end:
            self._raise_renewal(
                speaking(self.env)._(
                    "it changed since: its term now ends on %s. Look at it again",
                    format_date(speaking(self.env), self.date_end),
                ),
                "contract_renewal_stale",
            )

    def _check_renewable(self):
        """Refuse what has no next term.

        :raise DocumentError: code ``contract_not_renewable``
        """
        for contract in self:
            if contract._is_renewable() and contract.renewal_months > 0:
                continue
            if contract.state != "running":
                problem = speaking(self.env)._("it is not running")
            elif contract.close_date:
                problem = speaking(self.env)._("it ends. Undo its end first")
            elif not contract.date_end:
                problem = speaking(self.env)._("its commitment has no end")
            elif contract.renewal == "none":
                problem = speaking(self.env)._("it says “No Renewal”. Amend it, or make a new one")
            else:
                problem = speaking(self.env)._("its renewal has no duration. Amend it")
            contract._raise_renewal(problem, "contract_not_renewable")

    def _raise_renewal(self, problem, code):
        raise DocumentError(
            speaking(self.env)._(
                "%(contract)s cannot be renewed: %(problem)s.",
                contract=self.display_name,
                problem=problem,
            ),
            code,
            model=self._name,
            ids=self.ids,
        )

    def _renew(self, ends=None):
        """Renew each contract for one term; all or nothing.

        :param ends: ``{contract: last day of the new term}``, for those that choose it
        :return: records of ``koban.contract.renewal``
        """
        self._check_renewable()
        values = [contract._prepare_renewal((ends or {}).get(contract)) for contract in self]
        Renewal = self.env["koban.contract.renewal"].sudo()  # written by renewal alone
        untracked = self.with_context(mail_notrack=True)
        with sealed_act(self, "renewal"):
            with open_pass(self, fields=RENEWED_FIELDS, lines=True):
                renewals = Renewal.create(values)
                for contract, renewal in zip(untracked, renewals, strict=True):
                    contract._take_term(renewal)
            self._revise_renewed(renewals)
            self._on_terms_changed()
        self._log_renewals(renewals)
        return renewals.with_env(self.env)

    def _take_term(self, renewal):
        anchor = get_anchor(self.date_start, renewal.old_end, self.renewal_anchor)
        self.write(
            {
                "date_end": renewal.new_end,
                "renewal_anchor": anchor if anchor != self.date_start else False,
                "renewal_error": False,
            }
        )

    def _prepare_renewal(self, end=None) -> dict:
        """Return the values of the renewal of a contract.

        :raise DocumentError: code ``contract_renewal_end``
        """
        new_end = end or self._get_next_end()
        if new_end <= self.date_end:
            self._raise_renewal(
                speaking(self.env)._(
                    "%(new)s is not after the end of its term, %(old)s",
                    new=format_date(speaking(self.env), new_end),
                    old=format_date(speaking(self.env), self.date_end),
                ),
                "contract_renewal_end",
            )
        return {
            "contract_id": self.id,
            "company_id": self.company_id.id,
            "date": fields.Date.context_today(self),
            "user_id": self.env.uid,
            "old_end": self.date_end,
            "old_anchor": self.renewal_anchor,
            "date_from": self.date_end + ONE_DAY,
            "new_end": new_end,
            "old_yearly_amount": self._get_yearly_amount_on(self.date_end + ONE_DAY),
        }

    def _revise_renewed(self, renewals):
        """Revise the prices on the first day of each new term, see _preview_term_prices."""
        by_contract = renewals.grouped("contract_id")
        for day, group in renewals.grouped("date_from").items():
            contracts = group.contract_id.with_env(self.env)
            # What is to be mended does not prevent a renewal: it is noted, and revised late.
            rows = contracts._preview_revision(day, refuse=False)
            rows = [row for row in rows if row["date_from"] == day]
            revisions = contracts._apply_revision(day, rows)
            with open_pass(contracts, line_fields={"renewal_id"}):
                for revision in revisions.sudo():  # its mark alone
                    revision.renewal_id = by_contract[revision.contract_id]
        with open_pass(self, line_fields={"new_yearly_amount"}):
            for renewal in renewals:
                contract = renewal.contract_id
                renewal.new_yearly_amount = contract._get_yearly_amount_on(renewal.date_from)

    def _on_terms_changed(self):
        """What was to be done before the former end is no more."""
        super()._on_terms_changed()
        self.activity_unlink(
            ["koban_contract.activity_renewal", "koban_contract.activity_denounce"]
        )

    def _get_undone_revisions(self):
        """Undone with the renewal that brought it, a revision is due again."""
        undone = super()._get_undone_revisions()
        return undone.filtered(lambda revision: revision.renewal_id.state != "undone")

    # ------------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------------
    @public
    def action_undo_renewal(self) -> bool:
        """Undo the last renewal of contracts, and the revision of prices that came with it.

        :raise DocumentError: codes ``contract_renewal_none``, ``contract_renewal_billed``
        """
        self.check_access("write")
        renewals = self._get_undoable_renewals().sudo()  # written by renewal alone
        by_contract = renewals.grouped("contract_id")
        names = {"state", "undone_on"}
        with (
            sealed_act(self, "renewal"),
            open_pass(self, fields=RENEWED_FIELDS, line_fields=names),
        ):
            renewals.revision_ids._undo()
            renewals.write({"state": "undone", "undone_on": fields.Date.context_today(self)})
            # The database lets the term be renewed again.
            renewals.flush_recordset(["state"])
            for contract in self.with_context(mail_notrack=True):
                [renewal] = by_contract[contract]
                contract.write({"date_end": renewal.old_end, "renewal_anchor": renewal.old_anchor})
            self._on_terms_changed()
        self._log_renewals(renewals)
        return True

    def _get_undoable_renewals(self):
        """Return the last renewal of each contract.

        :raise DocumentError: codes ``contract_renewal_none``, ``contract_renewal_billed``
        """
        renewals = self.env["koban.contract.renewal"]
        for contract in self:
            renewal = contract._get_last_renewal()
            if not renewal:
                contract._raise_undo(
                    speaking(self.env)._("%s has no renewal to undo.", contract.display_name),
                    "contract_renewal_none",
                )
            renewals |= renewal
        groups = self.env["koban.contract.period"]._read_group(
            [("contract_id", "in", self.ids), ("state", "=", "billed")],
            ["contract_id"],
            ["date_to:max"],
        )
        billed = {contract.id: last for contract, last in groups}
        for contract, renewal in zip(self, renewals, strict=True):
            if contract.id in billed and billed[contract.id] > renewal.old_end:
                contract._raise_undo(
                    speaking(self.env)._(
                        "The renewal of %(contract)s cannot be undone: it is billed after "
                        "%(date)s. Delete the draft invoice, or cancel the validated one and "
                        "reopen its periods.",
                        contract=contract.display_name,
                        date=format_date(speaking(self.env), renewal.old_end),
                    ),
                    "contract_renewal_billed",
                )
        return renewals

    def _raise_undo(self, message, code):
        raise DocumentError(message, code, model=self._name, ids=self.ids)

    # ------------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------------
    def _log_renewals(self, renewals):
        """Write the new terms into the discussions, all at once."""
        bodies = {renewal.contract_id.id: renewal._describe() for renewal in renewals}
        self._message_log_batch(bodies=bodies)
