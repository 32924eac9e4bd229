"""The mail of the report of a closing to the company's accountant."""

import hashlib
import logging

from markupsafe import Markup
from odoo.fields import Command, Domain

from odoo.addons.koban_seal.tools.journal import record_event

from . import failures

_logger = logging.getLogger(__name__)


def find_unmailed(closings):
    """Return the closings whose report is still to be mailed; a copy mails none.

    :param closings: model of closings
    """
    if closings.env["koban.database"]._is_copy():
        return closings.browse()
    companies = closings.env["res.company"].search(
        [("closing_mail", "=", True), ("closing_mail_partner_id.email", "!=", False)]
    )
    return closings.search(
        Domain.OR(
            Domain("company_id", "=", company.id) & Domain("number", ">", company.closing_mailed)
            for company in companies
        ),
        order="company_id, number",
    )


def mail_waiting(closings) -> None:
    """Mail the reports of closings to the accountants of the companies that say so.

    In the order of their numbers: a company whose report fails has the others after it.

    :param closings: model of closings, as the scheduled job
    """
    env = closings.env
    waiting = find_unmailed(closings)
    progress, failed = env["ir.cron"], env["res.company"]
    progress._commit_progress(remaining=len(waiting))
    for closing in waiting:
        company = closing.company_id
        if company not in failed and not _try(closing):
            failed |= company
        if not progress._commit_progress(1):
            break


def _try(closing) -> bool:
    """Mail the report of a closing; what goes wrong is told on the company."""
    company = closing.company_id
    try:
        _mail(closing)
    except Exception as error:  # whatever it is, it is told, and tried again
        _logger.exception("Report of the closing %s not mailed", closing.id)
        closing.env.cr.rollback()
        failures.tell_mail(company, error)
        return False
    company.write({"closing_mailed": closing.number, "closing_mail_failure": False})
    return True


def _mail(closing) -> None:
    """Queue the mail of the report, with its code in the text."""
    recipient = closing.company_id.closing_mail_partner_id
    lang = recipient.lang or closing.company_id.partner_id.lang
    content, kind = closing.env["ir.actions.report"]._render_qweb_pdf(
        "koban_closing.action_report_closing", closing.ids
    )
    values = _prepare_mail(closing.with_context(lang=lang), recipient, content, kind)
    closing.env["mail.mail"].create(values)
    sha256 = hashlib.sha256(content).hexdigest()
    detail = {"recipients": recipient.email_formatted, "sha256": sha256}
    record_event(closing.env, "mail", closing, detail=detail)


def _prepare_mail(closing, recipient, content, kind) -> dict:
    title, company = closing._get_title(), closing.company_id
    attached = {"name": f"{title.replace('/', '-')}.{kind}", "raw": content}
    return {
        "subject": f"{company.name} – {title}",
        "body_html": _get_body(closing, title),
        "email_from": company.email_formatted or closing.env.user.email_formatted,
        "email_to": recipient.email_formatted,
        "model": closing._name,
        "res_id": closing.id,
        "attachment_ids": [Command.create(attached)],
    }


def _get_body(closing, title) -> Markup:
    return Markup("<p>%s</p><p>%s</p><p><code>%s</code></p><p>%s</p>") % (
        title,
        closing.env._("Head of the chain: link no. %s", closing.link_number),
        closing.code or "",
        closing.env._(
            "Keep this mail and its page: the code tells whether the history before this "
            "closing was written anew."
        ),
    )
