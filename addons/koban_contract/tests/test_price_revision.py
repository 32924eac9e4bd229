"""Price revision of contracts (issue 5 §4, law.md §7)."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from odoo.addons.koban_guard.exceptions import DocumentError

from .revisions import RevisionCase


@tagged("post_install", "-at_install")
class TestPriceRevision(RevisionCase):
    """By an index, a percentage, an amount."""

    def test_law_vector(self):
        """Vector of law.md §7, from the contract to the invoice, with its trace."""
        contract = self.make_indexed(fixed_part=0.15)
        self.assertEqual(contract.next_revision_date, date(2027, 1, 1))
        self.assertEqual(self.preview(contract, "2026-12-31"), [])
        [preview] = self.preview(contract, "2027-01-01")
        self.assertEqual(
            (preview["old_price"], preview["new_price"], preview["hit"], preview["provisional"]),
            (1767, 1845.32, False, False),
        )
        self.assertEqual(preview["formula"], "1767 × (0.15 + 0.85 × 294.6 / 280)")
        self.assertEqual(preview["yearly_effect"], 939.84)  # 78.32 × 12
        self.assertEqual(contract.line_ids.price_unit, 1767, "a preview writes nothing")
        revision = self.apply(contract, "2027-01-01")
        self.assertEqual(contract.line_ids.price_unit, 1845.32)
        self.assertEqual(contract.line_ids.price_subtotal, 1845.32)
        self.assertEqual(
            (revision.index_name, revision.base_value, revision.new_value),
            ("TEST", 280, 294.6),
        )
        self.assertEqual(
            (revision.base_period, revision.new_period, revision.published_on),
            (date(2025, 11, 1), date(2026, 11, 1), date(2026, 12, 20)),
        )
        self.assertEqual(contract.next_revision_date, date(2028, 1, 1))
        self.assertFalse(self.apply(contract, "2027-01-01"), "done once")
        self.assertRegex(contract.message_ids[0].body, r"845[.,]32")

    def test_price_of_its_day(self):
        """Issue 5: missed periods of before the revision are billed at the price of then."""
        contract = self.make_indexed(fixed_part=0.15)
        self.bill(contract, "2026-10-15")
        self.apply(contract, "2027-01-01")
        move = self.bill(contract, "2027-02-01")
        prices = move.invoice_line_ids.sorted("sequence").mapped("price_unit")
        self.assertEqual(prices, [1767, 1767, 1845.32, 1845.32])

    def test_prices_of_two_revisions(self):
        """Issue 5: with two revisions, each missed period has the price of its first day."""
        contract = self.make_contract(revision_kind="percent", revision_percent=10)
        self.assertEqual(len(self.apply(contract, "2028-01-01")), 2)
        self.assertEqual(contract.line_ids.price_unit, 121)
        move = self.bill(contract, "2028-01-01")
        prices = move.invoice_line_ids.sorted("sequence").mapped("price_unit")
        self.assertEqual(prices, [100] * 12 + [110] * 12 + [121])

    def test_base_and_chained(self):
        """Vector of law.md §7: base and chained differ as soon as a part is fixed."""
        index = self.make_index({"2025-11-01": 100, "2026-11-01": 110, "2027-11-01": 121}, "TWO")
        prices = {}
        for mode in ("base", "chained"):
            contract = self.make_indexed(
                index_id=index.id, base_value=100, index_mode=mode, fixed_part=0.15,
                lines=[self.make_line(price_unit=1000)],
            )  # fmt: skip
            revisions = self.apply(contract, "2028-01-01")
            prices[mode] = revisions.sorted("date_from").mapped("new_price")
        # 1000 × (0.15 + 0.85 × 1.21); 1085 × (0.15 + 0.85 × 1.1)
        self.assertEqual(prices, {"base": [1085, 1178.5], "chained": [1085, 1177.23]})

    def test_successor(self):
        """Issue 5: a successor series goes on with its linking coefficient, then by itself."""
        new = self.make_index({"2026-11-01": 273, "2027-11-01": 300.3}, "NEW")
        old = self.make_index(
            {"2025-11-01": 286}, "OLD", successor_id=new.id, link_coefficient=1.1,
            is_link_official=False,
        )  # fmt: skip
        contract = self.make_indexed(
            index_id=old.id, base_value=286, index_mode="chained",
            lines=[self.make_line(price_unit=1000)],
        )  # fmt: skip
        with self.assertRaises(DocumentError) as caught:
            self.preview(contract, "2027-01-01")
        self.assertEqual(caught.exception.code, "contract_index_link")
        old.is_link_official = True
        first, second = self.apply(contract, "2028-01-01")
        self.assertEqual((first.new_price, first.index_id), (1050, new))
        self.assertEqual(first.base_index_id, old)
        # 1050 × 300.3 / 273, without the coefficient
        self.assertEqual((second.new_price, second.base_index_id), (1155, new))
        self.assertEqual(second.formula, "1050 × 300.3 / 273")

    def test_floor_and_cap(self):
        """Issue 5: floor and cap are a part of the price in force; the hit is told."""
        table = [
            ("base", 110, {"has_cap": True, "revision_cap": 3}, 1030, "cap"),
            ("base", 90, {"has_floor": True, "revision_floor": 0}, 1000, "floor"),
            ("base", 90, {"has_floor": True, "revision_floor": -2}, 980, "floor"),
            ("base", 90, {}, 900, False),
            ("chained", 110, {"has_cap": True, "revision_cap": 10}, 1100, False),
        ]
        for rank, (mode, value, options, price, hit) in enumerate(table):
            index = self.make_index({"2025-11-01": 100, "2026-11-01": value}, f"LIMIT{rank}")
            contract = self.make_indexed(
                index_id=index.id, base_value=100, index_mode=mode,
                lines=[self.make_line(price_unit=1000)], **options,
            )  # fmt: skip
            revision = self.apply(contract, "2027-01-01")
            self.assertEqual((revision.new_price, revision.hit), (price, hit))

    def test_cap_each_year(self):
        """Issue 5: from the base, a cap holds the change from year to year, not in all."""
        index = self.make_index({"2025-11-01": 100, "2026-11-01": 110, "2027-11-01": 112}, "CAP")
        contract = self.make_indexed(
            index_id=index.id, base_value=100, has_cap=True, revision_cap=5,
            lines=[self.make_line(price_unit=1000)],
        )  # fmt: skip
        first, second = self.apply(contract, "2028-01-01")
        self.assertEqual((first.new_price, first.hit), (1050, "cap"))
        # 1050 × 1.05 = 1102.5, below 1000 × 1.12
        self.assertEqual((second.new_price, second.hit), (1102.5, "cap"))

    def test_percent_amount_rounding(self):
        """Issue 5: a percentage, an amount; a rounding of the unit price."""
        table = [
            ({"revision_kind": "percent", "revision_percent": 2.5}, 10.5, 10.76),
            ({"revision_kind": "percent", "revision_percent": -3}, 100, 97),
            ({"revision_kind": "amount", "revision_amount": 4.5}, 100, 104.5),
            (
                {"revision_kind": "percent", "revision_percent": 5, "revision_rounding": 0.05},
                1767,
                1855.35,
            ),
            (
                {"revision_kind": "percent", "revision_percent": 5, "revision_rounding": 1},
                1767,
                1855,
            ),
        ]
        for options, old, new in table:
            contract = self.make_contract(lines=[self.make_line(price_unit=old)], **options)
            self.assertEqual(self.apply(contract, "2027-01-01").new_price, new)

    def test_lag(self):
        """Issue 5, lag: three months before, the value looked at is another."""
        index = self.make_index({"2025-08-01": 100, "2026-08-01": 105, "2026-11-01": 110}, "LAG")
        for rule in ("known", "real"):
            contract = self.make_indexed(
                index_id=index.id, base_period="2025-08-01", base_value=100,
                index_value_rule=rule, index_lag=3 if rule == "known" else 5,
            )  # fmt: skip
            [preview] = self.preview(contract, "2027-01-01")
            self.assertEqual(preview["new_value"], 105, rule)

    def test_lines(self):
        """contract#467: of an expired and a running line, the running one only is revised."""
        contract = self.make_contract(
            revision_kind="percent",
            revision_percent=10,
            lines=[
                self.make_line(name="Expired", date_end="2026-06-30"),
                self.make_line(name="Running", date_start="2026-07-01"),
                self.make_line(name="Later", date_start="2027-06-01"),
                self.make_line(name="Never", never_revise=True),
                self.make_line(name="Fee", charge="once"),
                self.make_line(name="Tiers", charge="usage", price_unit=0),
            ],
        )
        revisions = self.apply(contract, "2027-01-01")
        self.assertEqual(revisions.line_id.mapped("name"), ["Running"])
        prices = {line.name: line.price_unit for line in contract.line_ids}
        self.assertEqual(
            prices,
            {"Expired": 100, "Running": 110, "Later": 100, "Never": 100, "Fee": 100, "Tiers": 0},
        )

    def test_span(self):
        """L112-1: an index that varies over longer than the prices is refused, with the reason."""
        with self.assertRaises(DocumentError) as caught:
            self.make_indexed(base_period="2024-11-01", index_value_rule="real", index_lag=2)
        self.assertEqual(caught.exception.code, "contract_index_span")
        self.assertIn("L112-1", caught.exception.args[0])
        # Known at the validation, as far as the values are published.
        with self.assertRaises(DocumentError):
            self.make_indexed(base_period="2024-11-01")
        # In a preview: nothing was known at the validation.
        index = self.make_index({}, "SPAN")
        late = self.make_indexed(index_id=index.id, base_period="2025-06-01", base_value=100)
        good = self.make_indexed(fixed_part=0.15)
        self.add_value(index, "2026-11-01", 110)
        with self.assertRaises(DocumentError) as caught:
            self.preview(late, "2027-01-01")
        self.assertEqual(caught.exception.code, "contract_index_span")
        refused, fine = self.preview(late | good, "2027-01-01")
        self.assertEqual(refused["code"], "contract_index_span")
        self.assertEqual(fine["new_price"], 1845.32)
        self.assertEqual(len(self.apply(late | good, "2027-01-01")), 1)
        self.assertEqual(len(late.activity_ids), 1)
        self.assertIn("L112-1", late.activity_ids.note)

    def test_span_from_base(self):
        """L112-1: from the base, the second year's span is two years, and so is the price's."""
        index = self.make_index({"2025-11-01": 100, "2026-11-01": 102, "2027-11-01": 104}, "YEARS")
        contract = self.make_indexed(index_id=index.id, base_value=100)
        self.assertEqual(len(self.apply(contract, "2028-01-01")), 2)

    def test_base_value_required(self):
        """Issue 5, bad input: an index without a base value is refused with the reason."""
        index = self.make_index(code="EMPTY")
        with self.assertRaises(DocumentError) as caught:
            self.make_indexed(index_id=index.id, base_value=0, base_period=False)
        self.assertEqual(caught.exception.code, "contract_index_base")
        self.assertIn("EMPTY", caught.exception.args[0])
        with self.assertRaises(DocumentError):
            self.make_indexed(index_id=False)

    def test_base_value_of_the_series(self):
        """Issue 5: the base value is taken from the series, as known on the start."""
        contract = self.make_contract(validate=False, revision_kind="index", index_id=self.index.id)
        self.assertEqual((contract.base_period, contract.base_value), (date(2025, 11, 1), 280))
        contract.base_period = "2026-11-01"
        self.assertEqual(contract.base_value, 294.6)

    def test_frozen(self):
        """DESIGN §2: the terms of the revision are frozen once validated."""
        contract = self.make_indexed()
        for vals in (
            {"revision_kind": "none"}, {"base_value": 200}, {"fixed_part": 0.5}, {"has_cap": True},
            {"revision_months": 6}, {"next_revision_date": "2030-01-01"},
            {"is_revision_waiting": True}, {"first_revision_date": "2030-01-01"},
        ):  # fmt: skip
            with self.assertRaises(DocumentError, msg=vals):
                contract.write(vals)
        with self.assertRaises(DocumentError):
            contract.line_ids.never_revise = True
        self.index.value_ids.sorted("period")[0].value = 200
        self.assertEqual(contract.base_value, 280, "the agreed value stays")

    def test_anchor(self):
        """STYLE: revisions are anchored, on the last day of shorter months."""
        contract = self.make_contract(
            date_start="2026-08-31", revision_kind="percent", revision_percent=1, revision_months=6
        )
        self.assertEqual(contract.next_revision_date, date(2027, 2, 28))
        self.apply(contract, "2027-02-28")
        self.assertEqual(contract.next_revision_date, date(2027, 8, 31))
        contract = self.make_contract(
            revision_kind="percent", revision_percent=1, first_revision_date="2026-04-01"
        )
        self.assertEqual(contract.next_revision_date, date(2026, 4, 1))

    # ------------------------------------------------------------------
    # Undo, one-offs, rights
    # ------------------------------------------------------------------
    def test_undo(self):
        """Issue 5: undone while no period from its day on is billed, then no more."""
        contract = self.make_indexed(fixed_part=0.15)
        self.bill(contract, "2026-12-01")
        revision = self.apply(contract, "2027-01-01")
        revision.action_undo()
        self.assertEqual((contract.line_ids.price_unit, revision.state), (1767, "undone"))
        self.assertEqual(contract.next_revision_date, date(2027, 1, 1))
        again = self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-01-01")
        with self.assertRaises(DocumentError) as caught:
            again.action_undo()
        self.assertEqual(caught.exception.code, "contract_revision_billed")
        self.assertEqual(contract.line_ids.price_unit, 1845.32)

    def test_undo_last_first(self):
        """Issue 5: an earlier revision is not undone under a later one; both may be."""
        contract = self.make_contract(revision_kind="percent", revision_percent=10)
        first, second = self.apply(contract, "2028-01-01")
        with self.assertRaises(DocumentError) as caught:
            first.action_undo()
        self.assertEqual(caught.exception.code, "contract_revision_later")
        (first | second).action_undo()
        self.assertEqual(contract.line_ids.price_unit, 100)

    @freeze_time("2027-01-02")
    def test_undone_not_repeated(self):
        """Issue 5: what a person undid, the scheduled job does not do again."""
        contract = self.make_contract(revision_kind="percent", revision_percent=10)
        self.bill(contract, "2026-12-01")
        self.run_cron()
        self.assertEqual(contract.line_ids.price_unit, 110)
        contract.revision_ids.action_undo()
        self.run_cron()
        self.assertEqual(contract.line_ids.price_unit, 100)

    @freeze_time("2027-01-02")
    def test_undone_with_renewal(self):
        """Issue 5 §3: undone with its renewal, the revision comes once the term goes on."""
        contract = self.make_contract(
            date_end="2026-12-31", renewal="tacit", renewal_months=12,
            revision_kind="percent", revision_percent=10,
        )  # fmt: skip
        contract.action_renew()
        contract.action_undo_renewal()
        self.assertEqual(contract.line_ids.price_unit, 100)
        contract.amend("2026-12-01", {"contract": {"date_end": "2027-12-31"}})
        self.run_cron()
        self.assertEqual(contract.line_ids.price_unit, 110)

    def test_one_off(self):
        """Issue 5: a one-off of a selection, shown first; billed periods are kept out."""
        contracts = self.make_contract() | self.make_contract()
        self.bill(contracts[0], "2026-03-01")
        wizard = self.env["koban.price.revise"].create(
            {"contract_ids": contracts.ids, "kind": "percent", "percent": 3, "date": "2026-03-01"}
        )
        self.assertEqual((wizard.revised_count, wizard.waiting_count), (1, 1))
        self.assertEqual(wizard.yearly_effect, 72)  # 2 × 3 × 12
        self.assertTrue(wizard.line_ids[0].waiting_reason)
        wizard.action_apply()
        self.assertEqual(contracts.line_ids.mapped("price_unit"), [100, 103])
        self.assertEqual(contracts.revision_ids.formula, "100 × (1 + 3 / 100)")
        with self.assertRaises(DocumentError) as caught:
            contracts[0].revise_prices("2026-02-01", "percent", 3)
        self.assertEqual(caught.exception.code, "contract_revision_billed")
        contracts[0].revise_prices("2026-04-01", "amount", -5)
        self.assertEqual(contracts[0].line_ids.price_unit, 95)

    def test_one_off_in_the_base(self):
        """Issue 5: from the base, the index goes on from a price that includes the one-off."""
        contract = self.make_indexed(lines=[self.make_line(price_unit=1000)])
        contract.revise_prices("2026-07-01", "percent", 10)
        self.assertEqual(contract.next_revision_date, date(2027, 1, 1))
        # 1000 × 1.1 × 294.6 / 280
        self.assertEqual(self.apply(contract, "2027-01-01").new_price, 1157.36)

    def test_stale(self):
        """Issue 5: a preview that is no longer true is not applied."""
        contract = self.make_contract(revision_kind="percent", revision_percent=10)
        previews = self.preview(contract, "2027-01-01")
        contract.revise_prices("2026-06-01", "amount", 7)
        with self.assertRaises(DocumentError) as caught:
            self.apply(contract, "2027-01-01", previews)
        self.assertEqual(caught.exception.code, "contract_revision_stale")

    def test_rights(self):
        """DESIGN §7: nobody writes the history by RPC; reading alone revises nothing."""
        contract = self.make_contract(revision_kind="percent", revision_percent=10)
        user = self.make_user("revision_sales", "sales_team.group_sale_salesman_all_leads")
        reader = self.make_user("revision_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            contract.with_user(reader).revise_prices("2027-01-01")
        self.assertTrue(contract.with_user(reader).revise_prices("2027-01-01", dry_run=True))
        contract.with_user(user).revise_prices("2027-01-01")
        self.assertEqual(contract.line_ids.price_unit, 110)
        revision = contract.revision_ids
        for person in (user, self.billing_user, self.manager):
            for method, args in (
                ("write", [revision.ids, {"new_price": 1}]),
                ("unlink", [revision.ids]),
                ("create", [{"line_id": contract.line_ids.id}]),
            ):
                with self.assertRaises(AccessError):
                    call_kw(self.env["koban.price.revision"].with_user(person), method, args, {})
        with self.assertRaises(AccessError):
            revision.with_user(reader).action_undo()
        revision.with_user(user).action_undo()

    def test_queries(self):
        """Issue 5: at most 6 queries per contract, whatever their number."""
        counts = []
        for size in (5, 20):
            contracts = self.env["koban.contract"].union(
                *(self.make_indexed(fixed_part=0.15) for _rank in range(size))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.apply(contracts, "2027-01-01")
            self.env.flush_all()
            counts.append((self.env.cr.sql_log_count - start) / size)
        self.assertLess(counts[1], counts[0])
        self.assertLessEqual(counts[1], 6, counts)
