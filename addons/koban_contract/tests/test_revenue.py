"""Recurring revenue: amounts and movements (issue 5 §5)."""

from collections import defaultdict
from datetime import date

from freezegun import freeze_time
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.passes import open_pass

from .common import ContractCase


class RenewedCase(ContractCase):
    """Renewed long before the new prices."""

    def make_renewed(self):
        """Return a contract at 240 a month, renewed at 5 % more from January 2027 on."""
        contract = self.make_contract(
            date_end="2026-12-31", renewal="tacit", renewal_months=12,
            revision_kind="percent", revision_percent=5,
            lines=[self.make_line(), self.make_line(quantity=1, price_unit=40)],
        )  # fmt: skip
        contract.action_renew()
        self.assertEqual(contract.line_ids.mapped("price_unit"), [105, 42])
        return contract


@tagged("post_install", "-at_install")
class TestAmounts(RenewedCase):
    """What a contract brings each month and each year."""

    def test_periodicities(self):
        """Any periodicity is brought to a month; one-off, usage and titles do not count."""
        for count, unit, monthly, yearly in (
            (1, "month", 200, 2400),
            (3, "month", 66.67, 800),
            (2, "year", 8.33, 100),
            (1, "week", 869.05, 10428.57),
        ):
            lines = [
                self.make_line(),
                self.make_line(charge="once", price_unit=999),
                self.make_line(charge="usage", price_unit=999),
                Command.create({"display_type": "line_section", "name": "Titre"}),
            ]
            contract = self.make_contract(
                validate=False, interval_count=count, interval_unit=unit, lines=lines
            )
            with self.subTest(unit=unit, count=count):
                self.assertEqual(contract.monthly_amount, monthly)
                self.assertEqual(contract.yearly_amount, yearly)
                self.assertEqual(contract.monthly_amount_company, monthly)

    @freeze_time("2026-03-15")
    def test_lines_in_force(self):
        """A line that is over, or not begun, brings nothing today; the days go by."""
        contract = self.make_contract(
            lines=[
                self.make_line(date_end="2026-02-28"),
                self.make_line(price_unit=110, date_start="2026-03-01", date_end="2026-03-31"),
                self.make_line(price_unit=120, date_start="2026-04-01"),
            ]
        )
        self.assertEqual(contract.monthly_amount, 220)
        with freeze_time("2026-04-01"):
            self.env["koban.contract"]._refresh_amounts()
        self.assertEqual(contract.monthly_amount, 240)

    @freeze_time("2026-03-15")
    def test_state(self):
        """A contract to come counts, one that has ended does not, one that is late does."""
        self.assertEqual(self.make_contract(date_start="2027-01-01").monthly_amount, 200)
        late = self.make_contract(date_end="2026-02-28")
        self.assertEqual(late.yearly_amount, 2400)
        late.action_close("2026-02-28")
        self.assertEqual(late.yearly_amount, 0)
        cancelled = self.make_contract(validate=False)
        cancelled.action_cancel()
        self.assertEqual(cancelled.monthly_amount, 0)

    @freeze_time("2026-09-15")
    def test_renewed(self):
        """The price of a renewal counts from its day on, also of what is amended before."""
        contract = self.make_renewed()
        self.assertEqual((contract.monthly_amount, contract.yearly_amount), (240, 2880))
        self.assertEqual(contract.monthly_amount_company, 240)
        self.assertEqual(self.customer.contract_yearly_amount, 2880)
        contract.amend("2026-10-01", {"lines": [{"id": contract.line_ids[1].id, "quantity": 2}]})
        for day, monthly, yearly in (
            ("2026-09-15", 240, 2880),
            ("2026-12-31", 280, 3360),
            ("2027-01-03", 294, 3528),
        ):
            with self.subTest(day), freeze_time(day):
                self.env["koban.contract"]._refresh_amounts()
                self.assertEqual(
                    (contract.monthly_amount, contract.yearly_amount), (monthly, yearly)
                )

    @freeze_time("2026-09-15")
    def test_refreshed_on_the_day(self):
        """Without any dated line, the day of a revision changes the amounts too."""
        contract = self.make_renewed()
        with freeze_time("2027-01-01"):
            self.env["koban.contract"]._refresh_amounts()
        self.assertEqual((contract.monthly_amount, contract.yearly_amount), (252, 3024))

    def test_currency(self):
        """The company's amount is at the rate of the start, and stays."""
        currency = self.env["res.currency"].create(
            {
                "name": "KOB",
                "symbol": "K",
                "rate_ids": [
                    Command.create({"name": "2025-12-01", "rate": 2.0}),
                    Command.create({"name": "2026-02-01", "rate": 4.0}),
                ],
            }
        )
        contract = self.make_contract(currency_id=currency.id)
        self.assertEqual(contract.monthly_amount, 200)
        self.assertEqual(contract.monthly_amount_company, 100)
        self.assertEqual(contract.movement_ids.mapped("amount"), [100])

    def test_progress(self):
        """How far the commitment is."""
        contract = self.make_contract(validate=False, date_end="2026-12-31")
        for day, progress in (("2025-06-01", 0), ("2026-07-02", 49), ("2027-02-01", 100)):
            with freeze_time(day):
                contract.invalidate_recordset(["commitment_progress"])
                self.assertEqual(contract.commitment_progress, progress)


