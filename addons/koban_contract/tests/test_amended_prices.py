"""Prices of lines that amendments changed or added (issue 5 §4, §1)."""

from odoo.tests import Form, freeze_time, tagged

from .revisions import RevisionCase


@tagged("post_install", "-at_install")
class TestAmendedPrices(RevisionCase):
    """An index goes on from what the price stands for, whichever line has it by now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = cls.make_index(
            {
                "2025-11-01": 280,
                "2026-11-01": 294,
                "2027-01-01": 296,
                "2027-02-01": 297,
                "2027-11-01": 300,
                "2028-11-01": 310,
            },
            code="AMENDED",
        )

    def make_hundred(self, **values):
        return self.make_indexed(**{"lines": [self.make_line()], **values})

    def amend(self, contract, day, **changes):
        """Amend; return the new lines."""
        return contract.line_ids.browse(contract.amend(day, changes)["line_ids"])

    def amend_quantity(self, contract, day, quantity=3):
        line = contract.line_ids[-1]
        return self.amend(contract, day, lines=[{"id": line.id, "quantity": quantity}])

    def get_prices(self, contract):
        return contract.line_ids.sorted("id").mapped("price_unit")

    def get_amounts(self, contract):
        return contract.period_ids.sorted("date_from").mapped("amount")

    def test_base(self):
        """Issue 5 §4: 100 at 280, 105 at 294; amended in quantity, 107.14 at 300."""
        contract = self.make_hundred()
        self.apply(contract, "2027-01-01")
        self.assertEqual(contract.line_ids.price_unit, 105)
        self.amend_quantity(contract, "2027-03-01")
        self.amend_quantity(contract, "2027-04-01", 4)
        revision = self.apply(contract, "2028-01-01")
        self.assertEqual(self.get_prices(contract), [105, 105, 107.14])
        self.assertEqual(revision.formula, "100 × 300 / 280")

    def test_chained(self):
        """Issue 5 §4, chained: 104.25 × (0.15 + 0.85 × 300 / 294) = 106.06."""
        contract = self.make_hundred(index_mode="chained", fixed_part=0.15)
        self.apply(contract, "2027-01-01")
        self.assertEqual(contract.line_ids.price_unit, 104.25)
        self.amend_quantity(contract, "2027-03-01")
        self.apply(contract, "2028-01-01")
        self.assertEqual(self.get_prices(contract), [104.25, 106.06])

    def test_added(self):
        """Issue 5 §4: an added line's price stands for the value of its day, year after year."""
        contract = self.make_hundred()
        self.apply(contract, "2027-01-01")
        values = {"product_id": self.product.id, "price_unit": 50.0}
        added = self.amend(contract, "2027-03-01", add=[values])
        self.assertEqual(str(added.price_date), "2027-03-01")
        done = self.apply(contract, "2028-01-01").filtered(lambda one: one.line_id == added)
        self.assertEqual(added.price_unit, 50.68)  # 50 × 300 / 296
        self.assertEqual((done.base_value, str(done.base_period)), (296, "2027-01-01"))
        self.apply(contract, "2029-01-01")
        self.assertEqual(added.price_unit, 52.36)  # 50 × 310 / 296
        self.assertEqual(contract.line_ids[0].price_unit, 110.71)  # 100 × 310 / 280

    def test_added_within_a_month(self):
        """law.md §7, L112-1: nine months after 15 March, the index varies over nine months."""
        contract = self.make_hundred()
        self.apply(contract, "2027-01-01")
        values = {"product_id": self.product.id, "price_unit": 50.0}
        added = self.amend(contract, "2027-03-15", add=[values])
        self.apply(contract, "2028-01-01")
        self.assertEqual(added.price_unit, 50.51)  # 50 × 300 / 297

    def test_added_chained(self):
        """Issue 5 §4, chained: an added line goes on from the value of its own day."""
        contract = self.make_hundred(index_mode="chained")
        self.apply(contract, "2027-01-01")
        values = {"product_id": self.product.id, "price_unit": 50.0}
        added = self.amend(contract, "2027-03-01", add=[values])
        self.apply(contract, "2028-01-01")
        self.assertEqual(added.price_unit, 50.68)

    def test_added_unknown(self):
        """Issue 5 §4: without the value of its day, an added line waits, with the reason."""
        contract = self.make_hundred(date_start="2025-12-25")
        values = {"product_id": self.product.id, "price_unit": 50.0}
        added = self.amend(contract, "2025-12-26", add=[values])
        self.index.value_ids.filtered(lambda v: v.value == 280).published_on = "2025-12-28"
        rows = {row["line_id"]: row for row in self.preview(contract, "2026-12-25", refuse=False)}
        self.assertTrue(rows[added.id]["waiting_reason"])
        self.assertFalse(rows[added.id]["code"])

    @freeze_time("2027-03-10")
    def test_waits_beside_another(self):
        """Issue 5 §4: beside a line billed provisionally, one whose base is late is not skipped."""
        index = self.make_index({"2025-12-01": 100, "2026-11-01": 104}, code="LATE")
        contract = self.make_indexed(
            index_id=index.id, base_period="2026-01-01", base_value=100, index_value_rule="real",
            index_unpublished="provisional", lines=[self.make_line(), self.make_line(name="Other")],
        )  # fmt: skip
        line = contract.line_ids[1]
        self.amend(contract, "2026-12-01", lines=[{"id": line.id, "price_unit": 50.0}])
        new = contract.line_ids - contract.line_ids[0] - line
        self.apply(contract, "2027-01-01")
        self.assertEqual((new.price_unit, new.revision_ids.is_provisional), (50, True))
        self.bill(contract, "2027-01-01")
        self.add_value(index, "2026-12-01", 105)
        self.add_value(index, "2027-01-01", 106)
        self.run_cron()
        self.assertEqual(new.price_unit, 50.48)  # 50 × 106 / 105
        self.assertFalse(new.revision_ids.is_provisional)
        self.assertEqual(new.revision_ids.settlement_ids.amount, 0.96)  # 2 × 0.48

    def test_repriced(self):
        """Issue 5 §4: a price that an amendment changes stands for the value of that day."""
        contract = self.make_hundred()
        self.apply(contract, "2027-01-01")
        line = contract.line_ids
        self.amend(contract, "2027-03-01", lines=[{"id": line.id, "price_unit": 120.0}])
        self.amend_quantity(contract, "2027-04-01")
        self.apply(contract, "2028-01-01")
        self.assertEqual(self.get_prices(contract), [105, 120, 121.62])  # 120 × 300 / 296

    def test_price_of_the_day(self):
        """Issue 5 §4: a price agreed on for the day of a revision is not revised that day."""
        contract = self.make_contract(revision_kind="percent", revision_percent=5)
        line = contract.line_ids
        self.amend(contract, "2027-01-01", lines=[{"id": line.id, "price_unit": 120.0}])
        self.apply(contract, "2027-01-01")
        self.assertEqual(self.get_prices(contract), [100, 120])
        self.assertFalse(contract.revision_ids)

    def test_amended_before(self):
        """Issue 5 §4: a line amended for later follows what is revised until then, and back."""
        contract = self.make_hundred()
        self.amend_quantity(contract, "2027-03-01")
        self.amend(  # between the two
            contract, "2027-02-01", lines=[{"id": contract.line_ids[0].id, "name": "Other"}]
        )
        revision = self.apply(contract, "2027-01-01")
        self.assertEqual(self.get_prices(contract), [105, 105, 105])
        self.bill(contract, "2026-01-31")
        revision.action_undo()
        self.assertEqual(self.get_prices(contract), [100, 100, 100])
        revision = self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-03-31")
        self.assertEqual(self.get_amounts(contract)[-3:], [210, 210, 315])
        with self.assert_refused("contract_revision_billed"):
            revision.action_undo()

    def test_late(self):
        """Issue 5 §4: a late revision settles what the lines that took over billed too."""
        contract = self.make_hundred()
        self.amend_quantity(contract, "2027-02-01")
        self.bill(contract, "2027-02-28")
        self.assertEqual(self.get_amounts(contract)[-2:], [200, 300])
        self.apply(contract, "2027-01-01")
        settled = contract.period_ids.settlement_ids
        self.assertEqual(sorted(settled.mapped("amount")), [10, 15])

    def make_renewed(self):
        """Return a contract renewed at 5 % more from January, then amended from October on."""
        contract = self.make_contract(
            date_end="2026-12-31", renewal="tacit", renewal_months=12,
            revision_kind="percent", revision_percent=5,
        )  # fmt: skip
        contract.action_renew()
        self.assertEqual(contract.line_ids.price_unit, 105)
        self.amend_quantity(contract, "2026-10-01")
        return contract

    def test_renewed_then_amended(self):
        """Issue 5 §3: October to December are billed at the price before the renewal."""
        contract = self.make_renewed()
        self.bill(contract, "2027-01-01")
        self.assertEqual(self.get_amounts(contract), [200] * 9 + [300] * 3 + [315])
        self.assertEqual(contract.revision_ids.line_id, contract.line_ids[-1])
        self.assertEqual(contract.revision_ids.yearly_effect, 180)  # 12 × 3 × 5

    def test_renewal_undone(self):
        """Issue 5 §3: undoing the renewal gives every line its price back."""
        contract = self.make_renewed()
        self.bill(contract, "2026-12-01")
        contract.action_undo_renewal()
        self.assertEqual(self.get_prices(contract), [100, 100])
        self.assertEqual(str(contract.date_end), "2026-12-31")
        contract.action_renew()
        self.bill(contract, "2027-01-01")
        self.assertEqual(self.get_amounts(contract)[-2:], [300, 315])

    def test_renewed_then_repriced(self):
        """Issue 5 §3: a price already revised from later on is not changed before, with why."""
        contract = self.make_renewed()
        change = [{"id": contract.line_ids[-1].id, "price_unit": 110.0}]
        with self.assert_refused("contract_amendment_revised"):
            contract.amend("2026-11-01", {"lines": change})
        with self.assert_refused("contract_amendment_revised"):
            contract.amend("2026-10-01", {"end": contract.line_ids[-1].ids})
        contract.action_undo_renewal()
        contract.amend("2026-11-01", {"lines": change})
        self.bill(contract, "2026-12-01")
        self.assertEqual(self.get_amounts(contract)[-3:], [300, 330, 330])

    def test_quantity_keeps_price(self):
        """Issue 5: a quantity changed from the first day on leaves the price agreed on."""
        contract = self.make_contract(lines=[self.make_line(price_unit=90)])
        self.amend_quantity(contract, "2026-01-01")
        self.assertEqual(self.get_prices(contract), [90])

    def test_screen_of_tiers(self):
        """Issue 5: a usage line with tiers, a title and a rate come by the amendment's screen."""
        contract = self.make_contract()
        rate = self.tax.copy({"name": "Other rate", "amount": 10.0})
        Wizard = self.env["koban.contract.amend"].with_context(default_contract_id=contract.id)
        form = Form(Wizard)
        form.date = "2026-02-01"
        with form.line_ids.edit(0) as row:
            row.tax_ids.clear()
            row.tax_ids.add(rate)
        with form.added_ids.new() as row:
            row.display_type = "line_section"
            row.name = "Copiers"
        with form.added_ids.new() as row:
            row.product_id = self.product
            row.charge = "usage"
            row.included_volume = 100
            for start, price in ((0, 0.02), (500, 0.01)):
                with row.tier_ids.new() as tier:
                    tier.start, tier.price = start, price
        form.save().action_amend()
        old, new, title, usage = contract.line_ids.sorted("sequence")
        self.assertEqual((old.tax_ids, new.tax_ids), (self.tax, rate))
        self.assertEqual((title.name, title.display_type), ("Copiers", "line_section"))
        self.assertEqual(usage.tier_ids.sorted("start").mapped("price"), [0.02, 0.01])
        self.assertEqual((usage.included_volume, usage.product_uom_id), (100, self.product.uom_id))
        self.assertEqual(usage.tax_ids, self.product.taxes_id)
        self.assertIn("Other rate", contract.amendment_ids.description)
        moves = self.bill(contract, "2026-02-01")
        lines = moves.invoice_line_ids.filtered("contract_period_id")
        lines = lines.sorted(lambda line: line.contract_period_id.date_from)
        self.assertEqual(lines.mapped("tax_ids"), self.tax | rate)
        self.assertEqual([line.tax_ids.amount for line in lines][-1], 10.0)
