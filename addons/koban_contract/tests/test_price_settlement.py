"""Values of an index that come late, and what was billed meanwhile (issue 5 §4)."""

from datetime import date
from unittest.mock import patch

import psycopg2
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.koban_guard.tools.passes import open_pass

from .revisions import RevisionCase


@tagged("post_install", "-at_install")
@freeze_time("2027-03-10")
class TestPriceSettlement(RevisionCase):
    """Waiting, or billing provisionally and settling the difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.series = cls.make_index({"2025-12-01": 100, "2026-11-01": 104}, "REAL")

    def make_real(self, **values):
        """Create a contract at 3 × 33.33 that takes the value of December."""
        return self.make_indexed(
            index_id=self.series.id, base_period="2025-12-01", base_value=100, index_lag=1,
            index_value_rule="real", lines=[self.make_line(quantity=3, price_unit=33.33)], **values,
        )  # fmt: skip

    def get_settlement_moves(self, contract):
        settlements = self.env["koban.price.settlement"].search(
            [("contract_id", "in", contract.ids)]
        )
        return settlements.move_line_ids.move_id

    def test_wait(self):
        """Issue 5: an unpublished value waits; the old price is billed, then the difference."""
        contract = self.make_real()
        self.assertFalse(self.apply(contract, "2027-01-01"))
        self.assertTrue(contract.is_revision_waiting)
        [preview] = self.preview(contract, "2027-01-01")
        self.assertIn("12/2026", preview["waiting_reason"])
        self.bill(contract, "2027-02-01")
        self.add_value(self.series, "2026-12-01", 106)
        self.run_cron()
        self.assertFalse(contract.is_revision_waiting)
        self.assertEqual(contract.line_ids.price_unit, 35.33)
        move = self.get_settlement_moves(contract)
        self.assertEqual((move.move_type, move.state), ("out_invoice", "draft"))
        # 3 × 35.33 − 3 × 33.33, for January and February
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [6, 6])

    def test_provisional_complement(self):
        """Issue 5: billed provisionally, settled once by a complement when the value appears."""
        contract = self.make_real(index_unpublished="provisional")
        revision = self.apply(contract, "2027-01-01")
        self.assertTrue(revision.is_provisional)
        self.assertEqual(revision.new_price, 34.66)  # 33.33 × 1.04
        self.bill(contract, "2027-02-01")
        self.add_value(self.series, "2026-12-01", 106.5)
        self.assertFalse(revision.is_provisional)
        self.assertEqual((revision.new_price, revision.provisional_price), (35.5, 34.66))
        self.assertEqual(contract.line_ids.price_unit, 35.5)
        move = self.get_settlement_moves(contract)
        self.assertEqual((len(move), move.move_type, move.state), (1, "out_invoice", "draft"))
        # 3 × 35.50 − 3 × 34.66
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [2.52, 2.52])
        self.assertRegex(move.invoice_line_ids[0].name, r"34[.,]66 → 35[.,]50")
        self.assertEqual(revision.settlement_ids.move_id, move)
        # Once.
        self.series.value_ids.sorted("period")[-1:].published_on = "2027-03-01"
        self.run_cron()
        self.assertEqual(self.get_settlement_moves(contract), move)
        # What comes next has the final price.
        self.assertEqual(self.bill(contract, "2027-03-01").invoice_line_ids.price_unit, 35.5)

    def test_billing_alone(self):
        """B13: nobody says which difference an invoice bills, in its draft or in another one."""
        contract = self.make_real(index_unpublished="provisional")
        revision = self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-01-01")
        self.add_value(self.series, "2026-12-01", 106.5)
        settlement = revision.settlement_ids
        line = settlement.move_line_ids.with_user(self.billing_user)
        self.refusal("contract_period", line.write, {"contract_settlement_id": False})
        stolen = {"name": "x", "move_id": line.move_id.id, "contract_settlement_id": settlement.id}
        self.refusal("contract_period", line.browse().create, stolen)
        self.assertEqual(line.move_id.koban_contract_count, 1)

    def test_provisional_credit(self):
        """Issue 5: a lower value gives a credit note, to the cent."""
        contract = self.make_real(index_unpublished="provisional")
        self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-01-01")
        self.add_value(self.series, "2026-12-01", 103)
        move = self.get_settlement_moves(contract)
        self.assertEqual(move.move_type, "out_refund")
        # 3 × 34.66 − 3 × 34.33
        self.assertEqual(move.amount_untaxed, 0.99)

    def test_draft_changed(self):
        """B13: what the invoice really bills is settled, not what was computed for it."""
        contract = self.make_real(index_unpublished="provisional")
        self.apply(contract, "2027-01-01")
        draft = self.bill(contract, "2027-01-01")
        draft.invoice_line_ids.filtered("contract_period_id").price_unit = 35.0
        self.add_value(self.series, "2026-12-01", 106.5)
        move = self.get_settlement_moves(contract)
        # 3 × 35.50 − 3 × 35.00
        self.assertEqual(move.amount_untaxed, 1.5)

    def test_dropped_draft(self):
        """Issue 5: a difference is not lost with its draft, nor invoiced twice."""
        contract = self.make_real(index_unpublished="provisional")
        self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-01-01")
        self.add_value(self.series, "2026-12-01", 106.5)
        self.get_settlement_moves(contract).unlink()
        settlement = contract.revision_ids.settlement_ids
        self.assertEqual(settlement.state, "open")
        self.run_cron()
        move = self.get_settlement_moves(contract)
        self.assertEqual((settlement.state, move.amount_untaxed), ("billed", 2.52))
        move.button_cancel()
        self.assertEqual(settlement.state, "open")
        move.button_draft()
        self.assertEqual(settlement.state, "billed")
        self.run_cron()
        self.assertEqual(self.get_settlement_moves(contract), move)
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            settlement.copy()
            self.env.flush_all()

    def test_billed_again(self):
        """Issue 5: a reopened period that was settled is billed without the difference."""
        contract = self.make_real(index_unpublished="provisional")
        self.apply(contract, "2027-01-01")
        first = self.bill(contract, "2027-01-01")
        self.add_value(self.series, "2026-12-01", 106.5)
        first.filtered(lambda move: move.state == "draft").unlink()
        again = self.bill(contract, "2027-01-01").invoice_line_ids.sorted("sequence")
        self.assertEqual(again[-1].price_unit, 34.66)
        # Its difference not invoiced, the period is billed as a whole.
        self.get_settlement_moves(contract).unlink()
        again.move_id.unlink()
        again = self.bill(contract, "2027-01-01").invoice_line_ids.sorted("sequence")
        self.assertEqual(again[-1].price_unit, 35.5)
        self.assertEqual(contract.revision_ids.settlement_ids.state, "dropped")
        self.run_cron()
        self.assertFalse(self.get_settlement_moves(contract))

    def make_late(self, **values):
        """Bill January at 100, then revise it to 110; return contract, invoice and complement."""
        contract = self.make_contract(
            date_start="2027-01-01", lines=[self.make_line(quantity=1)], **values
        )
        invoice = self.bill(contract, "2027-01-01")
        self.revise(contract, 10)
        complement = self.get_settlement_moves(contract)
        self.assertEqual(complement.amount_untaxed, 10)
        return contract, invoice, complement

    def revise(self, contract, percent):
        """Revise all prices from 1 January on, as what was due and came late."""
        values = {
            "revision_kind": "percent",
            "revision_percent": percent,
            "first_revision_date": "2027-01-01",
        }
        with open_pass(contract, fields=values):
            contract.write(values)
        return self.apply(contract, "2027-01-01")

    def credit(self, *moves):
        for move in moves:
            move.action_post()
            move.action_cancel_document()
            self.assertTrue(move.can_reopen_periods)
            move.action_reopen_periods()

    def test_both_credited(self):
        """Issue 5: billed again, a period whose complement was credited too has the new price."""
        contract, invoice, complement = self.make_late()
        self.assertEqual(complement.koban_contract_count, 1)
        self.credit(invoice, complement)
        again = self.bill(contract, "2027-01-01")
        self.assertEqual(again.amount_untaxed, 110)
        self.assertEqual(contract.revision_ids.settlement_ids.state, "dropped")
        self.run_cron()
        self.assertEqual(self.get_settlement_moves(contract), complement)

    def test_undone_and_revised_again(self):
        """Issue 5: 5 more are billed after 10 were credited, not 5 credited."""
        contract, invoice, complement = self.make_late()
        self.credit(invoice, complement)
        contract.revision_ids.action_undo()
        again = self.bill(contract, "2027-01-01")
        self.assertEqual(again.amount_untaxed, 100)
        self.revise(contract, 5)
        move = self.get_settlement_moves(contract) - complement
        self.assertEqual((move.move_type, move.amount_untaxed), ("out_invoice", 5))

    def test_undone(self):
        """Issue 5: a revision is not undone while its difference is invoiced; then none is left."""
        contract, invoice, complement = self.make_late()
        revision = contract.revision_ids
        invoice.unlink()
        with self.assert_refused("contract_revision_billed"):
            revision.action_undo()
        complement.unlink()
        revision.action_undo()
        self.assertEqual(self.bill(contract, "2027-01-01").amount_untaxed, 100)
        for _night in range(2):
            self.run_cron()
        self.assertFalse(self.get_settlement_moves(contract))

    def test_supplier(self):
        """Issue 5: a supplier's complement that is taken back and cancelled is awaited again."""
        contract, _invoice, complement = self.make_late(kind="purchase")
        complement.ref = "F-1"
        complement.action_post()
        complement.button_draft()
        complement.button_cancel()
        self.assertEqual(contract.revision_ids.settlement_ids.state, "open")
        self.run_cron()
        again = self.get_settlement_moves(contract) - complement
        self.assertEqual(again.amount_untaxed, 10)
        with self.assert_refused("contract_period_billed"):
            complement.button_draft()

    def test_next_waits_for_final(self):
        """Issue 5: nothing is revised upon a provisional price."""
        contract = self.make_real(index_unpublished="provisional", revision_months=12)
        self.apply(contract, "2027-01-01")
        previews = self.preview(contract, "2028-01-01")
        self.assertEqual([item["new_price"] for item in previews], [34.66])
        self.assertTrue(previews[0]["waiting_reason"])
        self.assertFalse(self.apply(contract, "2028-01-01"))

    def test_entered_by_manager(self):
        """DESIGN §7: who enters a value needs no right on invoices."""
        contract = self.make_real(index_unpublished="provisional")
        self.apply(contract, "2027-01-01")
        self.bill(contract, "2027-01-01")
        self.env["koban.index.value"].with_user(self.manager).create(
            {"index_id": self.series.id, "period": "2026-12-01", "value": 106.5}
        )
        self.assertEqual(self.get_settlement_moves(contract).amount_untaxed, 2.52)

    def test_future_publication(self):
        """Issue 5: a value entered before its day of publication is not there yet."""
        contract = self.make_real()
        self.add_value(self.series, "2026-12-01", 106, published_on="2027-04-01")
        self.assertTrue(self.preview(contract, "2027-01-01")[0]["waiting_reason"])

    def test_cron_isolates(self):
        """STYLE 6: one contract that fails does not stop the others, and says why."""
        contracts = self.env["koban.contract"].union(
            *(
                self.make_contract(revision_kind="percent", revision_percent=10)
                for _rank in range(3)
            )
        )
        bad = contracts[1]
        quote = type(contracts)._quote

        def fail(contract, *args):
            if contract == bad:
                raise UserError(self.env._("No way"))
            return quote(contract, *args)

        with patch.object(type(contracts), "_quote", fail):
            self.run_cron()
            self.run_cron()
        self.assertEqual(contracts.line_ids.mapped("price_unit"), [110, 100, 110])
        self.assertEqual(len(bad.activity_ids), 1)
        self.assertIn("No way", bad.activity_ids.note)
        self.run_cron()
        self.assertEqual(bad.line_ids.price_unit, 110)
        self.assertFalse(bad.activity_ids)

    def test_cron_before_billing(self):
        """Issue 5: the prices of the day are revised before it is billed."""
        revision = self.env.ref("koban_contract.ir_cron_revision")
        billing = self.env.ref("koban_contract.ir_cron_billing")
        self.assertLess(revision.nextcall.time(), billing.nextcall.time())

    def test_cron_not_renewed(self):
        """Issue 5: a contract whose commitment has ended is revised with its renewal only."""
        contract = self.make_contract(
            revision_kind="percent", revision_percent=10, date_end="2026-12-31"
        )
        self.assertEqual(contract.next_revision_date, date(2027, 1, 1))
        self.run_cron()
        self.assertEqual(contract.line_ids.price_unit, 100)
        self.assertEqual(self.preview(contract, "2027-01-01")[0]["new_price"], 110)
        ended = self.make_contract(
            revision_kind="percent", revision_percent=10, date_end="2026-12-31", renewal="none"
        )
        self.assertFalse(ended.next_revision_date)
