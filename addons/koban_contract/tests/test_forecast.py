"""The coming twelve months (issue 5 §5)."""

from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ContractCase
from .test_usage_lines import UsageCase


class ForecastCase(ContractCase):
    """In March 2026, without the contracts of before."""

    def setUp(self):
        super().setUp()
        self.env["koban.contract"].search([("company_id", "=", self.company.id)]).filtered(
            lambda contract: contract.state == "running"
        ).action_close("2020-01-01")
        frozen = freeze_time("2026-03-10")
        frozen.start()
        self.addCleanup(frozen.stop)

    def refresh(self, contract=None):
        Forecast = self.env["koban.contract.forecast"]
        Forecast._refresh_forecast(self.company)
        rows = Forecast.search([("company_id", "=", self.company.id)], order="month, id")
        if contract:
            rows = rows.filtered(lambda row: row.contract_id == contract)
        return [(str(row.month)[:7], row.kind, row.amount) for row in rows]


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """What contracts will bill, month by month."""

    def test_months(self):
        """Late periods count this month, then each month until the end of the commitment."""
        contract = self.make_contract(date_end="2026-05-15", renewal="none")
        # January, February and March are late; May has 15 of its 31 days.
        self.assertEqual(
            self.refresh(contract),
            [
                ("2026-03", "contract", 600),
                ("2026-04", "contract", 200),
                ("2026-05", "contract", 96.77),
            ],
        )
        contract._bill(contract.date_start.replace(month=3, day=10))
        self.assertEqual([row[0] for row in self.refresh(contract)], ["2026-04", "2026-05"])

    def test_twelve_months(self):
        """Without an end, twelve months and no more."""
        contract = self.make_contract(date_start="2026-03-01")
        rows = self.refresh(contract)
        self.assertEqual(len(rows), 12)
        self.assertEqual((rows[0][0], rows[-1][0]), ("2026-03", "2027-02"))
        self.assertEqual(sum(row[2] for row in rows), 2400)

    def test_tacit_renewal(self):
        """What a tacit renewal would bill is told apart."""
        contract = self.make_contract(
            date_start="2026-03-01", date_end="2026-05-31", renewal="tacit"
        )
        rows = self.refresh(contract)
        self.assertEqual([row[1] for row in rows], ["contract"] * 3 + ["renewal"] * 9)
        contract.action_close("2026-05-31")
        self.assertEqual([row[1] for row in self.refresh(contract)], ["contract"] * 3)

    def test_renewed_lines(self):
        """A line that ends within the renewed term, or before it, is forecast no longer."""
        contract = self.make_contract(
            date_start="2026-03-01",
            date_end="2026-05-31",
            renewal="tacit",
            lines=[
                self.make_line(date_end="2026-07-31"),
                self.make_line(name="Other", date_end="2026-05-31"),
            ],
        )
        renewed = [row for row in self.refresh(contract) if row[1] == "renewal"]
        self.assertEqual(renewed, [("2026-06", "renewal", 200), ("2026-07", "renewal", 200)])

    def test_price_included(self):
        """The forecast excludes the taxes that are in the prices."""
        tax = self.tax.copy({"name": "Included", "price_include_override": "tax_included"})
        line = self.make_line(tax_ids=[Command.set(tax.ids)], price_unit=120.0)
        contract = self.make_contract(date_start="2026-03-01", lines=[line])
        self.assertEqual(self.refresh(contract)[0], ("2026-03", "contract", 200))

    def test_arrears_and_once(self):
        """In arrears a period counts once it is over; a fee counts once."""
        contract = self.make_contract(
            date_start="2026-03-01",
            date_end="2026-08-31",
            renewal="none",
            interval_count=3,
            timing="arrears",
            lines=[self.make_line(), self.make_line(charge="once", quantity=1, price_unit=30)],
        )
        self.assertEqual(
            self.refresh(contract),
            [
                ("2026-03", "contract", 30),
                ("2026-06", "contract", 200),
                ("2026-09", "contract", 200),
            ],
        )

    def test_suspended(self):
        """Suspended days are not forecast."""
        contract = self.make_contract(date_start="2026-03-01")
        self.env["koban.contract.suspension"].create(
            {"contract_id": contract.id, "date_from": "2026-04-01", "date_to": "2026-04-30"}
        )
        self.assertNotIn("2026-04", [row[0] for row in self.refresh(contract)])

    def test_refreshed_again(self):
        """A second refresh replaces the first; drafts and other companies stay out."""
        contract = self.make_contract(date_start="2026-03-01")
        draft = self.make_contract(validate=False)
        self.assertEqual(self.refresh(contract), self.refresh(contract))
        self.assertFalse(self.refresh(draft))
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["koban.contract.forecast"]._refresh_forecast(other)
        self.assertEqual(len(self.refresh(contract)), 12)

    def test_hook(self):
        """Another addon adds rows, with its values."""
        Forecast = self.env["koban.contract.forecast"]
        row = {"month": "2026-06-01", "kind": "contract", "amount": 5}
        with patch.object(type(Forecast), "_get_forecast_rows", lambda *args: iter([row])):
            self.assertEqual(self.refresh(), [("2026-06", "contract", 5)])

    def test_rights(self):
        """Whoever reads it refreshes it; nobody writes it; others do neither."""
        contract = self.make_contract(date_start="2026-03-01")
        Forecast = self.env["koban.contract.forecast"]
        action = Forecast.with_user(self.billing_user).action_refresh()
        self.assertEqual(action["res_model"], "koban.contract.forecast")
        rows = Forecast.search([("contract_id", "=", contract.id)])
        self.assertEqual(len(rows), 12)
        with self.assertRaises(AccessError):
            rows.with_user(self.billing_user).write({"amount": 1})
        nobody = self.make_user("koban_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            Forecast.with_user(nobody).action_refresh()

    def test_queries(self):
        """The queries of a refresh do not follow the number of contracts."""
        counts = []
        for size in (3, 9):
            for _rank in range(size):
                self.make_contract(date_start="2026-03-01", date_end="2026-12-31")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["koban.contract.forecast"]._refresh_forecast(self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)


@tagged("post_install", "-at_install")
class TestForecastOfUsage(ForecastCase, UsageCase):
    """What consumption will bill."""

    def test_average(self):
        """A period that nobody has read yet is expected to cost what those before did, 20."""
        contract, line = self.make_copier(
            [("2026-01-01", 0), ("2026-01-31", 1000), ("2026-02-28", 1800)],
            date_end="2026-05-31",
            renewal="tacit",
        )
        self.bill(contract, "2026-03-01")  # 500 and 300 pages at 0.05
        rows = self.refresh(contract)
        # A month is billed the day after it: March in April, January in February 2027.
        self.assertEqual(rows[:3], [(f"2026-0{n}", "contract", 20) for n in (4, 5, 6)])
        self.assertEqual([row[1] for row in rows[3:]], ["renewal"] * 8)
        self.assertEqual((rows[-1][0], {row[2] for row in rows}), ("2027-02", {20}))
        contract.amend("2026-04-01", {"lines": [{"id": line.id, "included_volume": 0}]})
        self.assertEqual(self.refresh(contract), rows)

    def test_never_billed(self):
        """Of a meter that was never read nothing is known."""
        contract, _line = self.make_copier()
        self.assertEqual(self.refresh(contract), [])
