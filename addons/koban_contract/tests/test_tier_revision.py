"""Revision of price tiers: one level for all of a line (issue 5 §4)."""

from odoo.tests import tagged

from ..usage import revise_tier_price
from .revisions import RevisionCase
from .test_usage_lines import UsageCase


@tagged("post_install", "-at_install")
class TestTierRevision(UsageCase, RevisionCase):
    """Copies at 0.0085, above 1,000 at 0.0065, 500 included each year; 105.21 = 294.6 / 280."""

    def make_revised(self, **values):
        """Create a contract with a line of 100 a year and copies, both at the index."""
        tiers = self.make_tiers((0, 0.0085), (1000, 0.0065))
        usage = self.make_usage_line(tier_ids=tiers, price_unit=5.0)
        values = {"interval_count": 12, "lines": [self.make_line(quantity=1), usage], **values}
        contract = self.make_indexed(**values)
        line = contract.line_ids[-1]
        self.enter(line, ("2026-01-01", 0), ("2026-12-31", 2000), ("2027-12-31", 4000))
        return contract, line

    def get_prices(self, line):
        return [tier.price for tier in line._get_tiers()]

    def get_billed(self, contract, day):
        """Bill; return the unit prices and the amounts of the copies."""
        lines = self.bill(contract, day).filtered(lambda line: line.name.startswith("Copies"))
        return [(line.price_unit, line.price_subtotal) for line in lines]

    def test_rounding(self):
        """Issue 5 §4: a tier keeps the six decimals of a page price, rounded half up."""
        self.assertEqual(revise_tier_price(0.0085, 105.21), 0.008943)
        self.assertEqual(revise_tier_price(0.000001, 150), 0.000002)
        self.assertEqual(revise_tier_price(0.0473, 100), 0.0473)

    def test_index(self):
        """Issue 5 §4: all tiers follow the index; a period has the prices of its first day."""
        contract, line = self.make_revised()
        self.apply(contract, "2027-01-01")
        self.assertEqual((line.tier_level, line.price_unit), (105.21, 5.0))
        self.assertEqual(contract.line_ids[0].price_unit, 105.21)
        self.assertEqual(self.get_prices(line), [0.008943, 0.006839])
        self.assertEqual(
            line.tier_ids.sorted("start").mapped("current_price"), [0.008943, 0.006839]
        )
        self.assertEqual(line.tier_ids.sorted("start").mapped("price"), [0.0085, 0.0065])
        # 1000 × 0.0085 and 500 × 0.0065, then at 105.21
        before, after = (
            self.get_billed(contract, "2027-01-01"),
            self.get_billed(contract, "2028-01-01"),
        )
        self.assertEqual(before, [(0.0085, 8.5), (0.0065, 3.25)])
        self.assertEqual(after, [(0.008943, 8.94), (0.006839, 3.42)])

    def test_undone(self):
        """Issue 5 §4: undone, the tiers cost what they did."""
        contract, line = self.make_revised()
        self.apply(contract, "2027-01-01").action_undo()
        self.assertEqual(line.tier_level, 100)
        self.assertEqual(self.get_prices(line), [0.0085, 0.0065])

    def test_late(self):
        """Issue 5 §4: a consumption billed before its revision is settled: 12.36 − 11.75."""
        contract, line = self.make_revised()
        self.bill(contract, "2028-01-01")
        revisions = self.apply(contract, "2027-01-01")
        settlement = revisions.filtered(lambda one: one.line_id == line).settlement_ids
        self.assertEqual((settlement.old_price, settlement.new_price), (100, 105.21))
        label = line._get_price_label(self.env(context={"lang": "fr_FR"}))
        self.assertIn("tranches de prix", label)
        self.assertIn(label, settlement.move_line_ids.name)
        self.assertEqual(settlement.amount, 0.61)
        self.assertIn("Copies", settlement.move_line_ids.name)

    def test_late_without_tiers(self):
        """Issue 5 §4: so is one without tiers: 1500 × 5.26 − 1500 × 5.00."""
        usage = self.make_usage_line(price_unit=5.0)
        contract, _line = self.make_revised(lines=[usage])
        self.bill(contract, "2028-01-01")
        settlement = self.apply(contract, "2027-01-01").settlement_ids
        self.assertEqual(settlement.amount, 390)
        self.assertEqual(settlement.period_id.amount, 7500)

    def test_late_after_missed(self):
        """Issue 5 §4: a settlement counts the volume of the year without a reading: 3000 × 0.26."""
        usage = self.make_usage_line(price_unit=5.0)
        contract = self.make_indexed(interval_count=12, lines=[usage])
        self.enter(contract.line_ids, ("2026-01-01", 0), ("2027-12-31", 4000))
        self.bill(contract, "2028-01-01")
        settlement = self.apply(contract, "2027-01-01").settlement_ids
        self.assertEqual(settlement.period_id.amount, 15000)
        self.assertEqual(settlement.amount, 780)

    def test_amended(self):
        """Issue 5: the line that takes over has the level too, and is revised with the other."""
        contract, line = self.make_revised()
        self.apply(contract, "2027-01-01")
        change = {"id": line.id, "included_volume": 0}
        contract.amend("2028-01-01", {"lines": [change]})
        new = line.replaced_by_ids
        self.assertEqual((new.tier_level, self.get_prices(new)), (105.21, [0.008943, 0.006839]))
        one_off = contract._get_one_off("percent", 10)
        previews = self.preview(contract, "2027-06-01", one_off=one_off)
        revisions = self.apply(contract, "2027-06-01", previews)
        self.assertEqual((line.tier_level, new.tier_level), (115.73, 115.73))
        revisions.action_undo()
        self.assertEqual((line.tier_level, new.tier_level), (105.21, 105.21))
        with self.assert_refused("contract_amendment_values"):
            contract.amend("2029-01-01", {"lines": [{"id": new.id, "price_unit": 6.0}]})

    def test_amount(self):
        """Issue 5 §4: an amount is added to unit prices, not to a level; rounding is theirs too."""
        contract, line = self.make_revised(
            revision_kind="amount", revision_amount=7, revision_rounding=5, index_id=False
        )
        self.apply(contract, "2027-01-01")
        self.assertEqual((contract.line_ids[0].price_unit, line.tier_level), (105, 100))
        contract, line = self.make_revised(revision_rounding=5)
        self.apply(contract, "2027-01-01")
        self.assertEqual((contract.line_ids[0].price_unit, line.tier_level), (105, 105.21))

    def test_renewal(self):
        """Issue 5 §3: the dry run shows the level, the letter what each tier will cost."""
        contract, line = self.make_revised(
            date_end="2026-12-31", renewal="tacit", renewal_months=12, revision_kind="percent",
            revision_percent=5, index_id=False,
        )  # fmt: skip
        [figures] = contract._preview_renewals().values()
        [_fixed, copies] = figures["lines"]
        self.assertEqual(
            (copies["old_price"], copies["new_price"], copies["effect"]), (100, 105, 0)
        )
        self.assertRegex(copies["old_tiers"][0], r"0[.,]0085")
        self.assertRegex(copies["new_tiers"][0], r"0[.,]008925")
        self.assertRegex(copies["new_tiers"][1], r"0[.,]006825")
        wizard = self.env["koban.contract.renew"].create([{"contract_id": contract.id}])
        self.assertEqual(
            wizard.price_ids.mapped("name"), ["Maintenance", "Copies, price tiers (level)"]
        )
        contract.action_renew()
        self.assertEqual(line.tier_level, 105)
        told = "".join(row.name for row in contract._get_page_rows())
        self.assertRegex(told, r"0[.,]008925")

    def test_client(self):
        """Issue 5: nobody sends the level of a running contract."""
        _contract, line = self.make_revised()
        with self.assert_refused(), self.cr.savepoint():
            self.rpc(self.seller, line, "write", {"tier_level": 50})
