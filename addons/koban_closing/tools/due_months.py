"""The scheduled job that closes the months that are due, company by company."""

import logging

from odoo import fields

from odoo.addons.koban_guard.tools.batches import process_each

from . import closing_calendar, failures

_logger = logging.getLogger(__name__)


def close_due_months(closings, companies) -> None:
    """Close the months that are due, in order, each in a transaction of its own.

    A company that fails stops at its month; the others go on.

    :param closings: model of closings, as the scheduled job
    """
    due = [
        company for company in companies for _month in range(_count_due_months(closings, company))
    ]
    failed = set()

    def close(company):
        if company not in failed and not _close_due_month(closings, company):
            failed.add(company)

    progress = closings.env["ir.cron"]
    progress._commit_progress(remaining=len(due))
    process_each(closings.env, due, close, progress._commit_progress)


def _count_due_months(closings, company) -> int:
    month = closings._get_due_month(company)
    if not month:
        return 0
    last = closing_calendar.last_due_month(fields.Date.context_today(closings), company.closing_day)
    return (last.year - month.year) * 12 + last.month - month.month + 1


def _close_due_month(closings, company) -> bool:
    """Close the next due month of a company; on failure tell its administrators."""
    # The job has no language; what it tells is kept on the company, in its own.
    closings = closings.with_context(lang=company.partner_id.lang)
    month = closings._get_due_month(company)
    if not month:
        return True
    try:
        closings._close_apart(company, month)
    except Exception as error:  # in a transaction of its own: nothing of it is left
        _logger.info("Closing of %s for company %s failed", month, company.id, exc_info=True)
        failures.tell_closing(closings, company, month, error)
        return False
    failures.clear(company)
    return True
