from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.journal import record_event_apart

from ..tools import closing_calendar
from .account_lock_exception import MAX_DAYS


class ResCompany(models.Model):
    """When a company closes, and what its closings lock (rows 2-60, 2-61 and 3-22)."""

    _inherit = "res.company"

    closing_day = fields.Integer(
        default=15,
        required=True,
        help="Day of the month when the previous month closes by itself, 1 to 31. In a shorter "
        "month, its last day.",
    )
    closing_locks_purchases = fields.Boolean(
        string="Supplier Bills Close With the Month",
        help="The closing of a month also moves the lock date of purchases.",
    )
    closing_locks_year = fields.Boolean(
        string="All Entries Close With the Fiscal Year",
        help="The closing of a fiscal year also moves the global lock date: no journal entry of "
        "the year can be added or changed any more.",
    )
    closing_failure = fields.Text(readonly=True, copy=False)
    closing_mail = fields.Boolean(
        string="Mail the Reports of Closings",
        copy=False,
        help="The report of each closing, with the code of the chain, goes to the accountant: kept "
        "outside, it tells whether the history was written anew.",
    )
    closing_mail_partner_id = fields.Many2one("res.partner", string="Recipient of Closings")
    closing_mailed = fields.Integer(
        readonly=True, copy=False, help="Number of the last closing whose report was mailed."
    )
    closing_mail_failure = fields.Text(readonly=True, copy=False)
    next_closing_month = fields.Date(compute="_compute_next_closing")
    next_closing_name = fields.Char(compute="_compute_next_closing")
    next_closing_date = fields.Date(compute="_compute_next_closing")

    _closing_day_range = models.Constraint(
        "CHECK(closing_day BETWEEN 1 AND 31)", "The closing day is between 1 and 31."
    )

    @api.depends("closing_day", "document_guard")
    def _compute_next_closing(self):
        Closing = self.env["koban.closing"]
        for company in self:
            month = Closing._get_next_month(company) if company.document_guard else None
            company.next_closing_month = month
            company.next_closing_name = month and Closing._get_month_name(month)
            company.next_closing_date = month and closing_calendar.due_date(
                month, company.closing_day
            )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["koban.closing.gate"]._open_all()
        return companies

    @override
    def write(self, vals):
        self._check_closing_locks(vals)
        before = self.filtered("closing_mail")
        result = super().write(vals)
        for company in self.filtered("closing_mail") - before:
            company._begin_mailing()
        return result

    def _begin_mailing(self):
        """Have the closings from now on mailed, and not those of before."""
        closings = self.env["koban.closing"].sudo()  # a number only
        last = closings.search([("company_id", "=", self.id)], order="number desc", limit=1)
        self.closing_mailed = last.number

    @api.constrains("closing_mail", "closing_mail_partner_id")
    def _check_closing_mail(self):
        for company in self:
            if company.closing_mail and not company.closing_mail_partner_id.email:
                raise ConstraintError(
                    speaking(self.env)._(
                        "Choose who gets the reports of the closings of %s: a contact with an "
                        "e-mail address.",
                        company.name,
                    ),
                    "closing_mail",
                    model=self._name,
                    ids=company.ids,
                )

    # ------------------------------------------------------------------
    # What closings lock
    # ------------------------------------------------------------------
    def _get_closed_days(self) -> dict:
        """Return the last day closed, by company id."""
        groups = (
            self.env["koban.closing"]
            .sudo()
            ._read_group(  # decides for every user
                [("company_id", "in", self.ids), ("kind", "=", "month")],
                ["company_id"],
                ["date_to:max"],
            )
        )
        return {company.id: last for company, last in groups}

    def _get_closing_locks(self) -> dict:
        """Return the day under which each lock date of the host may not go back."""
        self.ensure_one()
        groups = (
            self.env["koban.closing"]
            .sudo()
            ._read_group(  # decides for every user
                [("company_id", "=", self.id)],
                ["kind", "locks_purchases", "locks_entries"],
                ["date_to:max"],
            )
        )
        locks = dict.fromkeys(("sale_lock_date", "purchase_lock_date", "fiscalyear_lock_date"))
        for kind, purchases, entries, last in groups:
            for name, locked in zip(locks, (kind == "month", purchases, entries), strict=True):
                if locked and (not locks[name] or last > locks[name]):
                    locks[name] = last
        return locks

    def _check_closing_locks(self, vals):
        """Refuse to reopen what was closed: only exceptions lead there.

        :raise DocumentError: code ``closing_lock``
        """
        names = [
            name
            for name in ("sale_lock_date", "purchase_lock_date", "fiscalyear_lock_date")
            if name in vals
        ]
        for company in self if names else ():
            locks = company._get_closing_locks()
            for name in names:
                value = fields.Date.to_date(vals[name])
                if locks[name] and (not value or value < locks[name]):
                    company._raise_closing_lock(name, locks[name])

    def _raise_closing_lock(self, name, last):
        env = speaking(self.env)
        message = env._(
            "%(company)s is closed until %(date)s: “%(lock)s” cannot go back before that day, "
            "because a closing cannot be undone. To validate a document there, open an "
            "exception.",
            company=self.display_name,
            date=format_date(env, last),
            lock=self._fields[name]._description_string(env),
        )
        record_event_apart(
            self.env, "refusal", self, detail={"code": "closing_lock", "message": message}
        )
        raise DocumentError(message, "closing_lock", model=self._name, ids=self.ids, fields=[name])

    def _get_closing_exception(self, day):
        """Return the exception that lets the user validate a document of a closed day.

        Whoever may validate may read whether he has one. One that was made without our checks,
        while the protection was off, may last too long: it opens nothing.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return (
            self.env["account.lock_exception"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("lock_date_field", "=", "sale_lock_date"),
                    ("user_id", "in", [False, self.env.uid]),
                    ("end_datetime", ">=", now),
                    ("end_datetime", "<=", now + timedelta(days=MAX_DAYS)),
                    "|",
                    ("lock_date", "=", False),
                    ("lock_date", "<", day),
                ],
                order="end_datetime desc",
                limit=1,
            )
        )

    @api.model
    def _get_attested_parameters(self):
        return super()._get_attested_parameters() | {
            "closing_day",
            "closing_locks_purchases",
            "closing_locks_year",
        }
