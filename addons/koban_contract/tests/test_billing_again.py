"""What is billed again: drafts edited, deleted or cancelled, credit notes, ends (issue 5)."""

from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .test_billing import BillingCase
from .test_usage_lines import UsageCase


class AgainCase(BillingCase):
    def cancel(self, invoice, **options):
        """Validate and credit an invoice; return the draft that replaces it, if asked."""
        if invoice.state == "draft":
            invoice.action_post()
        made = invoice.action_cancel_document(**options)
        return self.env["account.move"].browse(made["draft_ids"])

    def check_once(self, contracts, day):
        """Nothing is left to bill on a day; each period has one live line at most."""
        self.assertFalse(self.bill(day, contracts).move_ids)
        for row in contracts.period_ids.filtered(lambda row: row.state == "billed"):
            live = row.move_line_ids.filtered(
                lambda line: line.parent_state != "cancel" and not line.move_id.reversal_move_ids
            )
            self.assertEqual(len(live.move_id), 1, row.date_from)


@tagged("post_install", "-at_install")
class TestAgain(AgainCase):
    """Issue 5: no period twice and none skipped, whatever becomes of its invoices."""

    def test_cancelled_then_deleted(self):
        """A cancelled draft deleted after its periods were billed again gives nothing back."""
        contract = self.make_contract()
        first = self.bill("2026-01-01").move_ids
        first.button_cancel()
        second = self.bill("2026-01-01").move_ids
        first.unlink()
        self.assertEqual(contract.period_ids.state, "billed")
        self.check_once(contract, "2026-01-01")
        second.unlink()
        self.assertEqual(contract.period_ids.state, "open")

    def test_cancelled_twice(self):
        """Of two cancelled drafts of a period one may be taken up again, and it bills."""
        contract = self.make_contract()
        first = self.bill("2026-01-01").move_ids
        first.button_cancel()
        second = self.bill("2026-01-01").move_ids
        second.button_cancel()
        first.button_draft()
        self.refusal("contract_period_billed", second.button_draft)
        second.unlink()
        self.assertEqual(contract.period_ids.state, "billed")
        first.button_cancel()
        self.assertEqual(contract.period_ids.state, "open")

    def test_reopened_twice(self):
        """The periods of a credited invoice are given back once."""
        contract = self.make_contract()
        invoice = self.bill("2026-01-01").move_ids
        self.cancel(invoice)
        invoice.action_reopen_periods()
        again = self.bill("2026-01-01").move_ids
        self.assertFalse(invoice.can_reopen_periods)
        invoice.action_reopen_periods()
        self.check_once(contract, "2026-01-01")
        again.unlink()
        self.assertEqual(self.bill("2026-01-01").move_ids.amount_untaxed, 200.0)

    def test_corrected(self):
        """The draft that corrects an invoice bills the periods in its place."""
        contract = self.make_contract()
        invoice = self.bill("2026-01-01").move_ids
        draft = self.cancel(invoice, new_draft=True)
        self.assertEqual(draft._get_contract_periods(), contract.period_ids)
        self.assertFalse(invoice.reversal_move_ids._get_contract_periods())
        self.assertFalse(invoice.can_reopen_periods)
        invoice.action_reopen_periods()
        self.assertFalse(self.bill("2026-01-01").move_ids)
        draft.unlink()
        self.assertEqual(self.bill("2026-01-01").move_ids.amount_untaxed, 200.0)

    def test_context_of_a_correction(self):
        """A correction bills the periods of its invoice, and none that its context names."""
        other = self.make_contract()
        mine = self.make_contract()
        invoices = self.bill("2026-01-01").move_ids
        invoices.action_post()
        [period] = other.period_ids
        [invoice] = invoices.filtered(lambda move: mine in move._get_billed_contracts())
        line = {"name": "x", "price_unit": 0.0, "contract_period_id": period.id}
        context = {"default_invoice_line_ids": [Command.create(line)]}
        self.rpc(
            self.billing_user, invoice, "action_cancel_document", new_draft=True, context=context
        )
        self.assertEqual(period._get_invoice(), invoices - invoice)
        drafts = self.env["account.move"].search(
            [("state", "=", "draft"), ("line_ids.contract_period_id", "!=", False)]
        )
        self.assertEqual(drafts._get_billed_contracts(), mine)

    def test_partly_credited(self):
        """Credited in part, an invoice keeps its periods."""
        self.make_contract()
        invoice = self.bill("2026-01-01").move_ids
        invoice.action_post()
        credit = invoice._reverse_moves([{"invoice_date": date(2026, 1, 2)}])
        credit.invoice_line_ids.quantity = 1
        credit.action_post()
        self.assertFalse(invoice.can_reopen_periods)
        self.refusal("contract_not_credited", invoice.action_reopen_periods)

    def test_supplier_bill(self):
        """A supplier's bill taken back and cancelled gives its periods back: no guard holds it."""
        contract = self.make_contract(kind="purchase", timing="arrears")
        bill = self.bill("2026-02-01").move_ids
        bill.ref = "F-1234"
        bill.action_post()
        bill.button_draft()
        self.assertEqual(contract.period_ids.state, "billed")
        bill.button_cancel()
        self.assertEqual(contract.period_ids.state, "open")
        again = self.bill("2026-02-01").move_ids
        self.refusal("contract_period_billed", bill.button_draft)
        again.ref = "F-1234"
        again.action_post()
        self.check_once(contract, "2026-02-01")

    def test_ended_since(self):
        """Billed for the year and ended in February: what is billed again stops there."""
        contract = self.make_contract(interval_unit="year")
        invoice = self.bill("2026-01-01").move_ids
        self.cancel(invoice)
        contract.action_close("2026-02-28", "Denounced")
        invoice.action_reopen_periods()
        again = self.bill("2026-03-01").move_ids
        self.assertEqual(again.amount_untaxed, 32.33)  # 200 × 59/365
        self.assertEqual(
            [(str(row.date_from), str(row.date_to), row.state) for row in contract.period_ids],
            [("2026-03-01", "2026-12-31", "open"), ("2026-01-01", "2026-02-28", "billed")],
        )
        self.assertFalse(contract.next_invoice_date)
        self.check_once(contract, "2027-12-31")

    def test_end_put_off(self):
        """What an end left open is billed once the end is put off: no day is lost."""
        contract = self.make_contract(date_end="2026-12-31", renewal="express", renewal_months=12)
        self.bill("2026-04-01").move_ids.unlink()
        contract.amend("2026-02-15", {"contract": {"date_end": "2026-02-14"}})
        self.assertEqual(self.bill("2026-04-01").move_ids.amount_untaxed, 300.0)
        self.assertFalse(contract.next_invoice_date)
        contract.amend("2026-02-15", {"contract": {"date_end": "2026-12-31"}})
        self.assertEqual(contract.next_invoice_date, date(2026, 2, 15))
        self.assertEqual(self.bill("2026-04-01").move_ids.amount_untaxed, 500.0)
        days = sum((row.date_to - row.date_from).days + 1 for row in contract.period_ids)
        self.assertEqual(days, 31 + 28 + 31 + 30)
        self.assertEqual(set(contract.period_ids.mapped("state")), {"billed"})

    def test_amended_since(self):
        """A billed period is amended once its invoice is credited and it is reopened."""
        contract = self.make_contract(interval_unit="year")
        changes = {"lines": [{"id": contract.line_ids.id, "price_unit": 200.0}]}
        invoice = self.bill("2026-01-01").move_ids
        self.refusal("contract_amendment_billed", contract.amend, "2026-07-01", changes)
        self.cancel(invoice)
        invoice.action_reopen_periods()
        contract.amend("2026-07-01", changes)
        again = self.bill("2026-07-01").move_ids
        # 181 and 184 of 365 days.
        self.assertEqual(again.invoice_line_ids.mapped("price_subtotal"), [99.18, 201.64])
        self.check_once(contract, "2026-12-31")

    def test_line_with_history(self):
        """A line that was billed once does not vanish with an amendment of its first day."""
        contract = self.make_contract(lines=[self.make_line(), self.make_line(name="More")])
        self.bill("2026-01-01").move_ids.unlink()
        line = contract.line_ids[1]
        self.refusal("contract_amendment_billed", contract.amend, "2026-01-01", {"end": line.ids})
        contract.amend("2026-01-02", {"end": line.ids})
        self.assertEqual(self.bill("2026-01-01").move_ids.amount_untaxed, 206.45)

    def test_ended_after_commitment(self):
        """Ended by agreement after its commitment, a contract is billed up to its end."""
        contract = self.make_contract(date_end="2026-02-28")
        contract.action_close("2026-03-31", "Notice")
        self.bill("2026-12-31")
        self.assertEqual([row[2] for row in self.get_billed(contract)], [200.0] * 3)

    def test_cancelled_unbilled(self):
        """Cancelled before anything was billed, a contract bills nothing."""
        contract = self.make_contract(date_start="2026-06-01")
        contract.action_cancel()
        self.assertFalse(contract.next_invoice_date)
        self.assertFalse(self.bill("2026-12-31").move_ids)

    def test_suspended_since(self):
        """Reopened and suspended since: passed over, without an invoice."""
        contract = self.make_contract()
        self.bill("2026-02-01").move_ids.unlink()
        contract.suspend("2026-01-01", "2026-01-31", "Closed")
        self.assertEqual(self.bill("2026-02-01").move_ids.amount_untaxed, 200.0)
        self.assertEqual(
            contract.period_ids.sorted("date_from").mapped("state"), ["suspended", "billed"]
        )
        self.check_once(contract, "2026-02-01")


