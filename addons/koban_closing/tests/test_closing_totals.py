"""What a closing adds up (rows 2-54, 2-60, 2-61 and 2-62b; law.md §1.5, checklist 9 and 11)."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .closings import ClosingCase

MONTHS = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]


@tagged("post_install", "-at_install")
class TestClosingTotals(ClosingCase):
    """Amounts written by hand, and compared with the whole history."""

    def test_totals_of_a_month(self):
        """Row 2-60: invoices, credit notes, tax rates, payments and numbers of the month."""
        first = self.invoice("2025-01-05", 100.0)
        self.invoice("2025-01-31", 50.0, self.other_tax)
        self.credit("2025-01-20", 30.0)
        self.invoice("2025-02-01", 1000.0)
        self.invoice("2025-01-10", 500.0, post=False)
        self.receive("2025-01-15", 80.0)
        self.receive("2025-01-16", 20.0, payment_type="outbound")
        closing = self.close()
        self.assertEqual(closing.date_from, fields.Date.to_date("2025-01-01"))
        self.assertEqual(closing.date_to, fields.Date.to_date("2025-01-31"))
        self.check_totals(
            closing, 120.0, 16.75, invoice_count=2, credit_note_count=1, payment_total=60.0
        )
        self.assertEqual(
            closing.tax_ids.mapped(lambda line: (line.rate, line.base, line.tax)),
            [(20.0, 70.0, 14.0), (5.5, 50.0, 2.75)],
        )
        self.assertEqual(sum(closing.payment_ids.mapped("amount")), 60.0)
        self.assertEqual(sum(closing.series_ids.mapped("count")), 3)
        self.assertIn(first.name, closing.series_ids.mapped("first_number"))

    def test_line_without_tax_and_foreign_currency(self):
        """Row 2-60: lines without tax have their row; amounts are in the company's currency."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "rate": 2.0}
            | {"name": "2025-01-01"}
        )
        self.invoice("2025-01-05", 100.0, currency_id=dollar.id)
        self.make_invoice(
            invoice_date="2025-01-06",
            lines=[self.make_line(quantity=1, price_unit=7.0, tax_ids=[Command.clear()])],
        )
        closing = self.close()
        self.check_totals(closing, 57.0, 10.0)
        self.assertEqual(
            closing.tax_ids.mapped(lambda line: (line.is_rate, line.base, line.tax)),
            [(True, 50.0, 10.0), (False, 7.0, 0.0)],
        )

    def test_group_of_taxes(self):
        """Row 2-60: a group of taxes is told by its rates."""
        (self.tax | self.other_tax).include_base_amount = False
        group = self.env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "type_tax_use": "sale",
                "tax_scope": self.tax.tax_scope,
                "children_tax_ids": [Command.set((self.tax | self.other_tax).ids)],
            }
        )
        self.invoice("2025-01-05", 100.0, group)
        closing = self.close()
        self.assertEqual(
            closing.tax_ids.mapped(lambda line: (line.rate, line.base, line.tax)),
            [(20.0, 100.0, 20.0), (5.5, 100.0, 5.5)],
        )

    def test_perpetual_total_is_never_reset(self):
        """Row 2-60: the fiscal year starts anew, the perpetual total goes on."""
        self.invoice("2025-11-05", 100.0)
        self.invoice("2025-12-05", 10.0)
        self.invoice("2026-01-05", 1.0)
        november, december, january = self.close_until("2026-01-01")
        self.assertEqual([c.year_untaxed for c in (november, december, january)], [100, 110, 1])
        self.assertEqual(
            [c.perpetual_untaxed for c in (november, december, january)], [100, 110, 111]
        )
        year = self.get_years()
        self.check_totals(year, 110.0, 22.0, year_untaxed=110.0, perpetual_untaxed=110.0)
        self.assertEqual(year.date_to, fields.Date.to_date("2025-12-31"))
        self.assertEqual(
            (november | december | january | year).sorted("number").mapped("number"), [1, 2, 3, 4]
        )
        self.assertEqual(year.number, 3, "the year closes just after its last month")

    def test_year_adds_up_its_months(self):
        """Row 2-61: rates, payments and numbers of the year are those of its months."""
        names = [self.invoice(f"2025-{month}-05", 100.0).name for month in ("10", "11", "12")]
        self.receive("2025-10-15", 80.0)
        self.receive("2025-12-15", 5.0)
        self.close_until("2025-12-01")
        year = self.get_years()
        self.assertEqual((year.tax_ids.base, year.tax_ids.tax), (300.0, 60.0))
        self.assertEqual((year.payment_ids.count, year.payment_ids.amount), (2, 85.0))
        self.assertEqual(year.payment_total, 85.0)
        series = year.series_ids
        self.assertEqual((series.first_number, series.last_number), (names[0], names[-1]))
        self.assertEqual(series.count, 3)

    def test_fiscal_year_from_april_to_march(self):
        """Row 2-61: fiscal years need not be calendar years."""
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        self.invoice("2025-03-05", 1000.0)
        self.invoice("2025-04-05", 100.0)
        self.invoice("2026-03-05", 10.0)
        self.invoice("2026-04-05", 1.0)
        closings = self.close_until("2026-04-01")
        years = self.get_years()
        self.assertEqual(
            [(str(year.date_from), str(year.date_to), year.untaxed) for year in years],
            [("2024-04-01", "2025-03-31", 1000.0), ("2025-04-01", "2026-03-31", 110.0)],
        )
        self.assertEqual(closings[-1].year_untaxed, 1.0)
        self.assertEqual(closings[-1].perpetual_untaxed, 1111.0)

    def test_fiscal_year_that_ends_within_a_month(self):
        """Row 2-61: it closes with that month, whole; the first one too."""
        self.company.write({"fiscalyear_last_month": "2", "fiscalyear_last_day": 15})
        for month in ("2025-12", "2026-01", "2026-02", "2026-03"):
            self.invoice(f"{month}-05", 100.0)
        closings = self.close_until("2026-03-01")
        (year,) = self.get_years()
        self.assertEqual((str(year.date_from), str(year.date_to)), ("2025-03-01", "2026-02-28"))
        self.assertEqual((year.untaxed, year.year_untaxed), (300.0, 300.0))
        self.assertEqual(closings[-1].year_untaxed, 100.0)

    def test_fiscal_year_that_changes(self):
        """Row 2-61: when the end of the fiscal year moves, no month is left out of a year."""
        self.invoice("2025-12-05", 1.0)
        self.invoice("2026-02-05", 10.0)
        self.close_until("2026-01-01")
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        self.close_until("2026-03-01")
        years = self.get_years()
        self.assertEqual(
            [(str(year.date_from), str(year.date_to), year.untaxed) for year in years],
            [("2025-01-01", "2025-12-31", 1.0), ("2026-01-01", "2026-03-31", 10.0)],
        )

    def test_totals_of_any_period(self):
        """Row 2-62b: turnover and payments of any period, by the API, with plain values."""
        self.invoice("2025-01-20", 100.0)
        self.invoice("2025-02-03", 50.0)
        self.credit("2025-02-28", 20.0)
        self.receive("2025-02-03", 60.0)
        totals = self.rpc(
            self.reader,
            self.Closing,
            "get_period_totals",
            "2025-01-15",
            "2025-02-15",
            self.company.id,
        )
        self.assertEqual((totals["untaxed"], totals["tax"], totals["total"]), (150.0, 30.0, 180.0))
        self.assertEqual((totals["invoice_count"], totals["credit_note_count"]), (2, 0))
        self.assertEqual(totals["payment_total"], 60.0)
        self.assertEqual(
            totals["payments"],
            [
                {
                    "journal": self.bank_journal.with_context(lang="en_US").name,
                    "method": self.payment_method_line.name,
                    "count": 1,
                    "amount": 60.0,
                }
            ],
        )
        self.assertEqual(totals["taxes"][0]["base"], 150.0)
        self.check_plain(totals)

    def check_plain(self, value):
        """Values that XML-RPC carries: no None, no date, no record."""
        if isinstance(value, dict):
            for item in value.values():
                self.check_plain(item)
        elif isinstance(value, list):
            for item in value:
                self.check_plain(item)
        else:
            self.assertIsInstance(value, (str, int, float, bool))

    def test_cost_does_not_follow_the_history(self):
        """Row 2-60: documents are found by an index on company and date, payments too."""
        self.invoice("2025-01-20", 100.0)
        self.env.flush_all()
        Totals = self.env["koban.period.totals.mixin"]
        arguments = (self.company, "2025-01-01", "2025-01-31", True)
        documents = Totals._get_documents_query(*arguments)
        expected = {
            documents: "account_move_turnover_idx",
            Totals._get_payments_query(*arguments): "account_payment_received_idx",
            # One of the two indexes of the table, as its statistics have it.
            Totals._get_taxes_query(
                documents
            ): "Index .*Scan (on|using) account_move_line_account_tax",
        }
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for query, index in expected.items():
            self.env.cr.execute(SQL("EXPLAIN %s", query))
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertRegex(plan, index)
            self.assertNotIn("Seq Scan on account_", plan)

    def test_queries_of_a_month_are_constant(self):
        """DESIGN §5: a month of twelve invoices costs no more queries than one of three."""
        counts = []
        for month, size in (("01", 1), ("02", 3), ("03", 12)):
            for _i in range(size):
                self.invoice(f"2025-{month}-05")
            counts.append(self.count_queries(self.close))
        self.assertLessEqual(counts[2], counts[1])

    @settings(
        max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(1, 28), st.integers(1, 99_999), st.booleans()),
            min_size=1,
            max_size=8,
        )
    )
    def test_periods_add_up_to_the_perpetual_total(self, documents):
        """Row 2-60: whatever the months, periods add up to the perpetual total and the history."""
        with self.undone():
            for month, day, cents, credit in documents:
                date = MONTHS[month][:8] + f"{day:02}"
                self.invoice(date, cents / 100, move_type="out_refund" if credit else "out_invoice")
            closings = self.close_until(MONTHS[-1])
            last = closings[-1]
            for name in ("untaxed", "tax", "total"):
                self.assertAlmostEqual(sum(closings.mapped(name)), last[f"perpetual_{name}"], 2)
            history = self.Closing.get_period_totals("1900-01-01", str(last.date_to))
            for name in ("untaxed", "tax", "total"):
                self.assertEqual(history[name], last[f"perpetual_{name}"])
            self.assertEqual(sum(closings.mapped("invoice_count")), history["invoice_count"])

    def test_partition_by_any_months(self):
        """Row 2-62b: cutting a period anywhere never changes the sum."""
        generator = random.Random(4)
        for _i in range(6):
            self.invoice(f"2025-0{generator.randint(1, 3)}-{generator.randint(10, 28)}", 12.34)
        whole = self.Closing.get_period_totals("2025-01-01", "2025-03-31")
        middle = f"2025-02-{generator.randint(10, 27)}"
        following = fields.Date.to_string(fields.Date.add(fields.Date.to_date(middle), days=1))
        parts = [
            self.Closing.get_period_totals("2025-01-01", middle),
            self.Closing.get_period_totals(following, "2025-03-31"),
        ]
        self.assertAlmostEqual(sum(part["total"] for part in parts), whole["total"], 2)
