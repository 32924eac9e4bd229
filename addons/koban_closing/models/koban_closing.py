import hashlib
import logging

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.koban_document.tools import qr
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, Day, public
from odoo.addons.koban_guard.tools.batches import LOST, process_each
from odoo.addons.koban_seal.tools.journal import record_event
from odoo.addons.koban_seal.tools.witness import encode

from ..tools import closing_calendar
from ..tools.writer import close

_logger = logging.getLogger(__name__)

AMOUNTS = ("untaxed", "tax", "total")
COUNTS = ("invoice_count", "credit_note_count", "late_count", "test_count")
SUMMED = (*COUNTS, "late_untaxed", "late_total", "payment_total", "settled_total")
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
        if self._get_unmailed():
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

    def _prepare_closing(self, company, kind, date_from, date_to) -> dict:
        """Return the values of any closing but its totals."""
        last = self.search([("company_id", "=", company.id)], order="number desc", limit=1)
        return {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "kind": kind,
            "number": last.number + 1,
            "date_from": date_from,
            "date_to": date_to,
            "closed_on": fields.Datetime.now(),
            "user_id": self.env.uid,
        }

    def _prepare_month(self, company, month) -> dict:
        """Return the values of a month's closing, carried on from the previous one."""
        date_to = closing_calendar.month_end(month)
        totals = self._read_totals(company, month, date_to, with_late=True)
        previous = self._get_last(company)
        year = self._get_last(company, "year")
        new_year = not previous or year.date_to == previous.date_to
        add = company.currency_id.round
        values = self._prepare_closing(company, "month", month, date_to)
        values.update({name: totals[name] for name in (*AMOUNTS, *SUMMED)})
        for name in AMOUNTS:
            carried = 0.0 if new_year else previous[f"year_{name}"]
            values[f"year_{name}"] = add(carried + totals[name])
            values[f"perpetual_{name}"] = add(previous[f"perpetual_{name}"] + totals[name])
        for name in ("tax", "payment", "series"):
            lines = totals[{"tax": "taxes", "payment": "payments"}.get(name, name)]
            values[f"{name}_ids"] = [fields.Command.create(line) for line in lines]
        return {**values, "locks_purchases": company.closing_locks_purchases}

    def _prepare_year(self, company, month) -> dict:
        """Return the values of the closing of the fiscal year that ends with a closed month."""
        start = self._get_year_start(company, month.date_from)
        months = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "month"),
                ("date_from", ">=", start),
                ("date_to", "<=", month.date_to),
            ],
            order="date_from",
        )
        values = self._prepare_closing(company, "year", start, month.date_to)
        for name in (*AMOUNTS, *SUMMED):
            total = sum(months.mapped(name))
            values[name] = total if name in COUNTS else company.currency_id.round(total)
        for name in AMOUNTS:
            values[f"year_{name}"] = month[f"year_{name}"]
            values[f"perpetual_{name}"] = month[f"perpetual_{name}"]
        values["tax_ids"] = months.tax_ids._prepare_sums(
            ("is_rate", "rate", "name"), ("base", "tax")
        )
        values["payment_ids"] = months.payment_ids._prepare_sums(
            ("journal", "method"), ("count", "amount")
        )
        values["series_ids"] = months.series_ids._prepare_spans()
        return {**values, "locks_entries": self._can_lock_entries(company, month.date_to)}

    @api.model
    def _can_lock_entries(self, company, date_to) -> bool:
        """Whether the fiscal year's entries close too: as the company says, if the host can.

        The host refuses while a bank transaction has no counterpart, and the totals of the year
        must not wait for that: the findings tell it.
        """
        return company.closing_locks_year and not self.env[
            "account.bank.statement.line"
        ].search_count(company._get_unreconciled_statement_lines_domain(date_to), limit=1)

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
        """Close the months that are due, in order, each in a transaction of its own.

        A company that fails stops at its month; the others go on.
        """
        due = [
            company for company in companies for _month in range(self._count_due_months(company))
        ]
        failed = set()

        def close(company):
            if company not in failed and not self._close_due_month(company):
                failed.add(company)

        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(due))
        process_each(self.env, due, close, progress._commit_progress)

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

    # ------------------------------------------------------------------
    # To the accountant
    # ------------------------------------------------------------------
    @api.model
    def _get_unmailed(self):
        """Return the closings whose report is still to be mailed; a copy mails none."""
        if self.env["koban.database"]._is_copy():
            return self.browse()
        companies = self.env["res.company"].search(
            [("closing_mail", "=", True), ("closing_mail_partner_id.email", "!=", False)]
        )
        return self.search(
            Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("number", ">", company.closing_mailed)
                for company in companies
            ),
            order="company_id, number",
        )

    @api.model
    def _cron_mail(self):
        """Mail the reports of closings to the accountants of the companies that say so.

        In the order of their numbers: a company whose report fails has the others after it.
        """
        closings = self._get_unmailed()
        progress, failed = self.env["ir.cron"], self.env["res.company"]
        progress._commit_progress(remaining=len(closings))
        for closing in closings:
            company = closing.company_id
            if company not in failed and not closing._try_mail():
                failed |= company
            if not progress._commit_progress(1):
                break

    def _try_mail(self) -> bool:
        """Mail the report of a closing; what goes wrong is told on the company."""
        company = self.company_id
        try:
            self._mail_report()
        except Exception as error:  # whatever it is, it is told, and tried again
            _logger.exception("Report of the closing %s not mailed", self.id)
            self.env.cr.rollback()
            self._tell_mail_failure(company, error)
            return False
        company.write({"closing_mailed": self.number, "closing_mail_failure": False})
        return True

    @api.model
    def _tell_mail_failure(self, company, error):
        note = company.with_context(lang=company.partner_id.lang).env._(
            "The report of a closing could not be mailed: %s", error
        )
        if company.closing_mail_failure != note:
            company.closing_mail_failure = note
            self._give_activities(company, note)

    def _mail_report(self):
        """Queue the mail of the report, with its code in the text."""
        self.ensure_one()
        recipient = self.company_id.closing_mail_partner_id
        closing = self.with_context(lang=recipient.lang or self.company_id.partner_id.lang)
        content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "koban_closing.action_report_closing", closing.ids
        )
        title = closing._get_title()
        self.env["mail.mail"].create(
            {
                "subject": f"{self.company_id.name} – {title}",
                "body_html": closing._get_mail_body(title),
                "email_from": self.company_id.email_formatted or self.env.user.email_formatted,
                "email_to": recipient.email_formatted,
                "model": self._name,
                "res_id": self.id,
                "attachment_ids": [
                    fields.Command.create(
                        {"name": f"{title.replace('/', '-')}.{kind}", "raw": content}
                    )
                ],
            }
        )
        sha256 = hashlib.sha256(content).hexdigest()
        detail = {"recipients": recipient.email_formatted, "sha256": sha256}
        record_event(self.env, "mail", self, detail=detail)

    def _get_mail_body(self, title) -> Markup:
        return Markup("<p>%s</p><p>%s</p><p><code>%s</code></p><p>%s</p>") % (
            title,
            self.env._("Head of the chain: link no. %s", self.link_number),
            self.code or "",
            self.env._(
                "Keep this mail and its page: the code tells whether the history before this "
                "closing was written anew."
            ),
        )

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
                "koban_closing.activity_closing", note=note, user_id=user.id
            )

    @api.model
    def _clear_failure(self, company):
        if company.closing_failure:
            company.closing_failure = False
            company.partner_id.activity_unlink(["koban_closing.activity_closing"])
