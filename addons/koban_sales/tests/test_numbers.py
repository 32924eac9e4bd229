"""Row 3-02: numbers of orders, without gap, reuse nor hand."""

from contextlib import suppress

import psycopg2
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.koban_sales.models.res_company import ORDER_SEQUENCE_CODE

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderNumbers(OrderCase):
    def number(self, order):
        return int(order.name.rsplit("-", 1)[-1])

    @freeze_time("2026-06-15 10:00:00")
    def test_consecutive(self):
        """Row 3-02: the numbers follow each other, in the order of the validations."""
        drafts = [self.make_order(confirm=False) for _i in range(4)]
        for draft in reversed(drafts):
            draft.action_confirm()
        numbers = [self.number(order) for order in reversed(drafts)]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
        self.assertIn("2026", drafts[0].name)

    def test_batch(self):
        """Row 3-02: several orders validated at once, in the order given."""
        first = self.make_order()
        drafts = self.env["sale.order"]
        for _i in range(3):
            drafts |= self.make_order(confirm=False)
        drafts.action_confirm()
        start = self.number(first)
        numbers = [self.number(order) for order in drafts]
        self.assertEqual(numbers, [start + 1, start + 2, start + 3])

    def test_failed_validation(self):
        """Row 3-02: a validation that fails half-way gives its number back."""
        first = self.make_order()
        failing = self.make_order(confirm=False)
        failing.order_line[1].product_id = False
        with self.assertRaises(UserError):
            self.rpc(self.seller, failing, "action_confirm")
        savepoint = self.env.cr.savepoint()
        rolled_back = self.make_order()
        self.assertEqual(self.number(rolled_back), self.number(first) + 1)
        savepoint.rollback()
        self.assertEqual(self.number(self.make_order()), self.number(first) + 1)

    def test_failed_batch(self):
        """Row 3-02: one order that cannot be validated draws no number for the others."""
        first = self.make_order()
        good, bad = self.make_order(confirm=False), self.make_order(confirm=False)
        bad.action_cancel()
        with self.unchanged(good, bad):
            self.refusal(
                "document_not_confirmable", self.rpc, self.seller, good | bad, "action_confirm"
            )
        good.action_confirm()
        self.assertEqual(self.number(good), self.number(first) + 1)

    def test_cancelled(self):
        """Row 3-02: the number of a cancelled order is not given again."""
        order = self.make_order()
        order.action_cancel()
        self.assertEqual(self.number(self.make_order()), self.number(order) + 1)

    def test_year(self):
        """Row 3-02: the series starts anew each year, at the date of the validation."""
        with freeze_time("2031-12-31 10:00:00"):
            old = self.make_order(date_order="2031-12-30 10:00:00")
            waiting = self.make_order(confirm=False, date_order="2031-12-30 10:00:00")
        with freeze_time("2032-01-02 10:00:00"):
            waiting.action_confirm()
            second = self.make_order()
        self.assertEqual((self.number(old), self.number(waiting), self.number(second)), (1, 1, 2))
        self.assertIn("2031", old.name)
        self.assertIn("2032", waiting.name)

    def test_two_companies(self):
        """Row 3-02: each company has its own series."""
        other = self.make_company("Second French company")
        self.assertTrue(other.document_guard)
        self.env.user.company_ids |= other
        mine = self.make_order()
        theirs = self.env["sale.order"].with_company(other).create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "order_line": [Command.create({"product_id": self.product.id, "tax_ids": False})],
            }
        )  # fmt: skip
        waiting = self.make_order(confirm=False)
        (theirs | waiting).action_confirm()
        self.assertEqual(self.number(theirs), 1)
        self.assertEqual(self.number(waiting), self.number(mine) + 1)

    def test_typed_number(self):
        """Row 3-02: what is typed as a number does not become the order's."""
        first = self.make_order()
        draft = self.make_order(confirm=False)
        try:
            self.rpc(self.manager, draft, "write", {"name": "CDE-2026-99999"})
        except UserError:
            self.env.invalidate_all()
        draft.action_confirm()
        self.assertEqual(self.number(draft), self.number(first) + 1)
        self.assertNotEqual(draft.quote_number, "CDE-2026-99999")

    def test_business_fields(self):
        """Row 3-02: quote number, validation and cancellation are not typed, even on drafts."""
        draft = self.make_order(confirm=False)
        for values in (
            {"quote_number": "DEV-1"},
            {"validation_date": "2026-01-01 00:00:00"},
            {"cancellation_date": "2026-01-01 00:00:00"},
            {"cancellation_user_id": self.manager.id},
        ):
            for user in (self.seller, self.manager, None):
                with self.subTest(values=values):
                    with self.unchanged(draft):
                        self.refusal("document_number", self.rpc, user, draft, "write", values)
                    self.refusal(
                        "document_number",
                        self.rpc, user, self.env["sale.order"], "create",
                        {"partner_id": self.customer.id, **values},
                    )  # fmt: skip

    def test_created_validated(self):
        """Row 3-02: no order is created validated, whatever carries the value."""
        orders = self.env["sale.order"]
        base = {"partner_id": self.customer.id}
        count = orders.search_count([])
        for user in (self.seller, self.manager, None):
            for code, values in (
                ("document_state", {"state": "sale"}),
                ("document_number", {"validation_date": "2026-01-01 00:00:00"}),
                ("document_number", {"quote_number": "DEV-1"}),
            ):
                with self.subTest(values=values):
                    self.refusal(code, self.rpc, user, orders, "create", {**base, **values})
                with self.subTest(default=values):
                    context = {f"default_{name}": value for name, value in values.items()}
                    self.refusal(code, self.rpc, user, orders, "create", base, context=context)
            with self.subTest(state="written"):
                draft = self.make_order(confirm=False)
                with self.unchanged(draft):
                    self.refusal(
                        "document_state", self.rpc, user, draft, "write", {"state": "sale"}
                    )
                count += 1
        self.assertEqual(orders.search_count([]), count)

    def test_sequence_closed(self):
        """Row 3-02: no client draws a number."""
        sequences = self.env["ir.sequence"]
        sequence = self.company._get_order_sequence()
        for user in (self.seller, self.manager, self.env.ref("base.user_admin"), None):
            with self.subTest(user=user):
                self.refusal(
                    "document_number",
                    self.rpc, user, sequences, "next_by_code", ORDER_SEQUENCE_CODE,
                )  # fmt: skip
        self.refusal("document_number", self.rpc, None, sequence, "next_by_id")
        first, second = self.make_order(), self.make_order()
        self.assertEqual(self.number(second), self.number(first) + 1)

    def test_counter(self):
        """Row 3-02: the counter is not moved, archived, deleted or doubled once used."""
        order = self.make_order()
        admin = self.env.ref("base.user_admin")
        sequence = self.company._get_order_sequence()
        date_range = sequence.date_range_ids[:1]
        for record, values in (
            (sequence, {"number_next": 1}),
            (sequence, {"number_next_actual": 500}),
            (sequence, {"number_increment": 2}),
            (sequence, {"use_date_range": False}),
            (sequence, {"implementation": "standard"}),
            (sequence, {"code": "other"}),
            (sequence, {"company_id": False}),
            (sequence, {"active": False}),
            (date_range, {"number_next": 1}),
            (date_range, {"number_next_actual": 900}),
            (date_range, {"date_to": "2050-12-31"}),
        ):
            for user in (admin, None):
                with self.subTest(values=values):
                    self.refusal("document_number", self.rpc, user, record, "write", values)
        for record in (sequence, date_range):
            with self.assert_refused("document_number"):
                record.unlink()
        with self.assert_refused("document_number"):
            self.env["ir.sequence.date_range"].create(
                {"sequence_id": sequence.id, "date_from": "2050-01-01", "date_to": "2050-12-31"}
            )
        self.assertEqual(self.number(self.make_order()), self.number(order) + 1)

    def test_second_sequence(self):
        """Row 3-02: a second sequence with the same code does not take over the numbers."""
        order = self.make_order()
        values = {
            "name": "AAA",
            "code": ORDER_SEQUENCE_CODE,
            "company_id": self.company.id,
            "prefix": "ZZZ-",
            "implementation": "no_gap",
        }
        sequences = self.env["ir.sequence"]
        other = sequences.create({**values, "code": "other"})
        for attempt in (
            lambda: sequences.create(values).flush_recordset(),
            lambda: other.write({"code": ORDER_SEQUENCE_CODE}) and other.flush_recordset(),
        ):
            # Refused, by the guard or by the database, or without effect.
            refused = suppress(UserError, psycopg2.IntegrityError)
            with refused, mute_logger("odoo.sql_db"), self.cr.savepoint():
                attempt()
        self.env.invalidate_all()
        following = self.make_order()
        self.assertEqual(self.number(following), self.number(order) + 1)
        self.assertEqual(following.name[:4], order.name[:4])

    def test_unique_in_database(self):
        """Row 3-02: the database itself refuses a number twice."""
        first, second = self.make_order(), self.make_order()
        self.env.flush_all()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "UPDATE sale_order SET name = %s WHERE id = %s", [first.name, second.id]
            )

    def test_prefix(self):
        """Row 3-02: prefix and size can be set up; the count goes on."""
        order = self.make_order()
        admin = self.env.ref("base.user_admin")
        sequence = self.company._get_order_sequence()
        self.rpc(admin, sequence, "write", {"prefix": "C%(range_year)s-", "padding": 6})
        following = self.make_order()
        self.assertTrue(following.name.startswith("C20"))
        self.assertEqual(self.number(following), self.number(order) + 1)
