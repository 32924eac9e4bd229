"""What an addon leaves unvalidated leaves no trace: invoices and payments (issue 10)."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.account.models.account_move import AccountMove as HostMove
from odoo.addons.account.models.account_payment import AccountPayment as HostPayment

from .closings import ClosingCase


@tagged("post_install", "-at_install")
class TestStoppedValidation(ClosingCase):
    def wrap(self, owner, name, stopper):
        """Put an addon's method around the one of a class, within a block."""
        original = getattr(owner, name)

        def method(records, *args, **kwargs):
            return stopper(records, lambda some: original(some, *args, **kwargs))

        return patch.object(owner, name, method)

    def get_places(self, model, host):
        return {"below": host, "above": self.env.registry[model]}

    def assert_untouched(self, move):
        self.assertFalse(self.get_events("validation", "correction", records=move))
        move.invalidate_recordset()
        self.assertEqual(move.state, "draft")
        self.assertFalse(move.posted_before or move.is_protected)
        self.assertFalse(move.name and move.name != "/")
        self.assertFalse(move.legal_mentions)
        self.assertFalse(move.message_ids.filtered(lambda message: "mentions" in message.body))
        self.assertFalse(
            self.env["koban.closing.late"].search(
                [("res_model", "=", move._name), ("res_id", "=", move.id)]
            )
        )

    def test_invoices_left_out(self):
        """An invoice that an addon leaves a draft gets no number, seal, note nor late line."""
        self.company.write({"rcs_city": False, "mention_check": "warn"})
        self.invoice("2025-01-10")
        self.close_until("2025-02-28")
        self.except_until("2025-01-01")

        def leave_second(records, post):
            post(records[:1])
            return records  # an addon may well give them all back

        first, second = (self.invoice("2025-01-20", 10.0, post=False) for _number in range(2))
        with self.wrap(HostMove, "_post", leave_second):
            (first + second)._post(soft=False)
        self.assertEqual(first.state, "posted")
        self.assertEqual(len(self.get_events("validation", records=first)), 1)
        self.assertEqual(
            self.env["koban.closing.late"].search([("res_model", "=", "account.move")]).res_id,
            first.id,
        )
        self.assertTrue(first.message_ids.filtered(lambda message: "mentions" in message.body))
        self.assert_untouched(second)

    def test_invoices_stopped(self):
        """A wizard before the validation of an invoice: nothing of it is there."""
        for place, owner in self.get_places("account.move", HostMove).items():
            with self.subTest(place=place):
                draft = self.invoice("2025-03-10", post=False)
                action = {"type": "ir.actions.act_window", "res_model": "res.partner"}
                with self.wrap(owner, "action_post", lambda _records, _post, said=action: said):
                    self.assertEqual(draft.action_post(), action)
                self.assert_untouched(draft)

    def test_invoices_beside_test_ones(self):
        """Stopped by a wizard, a call validates nothing, TEST invoices neither."""
        self.billing_user.test_mode = True
        fictitious = self.make_invoice_as(self.billing_user)
        self.assertTrue(fictitious.is_test)
        self.billing_user.test_mode = False
        real = self.invoice("2025-03-10", post=False)
        with self.wrap(HostMove, "action_post", lambda _records, _post: {"type": "stop"}):
            (fictitious + real).action_post()
        self.assertFalse(fictitious.test_validated_on)
        self.assert_untouched(real)

    def make_invoice_as(self, user):
        draft = self.invoice("2025-03-10", post=False)
        values = draft.with_user(user).copy_data()[0]
        return self.env["account.move"].with_user(user).create(values).with_env(self.env)

    def test_payments(self):
        """A payment that an addon stops, or leaves a draft, is not sealed nor counted."""
        self.invoice("2025-01-10")
        self.close_until("2025-02-28")
        self.except_until("2025-01-01")
        for name, stopper in {
            "wizard": lambda _records, _post: {"type": "stop"},
            "left out": lambda records, post: post(records[1:]),
        }.items():
            for place, owner in self.get_places("account.payment", HostPayment).items():
                with self.subTest(stopper=name, place=place), self.env.cr.savepoint():
                    first, second = (self.make_payment("2025-01-20") for _number in range(2))
                    with self.wrap(owner, "action_post", stopper):
                        (first + second).action_post()
                    self.assertEqual(first.state, "draft")
                    passed = second if name == "left out" else second.browse()
                    sealed = self.get_events("validation", records=first + second)
                    self.assertEqual(sealed.mapped("res_id"), passed.ids)
                    late = self.env["koban.closing.late"].search(
                        [("res_model", "=", "account.payment"),
                         ("res_id", "in", (first + second).ids)]
                    )  # fmt: skip
                    self.assertEqual(late.mapped("res_id"), passed.ids)

    def test_payment_left_by_the_write(self):
        """The same where an addon drops the state from what is written."""
        self.invoice("2025-01-10")
        self.close_until("2025-02-28")
        self.except_until("2025-01-01")
        payment = self.make_payment("2025-01-20")
        original = HostPayment.write

        def write(records, vals):
            return original(records, {name: vals[name] for name in vals if name != "state"})

        self.patch(HostPayment, "write", write)
        payment.action_post()
        self.env.flush_all()
        self.assertEqual(payment.state, "draft")
        self.assertFalse(self.get_events("validation", records=payment))
        self.assertFalse(
            self.env["koban.closing.late"].search([("res_model", "=", "account.payment")])
        )

    def make_payment(self, date):
        return self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 10.0,
                "date": date,
            }
        )
