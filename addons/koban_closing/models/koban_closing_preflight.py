from itertools import chain

from odoo import api, models
from odoo.fields import Domain

from ..tools import closing_calendar
from .period_totals_mixin import TURNOVER_TYPES


class KobanClosingPreflight(models.AbstractModel):
    """What to look at before a month closes, each with the way to it (row 2-60)."""

    _name = "koban.closing.preflight"
    _description = "Look Before a Closing"

    @api.model
    def _collect(self, company, date_from, date_to) -> list[dict]:
        """Return the findings of a month, made by :meth:`_prepare_finding`.

        Every model that has ``_find_before_closing(company, date_from, date_to)`` is asked for
        its own: it yields the code, the message and the records of each.

        :param date_from: first day of the month; on the first closing of a company, documents
            of earlier months are looked at too where that makes sense
        """
        found = [
            self._prepare_finding(code, message, records)
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_find_before_closing")
            for code, message, records in model._find_before_closing(company, date_from, date_to)
        ]
        return [
            *self._find_drafts(company, date_to),
            *self._find_draft_payments(company, date_to),
            *self._find_gaps(company, date_from, date_to),
            *self._find_late(company),
            *self._find_unmatched(company, date_to),
            *self._find_failed_verification(company),
            *chain.from_iterable(found),
        ]

    @api.model
    def _prepare_finding(self, code, message, records, warning=True) -> list[dict]:
        """Return the finding these records make, in a list that is empty without record."""
        if not records:
            return []
        return [
            {
                "code": code,
                "message": message,
                "count": len(records),
                "model": records._name,
                "ids": records.ids,
                "warning": warning,
            }
        ]

    @api.model
    def _find_drafts(self, company, date_to):
        drafts = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("is_test", "=", False),  # drafts for ever
                ("move_type", "in", TURNOVER_TYPES),
                ("invoice_date", "<=", date_to),
            ]
        )
        message = self.env._(
            "Draft invoices dated in the period: validate them before it closes, or they will "
            "need a later date."
        )
        return self._prepare_finding("drafts", message, drafts)

    @api.model
    def _find_failed_verification(self, company):
        """The last verification of the chain, if it found something."""
        # Who may read closings may know that the chain does not hold.
        last = (
            self.env["koban.verification"]
            .sudo()
            .search([("company_id", "=", company.id), ("state", "!=", "waiting")], limit=1)
        )
        message = self.env._(
            "The last verification of the chain failed: read its report before anything is closed."
        )
        failed = last.filtered(lambda record: record.state != "holds")
        return self._prepare_finding("verification", message, failed)

    @api.model
    def _find_draft_payments(self, company, date_to):
        drafts = self.env["account.payment"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("partner_type", "=", "customer"),
                ("date", "<=", date_to),
            ]
        )
        message = self.env._(
            "Draft payments dated in the period: confirm them before it closes, or they will need "
            "a later date."
        )
        return self._prepare_finding("draft_payments", message, drafts)

    @api.model
    def _find_gaps(self, company, date_from, date_to):
        documents = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("move_type", "in", TURNOVER_TYPES),
                ("made_sequence_gap", "=", True),
                ("invoice_date", ">=", date_from),
                ("invoice_date", "<=", date_to),
            ]
        )
        message = self.env._(
            "Numbers are missing just before these documents: explain the gap in their notes."
        )
        return self._prepare_finding("gaps", message, documents)

    @api.model
    def _find_late(self, company):
        # Their names alone, of the company whose closings the user reads.
        late = (
            self.env["koban.closing.late"]
            .sudo()
            .search([("company_id", "=", company.id), ("closing_id", "=", False)])
        )
        invoices = late.filtered(lambda line: line.res_model == "account.move")
        message = self.env._(
            "Late documents of months already closed: this closing will count them."
        )
        moves = self.env["account.move"].browse(invoices.mapped("res_id"))
        return self._prepare_finding("late", message, moves, warning=False)

    @api.model
    def _find_unmatched(self, company, date_to):
        """Statement lines without counterpart, which keep the host from locking the year."""
        if not company.closing_locks_year or not self.env["koban.closing"]._is_last_of_year(
            company, closing_calendar.month_start(date_to)
        ):
            return []
        lines = self.env["account.bank.statement.line"].search(
            Domain(company._get_unreconciled_statement_lines_domain(date_to))
        )
        message = self.env._(
            "Bank transactions without counterpart: the fiscal year will close, but its entries "
            "will stay open."
        )
        return self._prepare_finding("unmatched", message, lines)
