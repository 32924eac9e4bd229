"""What a closing is written with: its period, its totals, and what it carries on.

Functions, no methods: nobody extends what a closing counts, and code typed in a client names none
of it.
"""

from odoo import fields

from . import closing_calendar

AMOUNTS = ("untaxed", "tax", "total")
COUNTS = ("invoice_count", "credit_note_count", "late_count", "test_count")
SUMMED = (*COUNTS, "late_untaxed", "late_total", "payment_total", "settled_total")


def prepare_month(closings, company, month) -> dict:
    """Return the values of a month's closing, carried on from the previous one.

    :param closings: model of closings, as who writes them
    :param month: first day of the month
    """
    date_to = closing_calendar.month_end(month)
    totals = closings._read_totals(company, month, date_to, with_late=True)
    previous = closings._get_last(company)
    year = closings._get_last(company, "year")
    new_year = not previous or year.date_to == previous.date_to
    add = company.currency_id.round
    values = _prepare_period(closings, company, "month", month, date_to)
    values.update({name: totals[name] for name in (*AMOUNTS, *SUMMED)})
    for name in AMOUNTS:
        carried = 0.0 if new_year else previous[f"year_{name}"]
        values[f"year_{name}"] = add(carried + totals[name])
        values[f"perpetual_{name}"] = add(previous[f"perpetual_{name}"] + totals[name])
    for name in ("tax", "payment", "series"):
        lines = totals[{"tax": "taxes", "payment": "payments"}.get(name, name)]
        values[f"{name}_ids"] = [fields.Command.create(line) for line in lines]
    return {**values, "locks_purchases": company.closing_locks_purchases}


def prepare_year(closings, company, month) -> dict:
    """Return the values of the closing of the fiscal year that ends with a closed month.

    :param closings: model of closings, as who writes them
    :param month: the closing of that month
    """
    start = closings._get_year_start(company, month.date_from)
    months = closings.search(
        [
            ("company_id", "=", company.id),
            ("kind", "=", "month"),
            ("date_from", ">=", start),
            ("date_to", "<=", month.date_to),
        ],
        order="date_from",
    )
    values = _prepare_period(closings, company, "year", start, month.date_to)
    for name in (*AMOUNTS, *SUMMED):
        total = sum(months.mapped(name))
        values[name] = total if name in COUNTS else company.currency_id.round(total)
    for name in AMOUNTS:
        values[f"year_{name}"] = month[f"year_{name}"]
        values[f"perpetual_{name}"] = month[f"perpetual_{name}"]
    values["tax_ids"] = months.tax_ids._prepare_sums(("is_rate", "rate", "name"), ("base", "tax"))
    values["payment_ids"] = months.payment_ids._prepare_sums(
        ("journal", "method"), ("count", "amount")
    )
    values["series_ids"] = months.series_ids._prepare_spans()
    return {**values, "locks_entries": _can_lock_entries(company, month.date_to)}


def _prepare_period(closings, company, kind, date_from, date_to) -> dict:
    """Return the values of any closing but its totals."""
    last = closings.search([("company_id", "=", company.id)], order="number desc", limit=1)
    return {
        "company_id": company.id,
        "currency_id": company.currency_id.id,
        "kind": kind,
        "number": last.number + 1,
        "date_from": date_from,
        "date_to": date_to,
        "closed_on": fields.Datetime.now(),
        "user_id": closings.env.uid,
    }


def _can_lock_entries(company, date_to) -> bool:
    """Whether the fiscal year's entries close too: as the company says, if the host can.

    The host refuses while a bank transaction has no counterpart, and the totals of the year must
    not wait for that: the findings tell it.
    """
    return company.closing_locks_year and not company.env[
        "account.bank.statement.line"
    ].search_count(company._get_unreconciled_statement_lines_domain(date_to), limit=1)
