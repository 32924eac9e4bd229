from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.journal import record_event

# Longer, an exception would reopen the period.
MAX_DAYS = 31


class AccountLockException(models.Model):
    """The way into a closed period: for a time, with a reason, recorded (row 3-23)."""

    _inherit = "account.lock_exception"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        for exception in exceptions.filtered(lambda record: record._opens_closing()):
            exception._check_closing_exception()
            exception._record_exception("opened")
        return exceptions

    @override
    def write(self, vals):
        for exception in self.filtered(lambda record: record._opens_closing()):
            exception._check_only_ended(vals)
        result = super().write(vals)
        step = None
        if vals.get("active") is False:
            step = "ended"
        elif "end_datetime" in vals:
            step = "shortened"
        for exception in self.filtered(lambda record: step and record._opens_closing()):
            # Revoked, the host writes its end too.
            if step == "ended" or exception.active:
                exception._record_exception(step)
        return result

    @override
    def unlink(self):
        for exception in self.filtered(lambda record: record._opens_closing()):
            exception._refuse_change()
        return super().unlink()

    def _opens_closing(self) -> bool:
        """Whether the exception lets documents into a month closed by a closing, now or later."""
        self.ensure_one()
        company = self.company_id.sudo()  # its closings decide for every user
        if not company.document_guard:
            return False
        # Every closing locks sales: one opened before the first would open all that come.
        if self.lock_date_field == "sale_lock_date":
            return True
        return bool(company._get_closing_locks().get(self.lock_date_field))

    def _check_closing_exception(self):
        """Refuse an exception without reason or end.

        :raise DocumentError: code ``exception_incomplete``
        """
        now = fields.Datetime.now()
        end = self.end_datetime
        if not (self.reason or "").strip():
            problem = speaking(self.env)._("Give the reason of the exception: it is recorded.")
        elif not end or not now < end <= now + timedelta(days=MAX_DAYS):
            problem = speaking(self.env)._(
                "Give the exception an end, at most %s days from now.", MAX_DAYS
            )
        else:
            return
        raise ConstraintError(problem, "exception_incomplete", model=self._name, ids=self.ids)

    def _check_only_ended(self, vals):
        """Refuse to widen an exception, which would not be recorded.

        :raise DocumentError: code ``exception_frozen``
        """
        if not vals.keys() <= {"active", "end_datetime"} or vals.get("active"):
            self._refuse_change()
        end = fields.Datetime.to_datetime(vals.get("end_datetime", self.end_datetime))
        if not end or (self.end_datetime and end > self.end_datetime):
            self._refuse_change()

    def _refuse_change(self):
        raise DocumentError(
            speaking(self.env)._(
                "An exception is not changed afterwards: end it, and open another one."
            ),
            "exception_frozen",
            model=self._name,
            ids=self.ids,
        )

    def _record_exception(self, step):
        """Record in the chain who may validate what in closed periods, why and until when."""
        detail = {
            "step": step,
            "lock": self.lock_date_field,
            "opened_after": self.lock_date and self.lock_date.isoformat(),
            "user": self.user_id.login or "*",
            "reason": self.reason or "",
            "until": self.end_datetime and self.end_datetime.isoformat(),
        }
        record_event(self.env, "exception", self, company=self.company_id, detail=detail)

    @api.depends("lock_date", "user_id", "end_datetime")
    @api.depends_context("lang")
    def _compute_display_name(self):
        others = self.browse()
        for exception in self:
            if not exception._opens_closing() or not exception.lock_date:
                others |= exception
                continue
            exception.display_name = self.env._(
                "Exception from %(date)s on",
                date=format_date(self.env, exception.lock_date + timedelta(days=1)),
            )
        super(AccountLockException, others)._compute_display_name()
