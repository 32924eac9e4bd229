from datetime import date

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.batches import process_each

from .koban_contract_type import KINDS

MONTHS = 12
# So many contracts are in memory at once.
BATCH = 500
FORECAST_KINDS = [
    ("contract", "Committed"),
    ("renewal", "Tacit Renewal"),
]


class KobanContractForecast(models.Model):
    """What the coming twelve months will bill, as the contracts stand (issue 5 §5).

    Made anew each night and on demand. Another addon adds its rows by
    :meth:`_get_forecast_rows`, and its own ``kind``.
    """

    _name = "koban.contract.forecast"
    _description = "Billing Forecast"
    _order = "month, id"
    _rec_name = "month"

    month = fields.Date(required=True, readonly=True, index=True, help="First day of the month.")
    kind = fields.Selection(FORECAST_KINDS, string="Origin", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="In the company's currency, excluding tax.")
    contract_kind = fields.Selection(
        KINDS, string="Party", required=True, readonly=True, default="sale"
    )
    contract_id = fields.Many2one(
        "koban.contract", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    type_id = fields.Many2one("koban.contract.type", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _row_unique = models.UniqueIndex(
        "(contract_id, month, kind) WHERE contract_id IS NOT NULL",
        "A contract is forecast once for each month.",
    )

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @public
    def action_refresh(self) -> dict:
        """Make the forecast of the companies of the user anew.

        :return: action that shows it
        :raise AccessError: without the right to read it
        """
        self.check_access("read")
        for company in self.env.companies:
            # The rows are of everyone who may read them, and written by nobody.
            self.sudo()._refresh_forecast(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "koban_contract.contract_forecast_action"
        )

    # ------------------------------------------------------------------
    # Refreshing
    # ------------------------------------------------------------------
    @api.model
    def _cron_refresh(self):
        companies = self.env["res.company"].search([("active", "=", True)])
        cron = self.env["ir.cron"]
        self.env["koban.contract"]._refresh_amounts(lambda done: cron._commit_progress() or True)
        cron._commit_progress(remaining=len(companies))
        process_each(self.env, companies, self._refresh_forecast, cron._commit_progress)

    @api.model
    def _refresh_forecast(self, company):
        """Make the forecast of a company anew, from this month on.

        :param company: record of ``res.company``
        """
        first = fields.Date.context_today(self).replace(day=1)
        last = first + relativedelta(months=MONTHS, days=-1)
        self.env.flush_all()
        # Rows that nothing refers to, by the hundred thousand.
        self.env.cr.execute(
            SQL("DELETE FROM koban_contract_forecast WHERE company_id = %s", company.id)
        )
        self.invalidate_model()
        forecast = self.with_company(company)
        for rows in split_every(1000, forecast._get_forecast_rows(company, first, last), list):
            self.create([{"company_id": company.id, **row} for row in rows])
            self.env.flush_all()

    @api.model
    def _get_forecast_rows(self, company, first: date, last: date):
        """Yield the values of the rows of a company.

        Extend it to add what else is known to be billed, such as orders::

            def _get_forecast_rows(self, company, first, last):
                yield from super()._get_forecast_rows(company, first, last)
                yield {"month": …, "kind": "order", "partner_id": …, "amount": …}

        :param first: first day of the first month; what is late counts in it
        :param last: last day of the last month
        """
        Contract = self.env["koban.contract"]
        contracts = Contract.search(
            [("company_id", "=", company.id), ("state", "in", ("running", "closed"))], order="id"
        )
        for ids in split_every(BATCH, contracts.ids):
            yield from Contract.browse(ids)._forecast(first, last)
            self.env.flush_all()
            self.env.invalidate_all()
