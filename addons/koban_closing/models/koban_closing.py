import logging

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.koban_document.tools import qr
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, Day, public
from odoo.addons.koban_guard.tools.batches import LOST
from odoo.addons.koban_seal.tools.witness import encode

from ..tools import closing_calendar, due_months, failures, mailing
from ..tools.writer import close

_logger = logging.getLogger(__name__)

TRIES = 5


class KobanClosing(models.Model):
    """A closed month or fiscal year of a company, with its totals (rows 2-60 and 2-61).

    Totals of the fiscal year and perpetual totals are those of the previous closing plus the
    period: never computed anew from the history.
    """

    _name = "koban.closing"
    _inherit = [
        "koban.closing.part",
        "koban.period.totals.mixin",
        "koban.sealed.mixin",
        "koban.trigger.mixin",
    ]
    _description = "Closing"
    _order = "date_to desc, number desc"

    _sealed_fields = (
        "company_id", "currency_id", "number", "kind", "date_from", "date_to", "closed_on",
        "user_id", "invoice_count", "credit_note_count", "test_count", "late_count",
        "late_untaxed", "late_total", "untaxed", "tax", "total", "year_untaxed", "year_tax",
        "year_total", "perpetual_untaxed", "perpetual_tax", "perpetual_total", "payment_total",
        "settled_total",
        "locks_purchases", "locks_entries",
    )  # fmt: skip
    # What the closing details: rates, payments, numbers, late documents.
    _sealed_parts = {
        "tax_ids": (
            "koban.closing.tax", "closing_id", ("is_rate", "rate", "name", "base", "tax"),
        ),
        "payment_ids": (
            "koban.closing.payment", "closing_id", ("journal", "method", "count", "amount"),
        ),
        "series_ids": (
            "koban.closing.series",
            "closing_id",
            (
                "journal", "prefix", "first_rank", "first_number", "last_rank", "last_number",
                "count",
            ),
        ),
        "late_ids": ("koban.closing.late", "closing_id", ("res_model", "res_id", "name", "date")),
    }  # fmt: skip

    # Its addon stays where something is sealed.
    _proves_seals = True
    _correction_severity = "warning"
    # Archives have files of their own for them, see ArchiveBuilder.
    _archived = False

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    kind = fields.Selection(
        [("month", "Month"), ("year", "Fiscal Year")], required=True, readonly=True
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    closed_on = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Closed By", required=True, ondelete="restrict", readonly=True
    )
    invoice_count = fields.Integer(string="Invoices", readonly=True)
    credit_note_count = fields.Integer(string="Credit Notes", readonly=True)
    test_count = fields.Integer(
        string="TEST Documents", readonly=True, help="In none of the totals."
    )
    late_count = fields.Integer(
        string="Late Documents",
        readonly=True,
        help="Validated in an already closed month under an exception, and counted here.",
    )
    late_untaxed = fields.Monetary(string="Of Which Late, Untaxed", readonly=True)
    late_total = fields.Monetary(string="Of Which Late", readonly=True)
    untaxed = fields.Monetary(string="Untaxed Turnover", readonly=True)
    tax = fields.Monetary(readonly=True)
    total = fields.Monetary(string="Turnover", readonly=True)
    year_untaxed = fields.Monetary("Untaxed, Fiscal Year", readonly=True, aggregator=None)
    year_tax = fields.Monetary("Tax, Fiscal Year", readonly=True, aggregator=None)
    year_total = fields.Monetary("Total, Fiscal Year", readonly=True, aggregator=None)
    perpetual_untaxed = fields.Monetary("Untaxed, Perpetual", readonly=True, aggregator=None)
    perpetual_tax = fields.Monetary("Tax, Perpetual", readonly=True, aggregator=None)
    perpetual_total = fields.Monetary("Total, Perpetual", readonly=True, aggregator=None)
    payment_total = fields.Monetary(string="Payments Received", readonly=True)
    settled_total = fields.Monetary(
        string="Settled Without Payment",
        readonly=True,
        help="Write-offs and other entries that settled invoices of customers.",
    )
    tax_ids = fields.One2many("koban.closing.tax", "closing_id", string="Taxes", readonly=True)
    payment_ids = fields.One2many(
        "koban.closing.payment", "closing_id", string="Payments", readonly=True
    )
    series_ids = fields.One2many("koban.closing.series", "closing_id", readonly=True)
    late_ids = fields.One2many("koban.closing.late", "closing_id", readonly=True)
    # What may no longer be moved back in the company's lock dates.
    locks_purchases = fields.Boolean(string="Supplier Bills Closed Too", readonly=True)
    locks_entries = fields.Boolean(string="All Entries Closed Too", readonly=True)
    link_number = fields.Integer(string="Link No.", compute="_compute_link")
    code = fields.Char(
        string="Code of the Chain",
        compute="_compute_link",
        help="Of the link that seals the closing, and with it of all before it. Who keeps it can "
        "have it compared: Compliance > Verifications > Compare With Printed Codes.",
    )

    _period_unique = models.Constraint(
        "UNIQUE(company_id, kind, date_from)", "This period is already closed."
    )
    _number_unique = models.Constraint(
        "UNIQUE(company_id, number)", "A closing with this number exists already."
    )

    @api.depends("kind", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = closing._get_title()

    def _get_title(self) -> str:
        """Return “Closing no. 3 – October 2026”."""
        self.ensure_one()
        if not self.date_to:
            return ""
        if self.kind == "month":
            return self.env._(
                "Closing no. %(number)s – %(month)s",
                number=self.number,
                month=self._get_month_name(self.date_from),
            )
        return self.env._(
            "Closing no. %(number)s – fiscal year from %(first)s to %(last)s",
            number=self.number,
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    @api.model
    def _get_month_name(self, day) -> str:
        return format_date(self.env, day, date_format="MMMM yyyy")

    def _compute_link(self):
        # Whoever may print a closing may read its code, and not the journal.
        links = {closing: closing.sudo().seal_id for closing in self}
        for closing, link in links.items():
            closing.link_number = link.number
            closing.code = False
            if link:  # the closing under way is not sealed yet
                closing.code = encode(link.company_id.id, link.chain, link.number, link.hash)

    def _get_code_picture(self) -> str:
        """Return the QR code of the code, as the address of a picture."""
        self.ensure_one()
        return qr.svg(self.code)

    def _get_report_totals(self) -> dict:
        """Return what the tables of the report show, as the totals of a period give it."""
        self.ensure_one()
        names = {
            "taxes": (self.tax_ids, ("label", "base", "tax")),
            "payments": (self.payment_ids, ("journal", "method", "count", "amount")),
            "series": (self.series_ids, ("journal", "first_number", "last_number", "count")),
        }
        lines = {
            key: [{name: line[name] for name in fields_} for line in records]
            for key, (records, fields_) in names.items()
        }
        return {
            **lines,
            "payment_total": self.payment_total,
            "settled_total": self.settled_total,
        }

    # ------------------------------------------------------------------
    # What is closed, what is next
    # ------------------------------------------------------------------
    @api.model
    def _get_last(self, company, kind="month"):
        """Return the last closing of a company, empty if it has none."""
        return self.sudo().search(  # a company's closings decide for every user
            [("company_id", "=", company.id), ("kind", "=", kind)],
            order="date_from desc",
            limit=1,
        )

    @api.model
    def _get_next_month(self, company):
        """Return the first day of the month to close next, or None without anything to count."""
        last = self._get_last(company)
        if last:
            return closing_calendar.next_month(last.date_to)
        # As writer of the totals: dates alone.
        days = [
            self.env["account.move"].sudo()._get_first_turnover_date(company),
            self.env["account.payment"].sudo()._get_first_received_date(company),
            self.env["koban.settlement"]._get_first_counted_date(company),
        ]
        first = min(filter(None, days), default=None)
        return closing_calendar.month_start(first) if first else None

    @api.model
    def _get_due_month(self, company, today=None):
        """Return the month that should close by itself now, or None."""
        if not company.document_guard:
            return None
        month = self._get_next_month(company)
        today = today or fields.Date.context_today(self)
        if not month or month > closing_calendar.last_due_month(today, company.closing_day):
            return None
        return month

    @api.model
    def _get_closable_month(self, company, today=None):
        """Return the month that a person may close now, or None: it has ended."""
        month = self._get_next_month(company) if company.document_guard else None
        today = today or fields.Date.context_today(self)
        return month if month and closing_calendar.month_end(month) < today else None

    @api.model
    def _get_year_start(self, company, month):
        """Return the first day of the fiscal year of a month, in whole months.

        It begins where the last one was closed, even when the company changed the end of its
        fiscal years since.
        """
        last = self._get_last(company, "year")
        if last:
            return closing_calendar.next_month(last.date_to)
        start = company.compute_fiscalyear_dates(month)["date_from"]
        # A year that begins within a month begins with the next one, as the last one ended with it.
        return start if start.day == 1 else closing_calendar.next_month(start)

    @api.model
    def _is_last_of_year(self, company, month) -> bool:
        # Fiscal years that end within a month are closed with that month.
        end = company.compute_fiscalyear_dates(month)["date_to"]
        return closing_calendar.month_start(end) == month

    # ------------------------------------------------------------------
    # What deserves a look before
    # ------------------------------------------------------------------
    @api.model
    @public
    def get_findings(
        self, month: Day | None = None, company_id: Company | None = None
    ) -> list[dict]:
        """Return what deserves a look before a month is closed.

        :param month: any day of the month, the next one to close by default
        :param company_id: the current company by default
        :return: ``[{"code", "message", "count", "model", "ids", "warning"}]``; without
            ``warning`` it is information
        """
        company = self._get_readable_company(company_id)
        day = fields.Date.to_date(month) or self._get_next_month(company)
        if not day:
            return []
        return [
            {
                "code": finding["code"],
                "message": finding["message"],
                "count": finding["count"],
                "model": finding["model"],
                "ids": finding["ids"],
                "warning": finding["warning"],
            }
            for finding in self.env["koban.closing.preflight"]._collect(
                company,
                closing_calendar.month_start(day),
                closing_calendar.month_end(day),
            )
        ]

    # ------------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------------
    @api.model
    @public
    def close_month(self, company_id: Company | None = None) -> dict:
        """Close the next month of a company, which must have ended (row 2-60).

        A closing cannot be undone. The fiscal year closes with its last month.

        :param company_id: the current company by default
        :return: ``{"closing_id": …, "number": …, "date_from": …, "date_to": …,
            "year_closing_id": … or False}``
        :raise AccessError: without the rights of the administrator
        :raise DocumentError: code ``closing_nothing`` when no ended month is left to close
        """
        company = self._get_closable_company(company_id)
        month = self._get_closable_month(company)
        if not month:
            self._raise_nothing_to_close(company)
        return self._close_apart(company, month)

    @api.model
    def _get_closable_company(self, company_id=None):
        company = self._get_readable_company(company_id)
        self.env["koban.closing.run"].check_access("create")
        return company

    def _raise_nothing_to_close(self, company):
        month = self._get_next_month(company)
        if month:
            message = speaking(self.env)._(
                "%(month)s has not ended: it can be closed from %(date)s on.",
                month=self.with_env(speaking(self.env))._get_month_name(month),
                date=format_date(speaking(self.env), closing_calendar.next_month(month)),
            )
        else:
            message = speaking(self.env)._(
                "%s has no validated document: there is nothing to close.", company.display_name
            )
        raise DocumentError(message, "closing_nothing", model="res.company", ids=company.ids)

    @api.model
    def _close_apart(self, company, month) -> dict:
        """Close a month in a transaction of its own, which begins by waiting for validations.

        :return: as :meth:`close_month`
        """
        self.env.flush_all()
        for left in reversed(range(TRIES)):
            try:
                with self.env.registry.cursor() as cr:
                    env = self.env(cr=cr, context=dict(self.env.context))
                    env["koban.closing.gate"]._lock()
                    result = close(env["res.company"].browse(company.id), month)
                break
            except LOST as error:
                if not left:
                    raise self._prepare_busy_error(company, month) from error
                _logger.info("Closing of %s: other work was under way, tried again", month)
        self.env.invalidate_all()
        if mailing.find_unmailed(self):
            self.env.ref("koban_closing.cron_mail").sudo()._trigger()  # only sooner
        return result

    @api.model
    def _prepare_busy_error(self, company, month) -> DocumentError:
        return DocumentError(
            speaking(self.env)._(
                "%(month)s cannot be closed now: documents of %(company)s are being validated. Try "
                "again in a few minutes.",
                month=self.with_env(speaking(self.env))._get_month_name(month),
                company=company.display_name,
            ),
            "closing_busy",
            model="res.company",
            ids=company.ids,
        )

    def _check_next(self, company, month):
        """Refuse to close a month twice or out of order.

        :raise DocumentError: code ``closing_order``
        """
        if month != self._get_next_month(company):
            raise DocumentError(
                speaking(self.env)._(
                    "%s was closed in the meantime, or an earlier month is still open.",
                    self.with_env(speaking(self.env))._get_month_name(month),
                ),
                "closing_order",
                model="res.company",
                ids=company.ids,
            )

    def _take_late_documents(self):
        """Count the late documents in this closing."""
        own = [("company_id", "=", self.company_id.id), ("closing_id", "=", False)]
        self.env["koban.closing.late"].search(own).closing_id = self

    def _lock_company(self):
        """Bring the lock dates of the host up to this closing, so that entries follow."""
        self.ensure_one()
        names = ["sale_lock_date"] if self.kind == "month" else []
        if self.locks_purchases:
            names.append("purchase_lock_date")
        if self.locks_entries:
            names.append("fiscalyear_lock_date")
        company = self.company_id
        values = {
            name: self.date_to for name in names if (company[name] or self.date_from) < self.date_to
        }
        if values:
            company.write(values)

    # ------------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------------
    def _is_sealable(self):
        return True

    @api.model
    def _get_validated_condition(self):
        return SQL("TRUE")

    def _get_seal_notes(self):
        return {
            "company": self.company_id._get_identity(),
            "currency": self.currency_id.name,
            "user": self.user_id.name,
        }

    # ------------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------------
    @api.model
    def _cron_close(self):
        """Close the months that are due in every company."""
        self._close_due_months(self.env["res.company"].search([("document_guard", "=", True)]))

    @api.model
    def _close_due_months(self, companies):
        """Close the months that are due in these companies."""
        due_months.close_due_months(self, companies)

    @api.model
    def _clear_failure(self, company):
        """Forget why a month of the company was not closed."""
        failures.clear(company)

    @api.model
    def _cron_mail(self):
        """Mail the reports of closings to the accountants of the companies that say so."""
        mailing.mail_waiting(self)
