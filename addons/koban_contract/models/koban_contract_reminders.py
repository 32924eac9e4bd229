import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

# So many contracts are in memory at once.
BATCH = 200
ALARM_DAYS = 30


class KobanContract(models.Model):
    """What is done every day: renew, close, remind (rows 2-05, 2-06)."""

    _inherit = "koban.contract"

    alarm_end = fields.Date(
        readonly=True, copy=False, help="End of the term for which someone was reminded."
    )

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"alarm_end"}

    # ------------------------------------------------------------------
    # One by one where it fails
    # ------------------------------------------------------------------
    def _do_apart(self, work) -> dict:
        """Do something on all contracts; if that fails, on each that can.

        :param work: called with contracts
        :return: ``{contract: reason}`` of those that could not
        """
        try:
            with self.env.cr.savepoint():
                work(self)
                self.env.flush_all()
            return {}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # whatever it is, it is told for the contract it comes from
            if len(self) == 1:
                return {self: self._describe_failure(error)}
        failures = {}
        for contract in self:
            failures |= contract._do_apart(work)
        return failures

    def _describe_failure(self, error) -> str:
        if not isinstance(error, UserError):
            _logger.exception("Contract %s cannot be renewed", self.id)
        return str(error.args[0] if error.args else repr(error))

    @api.model
    def _note_failures(self, failures):
        """Keep why contracts could not be renewed, and ask someone to look."""
        for contract, reason in failures.items():
            if contract.renewal_error == reason:
                continue
            opened = contract._with_guard_pass(contract, fields={"renewal_error"})
            opened.renewal_error = reason
            contract._remind("activity_renewal", fields.Date.context_today(contract), reason)

    def _remind(self, type_name, day, note=""):
        """Ask who follows the contract to do something.

        :param type_name: XML id of the type of activity, in this addon
        :param day: until when
        """
        self.ensure_one()
        self.activity_schedule(
            f"koban_contract.{type_name}",
            day,
            note=note,
            user_id=(self.user_id or self.create_uid).id,
        )

    # ------------------------------------------------------------------
    # The job
    # ------------------------------------------------------------------
    @api.model
    def _cron_renewals(self):
        """Renew what is tacitly renewed, close what is not, remind of the rest."""
        commit = self.env["ir.cron"]._commit_progress
        self._do_renewals(fields.Date.context_today(self), commit)

    @api.model
    def _do_renewals(self, day, after_batch=lambda done: True):
        """Do the renewals of a day and of all days before.

        :param after_batch: told how many contracts were looked at; false stops
        """
        for domain, work in self._get_daily_work(day):
            if not self._do_in_batches(domain, work, after_batch):
                return

    @api.model
    def _get_daily_work(self, day) -> list:
        """Return what is done each day: ``[(domain, method)]``, in order."""
        ended = fields.Domain([("state", "=", "running"), ("close_date", "<", day)])
        running = fields.Domain([("state", "=", "running"), ("close_date", "=", False)])
        over = running & fields.Domain("date_end", "<", day)
        days = max(self._get_type_days("alarm_days", ALARM_DAYS))
        denounced = running & fields.Domain(
            [
                ("kind", "=", "purchase"),
                ("renewal", "=", "tacit"),
                ("notice_deadline", "<=", day + timedelta(days=days)),
                ("date_end", ">=", day),
            ]
        )
        return [
            (over & fields.Domain("renewal", "=", "tacit"), lambda self: self._renew_late(day)),
            (over & fields.Domain("renewal", "=", "none"), lambda self: self._close_late()),
            (ended, lambda self: self._close_ended()),
            (over & fields.Domain("renewal", "=", "express"), lambda self: self._remind_late()),
            (denounced, lambda self: self._remind_deadline(day)),
        ]

    @api.model
    def _get_type_days(self, name, default) -> list[int]:
        types = self.env["koban.contract.type"].with_context(active_test=False).search([])
        return [default, *types.mapped(name)]

    @api.model
    def _do_in_batches(self, domain, work, after_batch) -> bool:
        last = 0
        while contracts := self.search(
            domain & fields.Domain("id", ">", last), order="id", limit=BATCH
        ):
            last = contracts[-1].id
            # Another worker that holds some of them does them.
            locked = contracts.try_lock_for_update(allow_referencing=True)
            work(locked)
            self.env.flush_all()
            self.env.invalidate_all()
            if not after_batch(len(contracts)):
                return False
        return True

    # ------------------------------------------------------------------
    # Its parts
    # ------------------------------------------------------------------
    def _renew_late(self, day):
        """Renew tacitly until the day is within the term, missed terms included."""
        left = self.filtered(lambda contract: not contract._is_renewal_held())
        while left := left.filtered(lambda contract: contract.date_end < day):
            failures = left._do_apart(lambda contracts: contracts._renew())
            self._note_failures(failures)
            left = left.filtered(lambda contract: contract not in failures)

    def _is_renewal_held(self) -> bool:
        """Whether someone undid the renewal of the term: it is for him to decide."""
        return any(
            renewal.state == "undone" and renewal.old_end == self.date_end
            for renewal in self.renewal_ids
        )

    def _close_late(self):
        self._note_failures(self._do_apart(lambda contracts: contracts._close_at_end()))

    def _remind_late(self):
        """Remind once per term that a contract waits for its express renewal."""
        for contract in self._take_alarms():
            env = contract._get_reader_env()
            note = env._(
                "The commitment ended on %s. The contract is not billed any more: renew or end it.",
                format_date(env, contract.date_end),
            )
            contract._remind("activity_renewal", contract.date_end, note)

    def _remind_deadline(self, day):
        """Remind once per term of the last day to denounce a supplier's contract."""
        due = self.filtered(
            lambda contract: contract.notice_deadline
            <= day + timedelta(days=contract._get_alarm_days())
        )
        for contract in due._take_alarms():
            env = contract._get_reader_env()
            note = env._(
                "To denounce by %(deadline)s, or it is renewed on %(renewal)s.",
                deadline=format_date(env, contract.notice_deadline),
                renewal=format_date(env, contract.next_renewal_date),
            )
            contract._remind("activity_denounce", contract.notice_deadline, note)

    def _get_alarm_days(self) -> int:
        return self.type_id.alarm_days if self.type_id else ALARM_DAYS

    def _take_alarms(self):
        """Return the contracts of whose term nobody was reminded, and note that it is done."""
        fresh = self.filtered(lambda contract: contract.alarm_end != contract.date_end)
        for contract in fresh._with_guard_pass(fresh, fields={"alarm_end"}):
            contract.alarm_end = contract.date_end
        return fresh
