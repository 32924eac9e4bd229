"""What a company is told when a closing, or the mail of its report, did not succeed."""

from odoo.exceptions import UserError

ACTIVITY = "koban_closing.activity_closing"


def tell_closing(closings, company, month, error) -> None:
    """Keep the reason on the company, and give the administrators an activity.

    :param closings: model of closings, in the language of the company
    :param month: first day of the month that was not closed
    """
    reason = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    note = closings.env._(
        "%(month)s could not be closed: %(reason)s",
        month=closings._get_month_name(month),
        reason=reason,
    )
    if company.closing_failure == note:
        return
    clear(company)
    company.closing_failure = note
    _give_activities(company, note)


def tell_mail(company, error) -> None:
    """Keep on the company why the report of a closing was not mailed, once."""
    note = company.with_context(lang=company.partner_id.lang).env._(
        "The report of a closing could not be mailed: %s", error
    )
    if company.closing_mail_failure != note:
        company.closing_mail_failure = note
        _give_activities(company, note)


def clear(company) -> None:
    """Forget why a month was not closed: it is now."""
    if company.closing_failure:
        company.closing_failure = False
        company.partner_id.activity_unlink([ACTIVITY])


def _give_activities(company, note):
    group = company.env.ref("koban_guard.group_manager")
    for user in group.all_user_ids.filtered(
        lambda user: user.active and not user.share and company in user.company_ids
    ):
        company.partner_id.activity_schedule(ACTIVITY, note=note, user_id=user.id)
