import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import closing_calendar

_logger = logging.getLogger(__name__)


class KobanClosing(models.Model):
    """Closings that come by themselves (row 3-22)."""

    _name = "koban.closing"
    _inherit = ["koban.closing"]

    @api.model
    def _cron_close(self):
        """Close the months that are due in every company."""
        self._close_due_months(self.env["res.company"].search([("document_guard", "=", True)]))

    @api.model
    def _close_due_months(self, companies):
        """Close the months that are due, in order, each in a transaction of its own.

        A company that fails stops at its month; the others go on.
        """
        due = {company: self._count_due_months(company) for company in companies}
        progress = self.env["ir.cron"]
        time_left = progress._commit_progress(remaining=sum(due.values()))
        for company, months in due.items():
            for done in range(months):
                if not time_left:
                    return
                if not self._close_due_month(company):
                    time_left = progress._commit_progress(months - done)
                    break
                time_left = progress._commit_progress(1)

    @api.model
    def _count_due_months(self, company) -> int:
        month = self._get_due_month(company)
        if not month:
            return 0
        last = closing_calendar.last_due_month(fields.Date.context_today(self), company.closing_day)
        return (last.year - month.year) * 12 + last.month - month.month + 1

    @api.model
    def _close_due_month(self, company) -> bool:
        """Close the next due month of a company; on failure tell its administrators."""
        # The job has no language; what it tells is kept on the company, in its own.
        self = self.with_context(lang=company.partner_id.lang)
        month = self._get_due_month(company)
        if not month:
            return True
        try:
            self._close_apart(company, month)
        except Exception as error:  # in a transaction of its own: nothing of it is left
            _logger.info("Closing of %s for company %s failed", month, company.id, exc_info=True)
            self._tell_failure(company, month, error)
            return False
        self._clear_failure(company)
        return True

    @api.model
    def _tell_failure(self, company, month, error):
        """Keep the reason on the company, and give the administrators an activity."""
        reason = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        note = self.env._(
            "%(month)s could not be closed: %(reason)s",
            month=self._get_month_name(month),
            reason=reason,
        )
        if company.closing_failure == note:
            return
        self._clear_failure(company)
        company.closing_failure = note
        self._give_activities(company, note)

    @api.model
    def _give_activities(self, company, note):
        group = self.env.ref("koban_guard.group_manager")
        for user in group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        ):
            company.partner_id.activity_schedule(
                "koban_compliance.activity_closing", note=note, user_id=user.id
            )

    @api.model
    def _clear_failure(self, company):
        if company.closing_failure:
            company.closing_failure = False
            company.partner_id.activity_unlink(["koban_compliance.activity_closing"])