@tagged("post_install", "-at_install")
class TestMovements(RenewedCase):
    """Each change of the recurring revenue is written once."""

    def get_movements(self, contract):
        moves = contract.movement_ids.sorted(lambda move: (move.date, move.id))
        return [(str(move.date), move.kind, move.amount) for move in moves]

    def test_life(self):
        """Validated, amended, revised, ended: the sum to a day is the revenue of that day."""
        contract = self.make_contract(validate=False)
        self.assertFalse(contract.movement_ids)
        contract.action_validate()
        self.assertEqual(self.get_movements(contract), [("2026-01-01", "new", 200)])
        with open_pass(contract, lines=True, line_fields=None):
            contract.line_ids = [self.make_line(price_unit=50, date_start="2026-04-01")]
        contract._note_revenue_change("added", date(2026, 4, 1))
        with open_pass(contract, line_fields=None):
            contract.line_ids[0].price_unit = 105
        contract._note_revenue_change("revised", date(2026, 7, 1))
        contract._note_revenue_change("revised", date(2026, 7, 1))
        contract.action_close("2026-09-30")
        self.assertEqual(
            self.get_movements(contract),
            [
                ("2026-01-01", "new", 200),
                ("2026-04-01", "added", 100),
                ("2026-07-01", "revised", 10),
                ("2026-10-01", "churn", -210),
                ("2026-10-01", "churn", -100),
            ],
        )
        move = contract.movement_ids[0]
        self.assertEqual(move.partner_id, self.customer)
        self.assertEqual(move.contract_kind, "sale")

    def test_scheduled_lines(self):
        """Lines that start and end later are known from the validation on."""
        contract = self.make_contract(
            lines=[
                self.make_line(date_end="2026-06-30"),
                self.make_line(price_unit=120, date_start="2026-07-01"),
            ]
        )
        self.assertEqual(
            self.get_movements(contract),
            [
                ("2026-01-01", "new", 200),
                ("2026-07-01", "added", 240),
                ("2026-07-01", "removed", -200),
            ],
        )

    def test_change_before_a_noted_one(self):
        """A change noted for a day before others keeps the later sums right."""
        contract = self.make_contract()
        contract.action_close("2026-12-31")
        with open_pass(contract, line_fields=None):
            contract.line_ids.price_unit = 110
        contract._note_revenue_change("revised", date(2026, 6, 1))
        sums = defaultdict(float)
        for move in contract.movement_ids:
            for day in ("2026-01-01", "2026-06-01", "2027-01-01"):
                sums[day] += move.amount if str(move.date) <= day else 0
        self.assertEqual(sums, {"2026-01-01": 200, "2026-06-01": 220, "2027-01-01": 0})

    def get_sums(self, contract, *days):
        moves = contract.movement_ids
        return [sum(move.amount for move in moves if str(move.date) <= day) for day in days]

    @freeze_time("2026-09-15")
    def test_amended_before_a_revision(self):
        """Amended before its new prices, a contract brings the old ones until then."""
        contract = self.make_renewed()
        kept, changed = contract.line_ids
        contract.amend("2026-10-01", {"lines": [{"id": changed.id, "quantity": 2}]})
        days = "2026-09-30", "2026-10-01", "2026-12-31", "2027-01-01"
        self.assertEqual(self.get_sums(contract, *days), [240, 280, 280, 294])
        moves = contract.movement_ids
        own = moves.filtered(lambda move: move.line_id == kept)
        self.assertEqual(sorted(own.mapped("kind")), ["new", "revised"])
        removed = moves.filtered(lambda move: move.kind == "removed")
        self.assertEqual((removed.line_id, removed.amount), (changed, -40))
        january = moves.filtered(lambda move: str(move.date) == "2027-01-01")
        self.assertEqual(set(january.mapped("kind")), {"revised"})

    @freeze_time("2026-09-15")
    def test_added_before_a_revision(self):
        """What is added changes nothing of the other lines."""
        contract = self.make_renewed()
        values = {"product_id": self.product.id, "name": "Hotline", "price_unit": 30.0}
        contract.amend("2026-10-01", {"add": [values]})
        self.assertEqual(self.get_sums(contract, "2026-12-31", "2027-01-01"), [270, 282])
        self.assertNotIn("removed", contract.movement_ids.mapped("kind"))

    def test_drafts_do_not_count(self):
        """A draft changes nothing of the revenue, even noted."""
        contract = self.make_contract(validate=False)
        contract._note_revenue_change("revised")
        self.assertFalse(contract.movement_ids)

    def test_append_only(self):
        """Nobody writes movements by hand, nor changes them."""
        contract = self.make_contract()
        Movement = self.env["koban.contract.movement"]
        values = {"contract_id": contract.id, "date": "2026-01-01", "kind": "new", "amount": 5}
        as_user = Movement.with_user(self.billing_user)
        for change in (
            lambda: as_user.create(values),
            lambda: Movement.create(values),
            lambda: contract.movement_ids.write({"amount": 5}),
            lambda: contract.movement_ids.unlink(),
        ):
            with self.assertRaises(DocumentError) as raised:
                change()
            self.assertEqual(raised.exception.code, "append_only")

    def test_queries(self):
        """Many contracts are noted with the queries of a few."""
        counts = []
        for size in (3, 12):
            contracts = self.env["koban.contract"]
            for _rank in range(size):
                contracts |= self.make_contract()
            with open_pass(contracts, line_fields=None):
                contracts.line_ids.price_unit = 110
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            contracts._note_revenue_change("revised", date(2026, 6, 1))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(contracts.movement_ids), 2 * size)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_other_salesperson(self):
        """A salesperson sees the movements of his contracts, a company its own."""
        seller = self.make_user("koban_one", "sales_team.group_sale_salesman")
        other = self.make_user("koban_two", "sales_team.group_sale_salesman")
        contract = self.make_contract(user_id=seller.id)
        Movement = self.env["koban.contract.movement"]
        domain = [("contract_id", "=", contract.id)]
        self.assertEqual(Movement.with_user(seller).search_count(domain), 1)
        self.assertEqual(Movement.with_user(other).search_count(domain), 0)
        contract.with_user(seller)._note_revenue_change("revised")
        company = self.env["res.company"].create({"name": "Other company"})
        self.billing_user.company_ids += company
        scoped = Movement.with_user(self.billing_user)
        self.assertEqual(scoped.search_count(domain), 1)
        scoped = scoped.with_context(allowed_company_ids=company.ids)
        self.assertEqual(scoped.search_count(domain), 0)
