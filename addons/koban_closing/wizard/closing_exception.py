from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools import closing_calendar


class KobanClosingException(models.TransientModel):
    """Open closed months to someone, for a time and with a reason (row 3-23)."""

    _name = "koban.closing.exception"
    _description = "Exception to a Closing"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="Accept Documents From",
        required=True,
        default=lambda self: self._get_default_date(),
        help="Documents dated from this day on can be validated, although their month is closed.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Nobody named: everybody who may validate invoices.",
    )
    reason = fields.Char(required=True)
    end_datetime = fields.Datetime(
        string="Until",
        required=True,
        default=lambda self: fields.Datetime.now() + timedelta(days=1),
    )

    @api.model
    def _get_default_date(self):
        last = self.env.company._get_closed_days().get(self.env.company.id)
        return last and closing_calendar.month_start(last)

    @public(one=True)
    def action_open_exception(self) -> dict:
        """Open the exception and record it.

        :return: the list of exceptions
        :raise DocumentError: codes ``exception_incomplete``, ``closing_nothing``
        """
        exceptions = self.env["account.lock_exception"].create(self._prepare_exceptions())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exceptions"),
            "res_model": "account.lock_exception",
            "view_mode": "list,form",
            "domain": [("id", "in", exceptions.ids)],
        }

    def _prepare_exceptions(self) -> list[dict]:
        """Return one exception of the host per person and lock date in the way."""
        company = self.company_id
        locks = company._get_closing_locks()
        names = [
            name
            for name in ("sale_lock_date", "fiscalyear_lock_date")
            if locks[name] and company[name] and company[name] >= self.date_from
        ]
        if not names:
            raise DocumentError(
                speaking(self.env)._("This day is not in a closed month."),
                "closing_nothing",
                model="res.company",
                ids=company.ids,
            )
        return [
            {
                "company_id": company.id,
                "user_id": user.id,
                "reason": self.reason,
                "end_datetime": self.end_datetime,
                "lock_date_field": name,
                "lock_date": self.date_from - timedelta(days=1),
            }
            for name in names
            for user in self.user_ids or [self.user_ids]
        ]
