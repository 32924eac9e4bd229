from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.tools.batches import (
    isolate_failures,
    process_domain,
    process_scheduled,
)
from odoo.addons.koban_guard.tools.passes import open_pass

ALARM_DAYS = 30
# Fields that note of which term somebody was reminded.
ALARMS = ("alarm_end", "early_alarm_end")


class KobanContract(models.Model):
    """What is done every day: renew, close, remind (rows 2-05, 2-06)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    alarm_end = fields.Date(
        readonly=True, copy=False, help="End of the term for which someone was reminded."
    )
    early_alarm_end = fields.Date(
        readonly=True,
        copy=False,
        help="End of the term for which someone was reminded before it came.",
    )

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"alarm_end", "early_alarm_end"}

    # ------------------------------------------------------------------
    # Failures
    # ------------------------------------------------------------------
    def _do_noted(self, work) -> dict:
        """Do something for each that can, see ``isolate_failures``, and note what fails."""
        failures = isolate_failures(self, work)
        self._note_failures(failures)
        return failures

    @api.model
    def _note_failures(self, failures):
        """Keep why contracts could not be renewed, and ask someone to look."""
        for contract, failure in failures.items():
            reason = failure.reason
            if contract.renewal_error == reason:
                continue
            with open_pass(contract, fields={"renewal_error"}):
                contract.renewal_error = reason
            contract.activity_unlink(["koban_contract.activity_renewal"])
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
            user_id=self._get_follower().id,
        )

    # ------------------------------------------------------------------
    # The job
    # ------------------------------------------------------------------
    @api.model
    def _cron_renewals(self):
        """Renew what is tacitly renewed, close what is not, remind of the rest."""
        process_scheduled(self, self._get_daily_work(fields.Date.context_today(self)))

    @api.model
    def _do_renewals(self, day):
        """Do the renewals of a day and of all days before."""
        for domain, work in self._get_daily_work(day):
            process_domain(self, domain, work)

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
        # What is renewed by nobody else is to be thought of in time.
        offered = running & fields.Domain(
            [
                ("renewal", "=", "express"),
                ("date_end", "<=", day + timedelta(days=days)),
                ("date_end", ">=", day),
            ]
        )
        return [
            (over & fields.Domain("renewal", "=", "tacit"), lambda self: self._renew_late(day)),
            (over & fields.Domain("renewal", "=", "none"), lambda self: self._close_late()),
            (ended, lambda self: self._close_ended()),
            (over & fields.Domain("renewal", "=", "express"), lambda self: self._remind_late()),
            (denounced, lambda self: self._remind_deadline(day)),
            (offered, lambda self: self._remind_early(day)),
        ]

    @api.model
    def _get_type_days(self, name, default) -> list[int]:
        types = self.env["koban.contract.type"].with_context(active_test=False)
        [[most]] = types._read_group([], aggregates=[f"{name}:max"])
        return [default, most or 0]

    # ------------------------------------------------------------------
    # Its parts
    # ------------------------------------------------------------------
    def _renew_late(self, day):
        """Renew tacitly until the day is within the term, missed terms included."""
        held = self.filtered(lambda contract: contract._is_renewal_held())
        held._remind_late()
        left = self - held
        while left := left.filtered(lambda contract: contract.date_end < day):
            failures = left._do_noted(lambda contracts: contracts._renew())
            left -= left.browse().union(*failures)

    def _is_renewal_held(self) -> bool:
        """Whether someone undid the renewal of the term: it is for him to decide."""
        return any(
            renewal.state == "undone" and renewal.old_end == self.date_end
            for renewal in self.renewal_ids
        )

    def _close_late(self):
        self._do_noted(lambda contracts: contracts._close_at_end())

    def _remind_late(self):
        """Remind once per term that a contract waits for someone to renew it."""
        self._do_noted(lambda contracts: contracts._take_alarms()._ask_to_renew())

    def _remind_early(self, day):
        """Remind once per term that the end of one comes that only a person renews."""
        due = self.filtered(
            lambda contract: contract.date_end <= day + timedelta(days=contract._get_alarm_days())
        )
        due._do_noted(lambda contracts: contracts._take_alarms("early_alarm_end")._ask_in_time())

    def _ask_in_time(self):
        for contract in self:
            env = contract._get_reader_env()
            note = env._(
                "The commitment ends on %s, and is not renewed by itself: renew or end it.",
                format_date(env, contract.date_end),
            )
            contract._remind("activity_renewal", contract.date_end, note)

    def _ask_to_renew(self):
        # In the place of the reminder that came before the end.
        self.activity_unlink(["koban_contract.activity_renewal"])
        for contract in self:
            env = contract._get_reader_env()
            note = env._(
                "The commitment ended on %s. The contract is not billed any more: renew or end it.",
                format_date(env, contract.date_end),
            )
            contract._remind("activity_renewal", contract.date_end, note)

    def _remind_deadline(self, day):
        """Remind once per term of the last day to denounce a supplier's contract."""
        due = self.filtered(
            lambda contract: (
                contract.notice_deadline <= day + timedelta(days=contract._get_alarm_days())
            )
        )
        due._do_noted(lambda contracts: contracts._take_alarms()._ask_to_denounce())

    def _ask_to_denounce(self):
        for contract in self:
            env = contract._get_reader_env()
            note = env._(
                "To denounce by %(deadline)s, or it is renewed on %(renewal)s.",
                deadline=format_date(env, contract.notice_deadline),
                renewal=format_date(env, contract.next_renewal_date),
            )
            contract._remind("activity_denounce", contract.notice_deadline, note)

    def _get_alarm_days(self) -> int:
        return self.type_id.alarm_days if self.type_id else ALARM_DAYS

    def _take_alarms(self, name="alarm_end"):
        """Return the contracts of whose term nobody was reminded, and note that it is done.

        :param name: field that notes it, of ``ALARMS``
        """
        if name not in ALARMS:  # code typed in a client names another one
            return self.browse()
        fresh = self.filtered(lambda contract: contract[name] != contract.date_end)
        with open_pass(fresh, fields={name}):
            for contract in fresh:
                contract[name] = contract.date_end
        return fresh
