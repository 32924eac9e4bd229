"""Lines billed by meter readings (row 2-64, issue 5)."""

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import format_date

from odoo.addons.koban_document.tools.numbers import format_number

from .common import ContractCase


class UsageCase(ContractCase):
    """A copier read each month: 500 pages included, 0.05 each beyond, 0.04 above 1,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.install_language("fr_FR")
        cls.customer.lang = "fr_FR"
        cls.seller = cls.make_user(
            "usage_seller",
            "sales_team.group_sale_salesman_all_leads,account.group_account_invoice",
            lang="en_US",
        )
        cls.Reading = cls.env["koban.meter.reading"]

    @classmethod
    def make_usage_line(cls, **values):
        return cls.make_line(
            **{
                "charge": "usage",
                "name": "Copies",
                "quantity": 1,
                "price_unit": 0.05,
                "included_volume": 500,
                **values,
            }
        )

    @classmethod
    def make_tiers(cls, *tiers):
        return [Command.create({"start": start, "price": price}) for start, price in tiers]

    def make_copier(self, readings=(), lines=None, **values):
        contract = self.make_contract(lines=lines or [self.make_usage_line()], **values)
        line = contract.line_ids.filtered(lambda line: line.charge == "usage")[:1]
        self.enter(line, *readings)
        return contract, line

    def enter(self, line, *readings, **values):
        return self.Reading.create(
            [{"line_id": line.id, "date": day, "value": value, **values} for day, value in readings]
        )

    def bill(self, contract, day):
        """Bill, and return the invoice lines made."""
        run = self.env["koban.billing.run"].create_run(day, contract.ids)
        run = self.env["koban.billing.run"].browse(run["id"])
        run._process()
        self.assertFalse(run.failure_ids, run.failure_ids.mapped("reason"))
        return run.move_ids.invoice_line_ids.filtered("contract_period_id")

    def show(self, day):
        """Return a date as messages write it."""
        return format_date(self.env(user=self.seller.id, context={"lang": "en_US"}), day)

    def get_rows(self, contract):
        rows = contract.period_ids.sorted(lambda row: (row.line_id.id, row.date_from))
        return [(str(row.date_from), row.consumed, row.amount, row.state) for row in rows]


@tagged("post_install", "-at_install")
class TestUsageBilling(UsageCase):
    """When and how much a consumption is billed."""

    def test_month(self):
        """Row 2-64: the page cost of a month, its volume included, as the customer can check."""
        contract, line = self.make_copier([("2026-01-01", 12345), ("2026-01-31", 13456)])
        self.assertEqual(str(contract.next_invoice_date), "2026-02-01")
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual((billed.quantity, billed.price_unit), (611.0, 0.05))
        self.assertEqual(billed.price_subtotal, 30.55)
        text = billed.name.replace("\u202f", " ").replace("\xa0", " ")
        self.assertIn("12 345 → 13 456", text)
        self.assertIn("500", text)
        self.assertIn("31/01/2026", text)
        row = contract.period_ids
        self.assertEqual((row.amount, row.consumed), (30.55, 1111.0))
        self.assertEqual(billed.contract_period_id, row)
        self.assertEqual(str(line.billed_to), "2026-01-31")

    def test_tiers(self):
        """Issue 5, tiers: one invoice line for each, all of the same period of the ledger."""
        tiers = self.make_tiers((1000, 0.04), (0, 0.0045))
        line = self.make_usage_line(tier_ids=tiers, discount=10.0)
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 2110)], lines=[line])
        billed = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.mapped("quantity"), [1000.0, 610.0])
        self.assertEqual(billed.mapped("price_unit"), [0.0045, 0.04])
        self.assertEqual(len(billed.contract_period_id), 1)
        self.assertEqual(contract.period_ids.amount, 26.01)
        self.assertEqual(sum(billed.mapped("price_subtotal")), 26.01)

    def test_waits(self):
        """Issue 5: without its reading a period waits; the other lines are billed, runs end."""
        contract, line = self.make_copier(lines=[self.make_line(), self.make_usage_line()])
        billed = self.bill(contract, "2026-03-15")
        self.assertEqual(billed.mapped("product_id.name"), ["Survey"])
        self.assertEqual(len(billed), 3)
        self.assertEqual(str(contract.next_invoice_date), "2026-04-01")
        self.assertEqual(str(contract.reading_due_date), "2026-01-31")
        self.assertTrue(contract.awaits_reading)
        self.assertEqual(str(line.reading_due_date), "2026-01-31")
        # The first reading alone says nothing of what was consumed.
        self.enter(line, ("2026-01-02", 100))
        self.assertEqual(str(contract.next_invoice_date), "2026-04-01")
        self.enter(line, ("2026-02-03", 1100))
        self.assertEqual(str(contract.next_invoice_date), "2026-02-03")
        [billed] = self.bill(contract, "2026-03-15")
        self.assertEqual(billed.quantity, 500.0)
        self.assertEqual(str(contract.reading_due_date), "2026-02-28")

    def test_only_waiting(self):
        """Issue 5: a contract that only waits for readings is not due; it can be searched."""
        contract, _line = self.make_copier()
        self.assertFalse(contract.next_invoice_date)
        run = self.env["koban.billing.run"].create_run("2026-06-01")
        self.assertEqual(run["contract_count"], 0)
        Contract = self.env["koban.contract"]
        domain = [("id", "=", contract.id)]
        self.assertTrue(Contract.search([("awaits_reading", "=", True), *domain]))
        self.assertFalse(Contract.search([("awaits_reading", "=", False), *domain]))
        other = self.make_contract()
        domain = [("id", "=", other.id)]
        self.assertTrue(Contract.search([("awaits_reading", "=", False), *domain]))
        self.refusal("contract_nothing_due", contract.action_bill, "2026-06-01")

    def test_caught_up(self):
        """Issue 5: months read late are billed once each, and add up to what the meter turned."""
        contract, _line = self.make_copier(
            [("2026-01-01", 0), ("2026-02-02", 700), ("2026-03-20", 2500), ("2026-04-01", 3000)]
        )
        self.bill(contract, "2026-04-05")
        self.assertEqual(
            [row[:2] for row in self.get_rows(contract)],
            # The reading of 20 March is too late for February and too early for March.
            [("2026-01-01", 700.0), ("2026-02-01", 0.0), ("2026-03-01", 2300.0)],
        )
        self.assertFalse(self.bill(contract, "2026-04-05"))

    def test_grace(self):
        """Issue 5: the days of grace come from the type, and say which reading ends a period."""
        kind = self.env["koban.contract.type"].create({"name": "Meter", "reading_grace_days": 0})
        contract, _line = self.make_copier(
            [("2026-01-01", 0), ("2026-01-20", 600), ("2026-02-03", 900)], type_id=kind.id
        )
        self.assertEqual(contract.reading_grace_days, 0)
        self.bill(contract, "2026-02-10")
        self.assertEqual(contract.period_ids.consumed, 600.0)

    def test_all_included(self):
        """Issue 5: nothing beyond the included volume makes no invoice of zero; it is counted."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 400)])
        self.assertFalse(self.bill(contract, "2026-02-01"))
        self.assertEqual(self.get_rows(contract), [("2026-01-01", 400.0, 0.0, "billed")])
        self.enter(line, ("2026-02-28", 1400))
        [billed] = self.bill(contract, "2026-03-01")
        self.assertEqual(billed.quantity, 500.0)

    def test_all_included_mended(self):
        """Issue 5: a reading that no invoice was made from can be mended; it is counted again."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 400)])
        self.bill(contract, "2026-02-01")
        line.reading_ids.sorted("date")[-1].value = 1400
        self.assertEqual(contract.period_ids.state, "open")
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.quantity, 900.0)
        self.assertEqual(self.get_rows(contract), [("2026-01-01", 1400.0, 45.0, "billed")])

    def test_partial_period(self):
        """Issue 5: the volume included is prorated as prices are; not by the rule “none”."""
        for rule, included in (("days", 250.0), ("none", 500.0)):
            line = self.make_usage_line()
            contract, line = self.make_copier(
                [("2026-04-16", 0), ("2026-04-30", 1000)],
                lines=[line],
                date_start="2026-04-16",
                is_aligned=True,
                proration=rule,
            )
            [billed] = self.bill(contract, "2026-05-01")
            self.assertEqual(billed.quantity, 1000.0 - included)

    def test_suspended(self):
        """Issue 5: a suspended period needs no reading; its consumption is in the next one."""
        contract, line = self.make_copier([("2026-01-01", 0)])
        contract.suspend("2026-01-01", "2026-01-31")
        self.assertEqual(str(contract.next_invoice_date), "2026-02-01")
        self.assertFalse(self.bill(contract, "2026-02-01"))
        self.enter(line, ("2026-02-28", 800))
        [billed] = self.bill(contract, "2026-03-01")
        self.assertEqual(billed.quantity, 300.0)
        self.assertEqual(contract.period_ids.mapped("state"), ["billed", "suspended"])

    def test_draft_deleted(self):
        """Issue 5, nothing skipped: a deleted draft frees its reading, which is then mended."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 1000)])
        billed = self.bill(contract, "2026-02-01")
        reading = line.reading_ids.sorted("date")[-1]
        self.assertTrue(reading.is_billed)
        billed.move_id.unlink()
        self.assertFalse(reading.is_billed)
        reading.value = 1100
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.quantity, 600.0)
        self.assertEqual(self.get_rows(contract), [("2026-01-01", 1100.0, 30.0, "billed")])

    def test_middle_deleted(self):
        """Issue 5: a period billed again in the middle keeps the readings around it."""
        contract, line = self.make_copier(
            [("2026-01-01", 0), ("2026-01-31", 1000), ("2026-02-28", 2000), ("2026-03-31", 3000)]
        )
        first = self.bill(contract, "2026-02-01")
        second = self.bill(contract, "2026-03-01")
        third = self.bill(contract, "2026-04-01")
        self.assertEqual(len(first.move_id | second.move_id | third.move_id), 3)
        second.move_id.unlink()
        self.assertTrue(
            line.reading_ids.filtered(lambda one: str(one.date) == "2026-02-28").is_billed
        )
        self.bill(contract, "2026-04-01")
        self.assertEqual([row[1] for row in self.get_rows(contract)], [1000.0] * 3)

    def get_included(self, contract):
        return contract.period_ids.sorted("date_from").mapped("included")

    def test_missed(self):
        """Issue 5: what a month without a reading includes goes on with its consumption."""
        contract, _line = self.make_copier(
            [("2026-01-01", 0), ("2026-01-31", 400), ("2026-03-31", 1200)]
        )
        self.assertFalse(self.bill(contract, "2026-04-01"))
        self.assertEqual(
            [row[1:3] for row in self.get_rows(contract)], [(400.0, 0.0), (0.0, 0.0), (800.0, 0.0)]
        )
        self.assertEqual(self.get_included(contract), [500.0, 500.0, 1000.0])

    def test_missed_beyond(self):
        """Issue 5: all of it is told, and subtracted again where the draft is made again."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 400)])
        self.enter(line, ("2026-03-31", 2200), ("2026-04-30", 3000))
        for _time in range(2):
            lines = self.bill(contract, "2026-05-01")
            self.assertEqual(sorted(lines.mapped("quantity")), [0.0, 0.0, 300.0, 800.0])
            march = lines.filtered(lambda one: one.quantity == 800)
            text = march.name.replace("\u202f", " ").replace("\xa0", " ")
            self.assertIn("1 000", text)
            self.assertEqual(self.get_included(contract), [500.0, 500.0, 1000.0, 500.0])
            lines.move_id.unlink()

    def test_missed_billed_before(self):
        """Issue 5: so it is of a month that is in the ledger, also if another is suspended."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-02-20", 100)])
        self.assertFalse(self.bill(contract, "2026-02-21"))
        self.assertEqual(self.get_rows(contract), [("2026-01-01", 0.0, 0.0, "billed")])
        contract.suspend("2026-02-01", "2026-02-28")
        self.enter(line, ("2026-03-31", 1200))
        [billed] = self.bill(contract, "2026-04-01")
        self.assertEqual(billed.quantity, 200.0)
        self.assertEqual(self.get_included(contract), [500.0, 0.0, 1000.0])

    def test_missed_at_amendment(self):
        """Issue 5: nor is the part before an amendment lost, without a reading on its day."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 600)])
        contract.amend("2026-01-15", {"lines": [{"id": line.id, "price_unit": 0.06}]})
        billed = self.bill(contract, "2026-02-01").filtered("quantity")
        self.assertEqual((billed.quantity, billed.price_unit), (100.0, 0.06))
        self.assertEqual(self.get_included(contract), [225.81, 500.0])

    def test_not_read_yet(self):
        """Issue 5: nothing is counted before the first reading, so nothing goes on from there."""
        contract, _line = self.make_copier([("2026-03-01", 0), ("2026-03-31", 800)])
        billed = self.bill(contract, "2026-04-01").filtered("quantity")
        self.assertEqual(billed.quantity, 300.0)
        self.assertEqual(self.get_included(contract), [500.0] * 3)

    def test_meter_change(self):
        """Issue 5: a meter changed within a period counts on both meters."""
        contract, line = self.make_copier([("2026-01-01", 9000)])
        self.enter(line, ("2026-01-15", 10), is_meter_change=True, old_value=9400)
        self.enter(line, ("2026-01-31", 510))
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.quantity, 400.0)
        text = billed.name.replace("\u202f", " ").replace("\xa0", " ")
        self.assertIn("9 000 → 9 400", text)
        self.assertIn("10 → 510", text)


@tagged("post_install", "-at_install")
class TestReadings(UsageCase):
    """Entering readings."""

    def test_lower(self):
        """Issue 5, bad input: a reading lower than the one before, through the screen and RPC."""
        _contract, line = self.make_copier([("2026-01-01", 12345)])
        values = {"line_id": line.id, "date": "2026-01-31", "value": 12000}
        error = self.refusal(
            "contract_reading", self.rpc, self.seller, self.Reading, "create", values
        )
        days = self.show("2026-01-01"), self.show("2026-01-31")
        seller_env = self.Reading.with_user(self.seller).env
        shown = [format_number(seller_env, value) for value in (12345, 12000)]
        for text in (*shown, *days, "Meter Changed"):
            self.assertIn(text, str(error))
        with self.assert_refused("contract_reading"), self.cr.savepoint():
            form = Form(self.Reading.with_user(self.seller))
            form.line_id = line
            form.date = "2026-01-30"
            self.assertEqual(form.previous_value, 12345)
            form.value = 12000
            form.save()

    def test_between(self):
        """Issue 5, bad input: also a reading above the next one, and an old meter's too low."""
        _contract, line = self.make_copier([("2026-01-01", 100), ("2026-01-31", 200)])
        with self.assert_refused("contract_reading"), self.cr.savepoint():
            self.enter(line, ("2026-01-15", 300))
        with self.assert_refused("contract_reading"), self.cr.savepoint():
            self.enter(line, ("2026-02-15", 5), is_meter_change=True, old_value=150)

    def test_billed(self):
        """Issue 5: what an invoice was made from cannot be entered, changed or deleted."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 1000)])
        self.bill(contract, "2026-02-01")
        first, last = line.reading_ids.sorted("date")
        code = "contract_reading_billed"
        for reading in (first, last):
            with self.assert_refused(code), self.cr.savepoint():
                self.rpc(self.seller, reading, "write", {"value": 999})
            with self.assert_refused(code), self.cr.savepoint():
                self.rpc(self.seller, reading, "unlink")
        with self.assert_refused(code), self.cr.savepoint():
            self.rpc(self.seller, first, "write", {"date": "2026-02-15"})
        with self.assert_refused(code), self.cr.savepoint():
            self.enter(line, ("2026-01-15", 500))
        self.rpc(self.seller, last, "write", {"note": "Seen with the customer"})
        self.enter(line, ("2026-02-15", 1500))

    def test_no_meter(self):
        """Issue 5, bad input: a line that is not billed by usage has no meter."""
        contract = self.make_contract()
        with self.assert_refused("contract_reading"), self.cr.savepoint():
            self.enter(contract.line_ids, ("2026-01-15", 500))

    def test_tiers_refused(self):
        """Issue 5, bad input: no tier from 0 on; tiers of a validated contract are frozen."""
        tiers = self.make_tiers((10, 1.0))
        for values in (
            {"tier_ids": tiers},
            {"tier_ids": self.make_tiers((0, 1)), "charge": "once"},
        ):
            with self.assert_refused("contract_tiers"), self.cr.savepoint():
                self.make_contract(validate=False, lines=[self.make_usage_line(**values)])
        line = self.make_usage_line(tier_ids=self.make_tiers((0, 1.0)))
        contract = self.make_contract(lines=[line])
        tier = contract.line_ids.tier_ids
        with self.assert_refused(), self.cr.savepoint():
            self.rpc(self.seller, tier, "write", {"price": 0.5})
        with self.assert_refused(), self.cr.savepoint():
            self.rpc(self.seller, tier, "unlink")
        with self.assert_refused(), self.cr.savepoint():
            values = {"line_id": contract.line_ids.id, "start": 5, "price": 0.1}
            self.rpc(self.seller, tier.browse(), "create", values)
        with self.assert_refused(), self.cr.savepoint():
            self.rpc(self.seller, contract.line_ids, "write", {"included_volume": 9})

    def test_entry(self):
        """Issue 5: the readings to enter, with the one before and the consumption beside."""
        contract, line = self.make_copier([("2026-01-01", 100)])
        other, _line = self.make_copier([("2026-01-01", 100), ("2026-12-31", 900)])
        Entry = self.env["koban.meter.reading.entry"].with_user(self.seller)
        ids = (contract | other).ids
        form = Form(Entry.with_context(active_model="koban.contract", active_ids=ids))
        self.assertEqual(len(form.line_ids), 1)
        with form.line_ids.edit(0) as row:
            self.assertEqual((str(row.date), row.previous_value), ("2026-01-31", 100.0))
            row.value = 1100
            self.assertEqual(row.consumption, 1000.0)
        form.save().action_save()
        self.assertEqual(line.reading_ids.sorted("date").mapped("value"), [100.0, 1100.0])

    def test_import(self):
        """Issue 5: readings are imported by the host's own import."""
        contract, line = self.make_copier()
        xml_id = line.export_data(["id"])["datas"][0][0]
        result = self.Reading.load(
            ["line_id/id", "date", "value"],
            [[xml_id, "2026-01-01", "100"], [xml_id, "2026-01-31", "1200"]],
        )
        self.assertFalse(result["messages"])
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.quantity, 600.0)

    def test_rights(self):
        """Issue 5: a salesperson sees the readings of his own contracts only."""
        mine = self.make_user("usage_mine", "sales_team.group_sale_salesman")
        contract, line = self.make_copier([("2026-01-01", 100)])
        self.assertFalse(self.Reading.with_user(mine).search([("line_id", "=", line.id)]))
        contract.user_id = mine
        self.assertTrue(self.Reading.with_user(mine).search([("line_id", "=", line.id)]))
