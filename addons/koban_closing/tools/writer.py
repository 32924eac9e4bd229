"""Who writes closings: a closing under way, and nobody else.

Functions, no methods: code typed in a client opens no closing, and names none of what it counts.
"""

from odoo import fields
from odoo.tools.misc import clean_context

from odoo.addons.koban_guard.tools.passes import get_passes, open_pass
from odoo.addons.koban_seal.tools.journal import seal

from .values import prepare_month, prepare_year

MODEL = "koban.closing"


def open_closing(env):
    """Let closings, and what they are made of, be written until the block ends."""
    return open_pass(env[MODEL], every=True)


def is_closing() -> bool:
    """Whether a closing is under way."""
    return any(item.model == MODEL for item in get_passes())


def close(company, month) -> dict:
    """Close a month, and the fiscal year that ends with it, in this transaction.

    :param company: record of ``res.company``
    :param month: first day of the month
    :return: as ``close_month`` of closings
    """
    # As superuser: a closing concerns the whole company, whatever its user may read. Nothing that
    # he sent along is a value of it.
    sent = clean_context(company.env.context)
    writer = company.env(su=True, context=sent)[MODEL].with_company(company)
    company, env = company.with_env(writer.env), writer.env
    writer._check_next(company, month)
    env["koban.closing.gate"]._shut(company)
    with open_closing(env):
        closing = writer.create(prepare_month(writer, company, month))
        closing._take_late_documents()
    closing._lock_company()
    seal(closing, "closing")
    year = writer.browse()
    if writer._is_last_of_year(company, month):
        with open_closing(env):
            year = writer.create(prepare_year(writer, company, closing))
        year._lock_company()
        seal(year, "closing")
    return {
        "closing_id": closing.id,
        "number": closing.number,
        "date_from": fields.Date.to_string(closing.date_from),
        "date_to": fields.Date.to_string(closing.date_to),
        "year_closing_id": year.id,
    }


def count_later(documents, exceptions, day, name):
    """Have the next closing count documents that were validated in a closed month.

    :param documents: just validated
    :param exceptions: the exception that let each late one in, by document id
    :param day: field of their date
    :param name: field of what they are called
    """
    if not exceptions:
        return
    # Counted for the whole company, whoever validates, and as nothing that he sent along says.
    env = documents.env(su=True, context=clean_context(documents.env.context))
    Late = env["koban.closing.late"]
    # The host validates a payment from within its own validation.
    known = Late.search([("res_model", "=", documents._name), ("res_id", "in", list(exceptions))])
    counted = set(known.mapped("res_id"))
    values = [
        {
            "company_id": document.company_id.id,
            "res_model": documents._name,
            "res_id": document.id,
            "name": document[name],
            "date": document[day],
            "exception_id": exceptions[document.id].id,
        }
        for document in documents
        if document.id in exceptions and document.id not in counted
    ]
    with open_closing(env):
        Late.create(values)
