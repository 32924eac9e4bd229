"""No day of a line is billed twice or skipped, whatever happens to its contract (issue 5)."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError

from .test_usage_lines import UsageCase

START = date(2026, 1, 31)
HORIZON = 200
PROPERTY = settings(
    deadline=None,
    database=None,
    max_examples=15,
    suppress_health_check=list(HealthCheck),
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["bill", "bill", "amend", "suspend", "delete", "end"]),
        st.integers(0, HORIZON),
        st.integers(1, 5),
    ),
    min_size=2,
    max_size=9,
)
TERMS = st.fixed_dictionaries(
    {
        "interval": st.sampled_from([(10, "day"), (2, "week"), (1, "month"), (2, "month")]),
        "is_aligned": st.booleans(),
        "timing": st.sampled_from(["advance", "arrears"]),
        "proration": st.sampled_from(["days", "30_360", "none"]),
    }
)


@tagged("post_install", "-at_install")
class TestNoGap(UsageCase):
    """Random lives of contracts."""

    @PROPERTY
    @given(TERMS, EVENTS)
    def test_life(self, terms, events):
        """Issue 5: each day of a line and of those that replace it is in one period exactly."""
        with self.undone():
            contract = self.make_life(terms)
            for kind, offset, number in events:
                self.live(contract, kind, START + timedelta(days=offset), number)
            self.bill(contract, START + timedelta(days=HORIZON))
            self.check_days(contract)
            self.check_invoices(contract)
        self.env.invalidate_all()

    def make_life(self, terms):
        count, unit = terms["interval"]
        values = {name: terms[name] for name in ("is_aligned", "timing", "proration")}
        return self.make_contract(
            date_start=START, interval_count=count, interval_unit=unit, **values
        )

    def live(self, contract, kind, day, number):
        """Let something happen; what the contract refuses did not."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"live_{kind}")(contract, day, number)
        except DocumentError as error:
            self.assertIn(error.code.split("_")[0], ("contract",), str(error))

    def live_bill(self, contract, day, number):
        self.bill(contract, day)

    def live_amend(self, contract, day, number):
        line = contract.line_ids.filtered(lambda line: not line.replaced_by_ids)[-1:]
        values = {"id": line.id, "quantity": line.quantity + number}
        contract.amend(str(day), {"lines": [values]})

    def live_suspend(self, contract, day, number):
        contract.suspend(str(day), str(day + timedelta(days=7 * number)))

    def live_delete(self, contract, day, number):
        moves = contract.period_ids.move_line_ids.move_id.sorted("id")
        moves[number : number + 1].unlink()

    def live_end(self, contract, day, number):
        contract.action_close(str(day + timedelta(days=30 * number)))

    def check_days(self, contract):
        """Every day up to the horizon is in one row of the ledger."""
        rows = contract.period_ids.sorted("date_from")
        self.assertNotIn("open", rows.mapped("state"))
        day = START
        for row in rows:
            self.assertEqual(row.date_from, day, rows.mapped("date_from"))
            day = row.date_to + timedelta(days=1)
        last = contract.close_date
        if rows:
            self.assertTrue(contract.next_invoice_date or day > last)
        if contract.next_invoice_date:
            self.assertGreater(contract.next_invoice_date, START + timedelta(days=HORIZON))

    def check_invoices(self, contract):
        """Invoices say what the ledger says, to the cent; suspended periods have none."""
        for row in contract.period_ids:
            self.assertEqual(len(row.move_line_ids), int(row.state == "billed"))
            self.assertAlmostEqual(sum(row.move_line_ids.mapped("price_subtotal")), row.amount)