@tagged("post_install", "-at_install")
class TestUsageAgain(AgainCase, UsageCase):
    """Issue 5: consumption billed again."""

    def bill(self, day, contracts=None):
        return BillingCase.bill(self, day, contracts)

    def test_tier_deleted(self):
        """One price of a consumption deleted by hand: the others still bill the period."""
        line = self.make_usage_line(tier_ids=self.make_tiers((0, 0.05), (1000, 0.04)))
        contract = self.make_contract(lines=[line])
        self.enter(contract.line_ids, ("2026-01-01", 0), ("2026-01-31", 2110))
        draft = self.bill("2026-02-01").move_ids
        low, high = draft.invoice_line_ids
        high.unlink()
        self.assertEqual(contract.period_ids.state, "billed")
        self.check_once(contract, "2026-02-01")
        low.unlink()
        self.assertEqual(contract.period_ids.state, "open")

    def test_ended_within(self):
        """A copier's contract ended within a month billed before: billed again up to the end."""
        contract = self.make_contract(lines=[self.make_usage_line(included_volume=310)])
        line = contract.line_ids
        self.enter(line, ("2026-01-01", 0), ("2026-01-31", 1000))
        draft = self.bill("2026-02-01").move_ids
        self.assertEqual(draft.invoice_line_ids.quantity, 690.0)
        draft.unlink()
        self.enter(line, ("2026-01-10", 400))
        contract.action_close("2026-01-10", "Denounced")
        again = self.bill("2026-02-01").move_ids
        self.assertEqual(again.invoice_line_ids.quantity, 300.0)  # 100 of 310 included
        self.assertFalse(contract.next_invoice_date)
        self.assertFalse(contract.awaits_reading)

    def test_all_included(self):
        """Within its included volume a month makes no invoice; with others, a line of zero."""
        contract = self.make_contract(lines=[self.make_usage_line()], grouping="customer")
        self.enter(contract.line_ids, ("2026-01-01", 0), ("2026-01-31", 500))
        self.assertFalse(self.bill("2026-02-01").move_ids)
        self.assertEqual(contract.period_ids.state, "billed")
        self.assertFalse(contract.next_invoice_date)
        self.enter(contract.line_ids, ("2026-02-28", 1000))
        other = self.make_contract(timing="arrears", grouping="customer")
        other |= self.make_contract(timing="arrears", grouping="customer")
        draft = self.bill("2026-03-01").move_ids
        self.assertEqual(len(draft), 1)
        self.assertEqual(draft._get_contract_periods().contract_id, contract | other)
        self.assertEqual(draft.amount_untaxed, 800.0)
        self.assertFalse(self.bill("2026-03-01").move_ids)
