"""Two cursors: what one person validates, another does not alter meanwhile."""

from contextlib import suppress
from datetime import date
from threading import Thread
from unittest.mock import patch

import psycopg2
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.koban_guard.exceptions import DocumentError


@tagged("post_install", "-at_install", "koban_commits")
class TestConcurrency(BaseCase):
    """Real transactions, committed: the class removes what it made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env.ref("base.main_company")
            company.document_guard = True
            partner = env["res.partner"].create({"name": "Concurrent customer"})
            product = env["product.product"].create(
                {"name": "Concurrent service", "type": "service", "taxes_id": False}
            )
            cls.company_id, cls.partner_id = company.id, partner.id
            cls.product_id = product.id
            cls.counters = cls.read_counters(env)
        cls.addClassCleanup(cls.remove_all)

    @classmethod
    def read_counters(cls, env):
        """Return what was drawn and which years were begun, to go back to it."""
        sequence = env["res.company"].browse(cls.company_id)._get_order_sequence()
        env.cr.execute(
            "SELECT coalesce(max(id), 0) FROM koban_number WHERE sequence_id = %s", [sequence.id]
        )
        return sequence.id, env.cr.fetchone()[0], sequence.date_range_ids.ids

    @classmethod
    def remove_all(cls):
        """Put the database back by SQL: the guard would refuse."""
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["sale.order"].search([("partner_id", "=", cls.partner_id)])
            env["mail.message"].search(
                [("model", "=", "sale.order"), ("res_id", "in", orders.ids)]
            ).unlink()
            cr.execute(
                "DELETE FROM mail_followers WHERE res_model = 'sale.order' AND res_id = ANY(%s)",
                [orders.ids],
            )
            cr.execute("DELETE FROM sale_order_line WHERE order_id = ANY(%s)", [orders.ids])
            cr.execute("DELETE FROM sale_order WHERE id = ANY(%s)", [orders.ids])
            sequence_id, last, periods = cls.counters
            cr.execute(
                "DELETE FROM koban_number WHERE sequence_id = %s AND id > %s", [sequence_id, last]
            )
            cr.execute(
                "DELETE FROM ir_sequence_date_range WHERE sequence_id = %s AND NOT id = ANY(%s)",
                [sequence_id, periods],
            )
            env.invalidate_all()
            env["product.product"].browse(cls.product_id).product_tmpl_id.unlink()
            env["res.partner"].browse(cls.partner_id).unlink()

    def setUp(self):
        super().setUp()
        self.first = self.open_cursor()
        self.second = self.open_cursor()

    def open_cursor(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return cr

    def env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [self.company_id]})

    def make_quote(self):
        with self.registry.cursor() as cr:
            order = self.env(cr)["sale.order"].create(
                {
                    "partner_id": self.partner_id,
                    "company_id": self.company_id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product_id, "product_uom_qty": 2,
                             "price_unit": 100.0, "tax_ids": False}
                        )
                    ],
                }
            )  # fmt: skip
            return order.id

    def read_order(self, order_id):
        with self.registry.cursor() as cr:
            order = self.env(cr)["sale.order"].browse(order_id)
            lines = [(line.name, line.product_uom_qty, line.price_unit)
                     for line in order.order_line]  # fmt: skip
            return order.state, order.client_order_ref, order.amount_total, lines

    def order(self, cr, order_id):
        return self.env(cr)["sale.order"].browse(order_id)

    EDITS = {
        "price": lambda order: order.order_line.write({"price_unit": 1.0}),
        "text": lambda order: order.order_line.write({"name": "Other text"}),
        "note": lambda order: order.env["sale.order.line"].create(
            {"order_id": order.id, "display_type": "line_note", "name": "Late note"}
        ),
        "removal": lambda order: order.order_line.unlink(),
        "header": lambda order: order.write({"client_order_ref": "late"}),
        "commands": lambda order: order.write({"order_line": [
            Command.create({"display_type": "line_section", "name": "Late section"})]}),
        "savepoint": lambda order: TestConcurrency.edit_after_savepoint(order),
    }  # fmt: skip

    @staticmethod
    def edit_after_savepoint(order):
        """A failed edition, undone by its savepoint, then another one."""
        with suppress(ValueError), order.env.cr.savepoint():
            order.order_line.write({"price_unit": 3.0})
            order.env.flush_all()
            raise ValueError("undo")
        order.order_line.write({"name": "After the savepoint"})

    def attempt(self, cr, function, *args):
        """Run and commit; return whether it was accepted."""
        with mute_logger("odoo.sql_db"):
            return self.attempt_aloud(cr, function, *args)

    def attempt_aloud(self, cr, function, *args):
        try:
            function(*args)
            # Another transaction must see it: that is what is tested.
            cr.commit()  # pylint: disable=invalid-commit
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.LockNotAvailable,
                psycopg2.errors.QueryCanceled, DocumentError):  # fmt: skip
            cr.rollback()
            return False
        return True

    def test_edit_after_validation(self):
        """Row 3-01: edited in a transaction begun before the validation: refused."""
        for name, edit in self.EDITS.items():
            with self.subTest(edit=name):
                order_id = self.make_quote()
                before = self.read_order(order_id)[2:]
                # The second person has the quote open.
                self.assertEqual(self.order(self.second, order_id).state, "draft")
                self.order(self.first, order_id).action_confirm()
                self.first.commit()
                self.assertFalse(self.attempt(self.second, edit, self.order(self.second, order_id)))
                state, reference, *after = self.read_order(order_id)
                self.assertEqual((state, reference), ("sale", False))
                self.assertEqual(tuple(after), before)

    def test_validation_after_edit(self):
        """Row 3-01: validated in a transaction begun before the edition: it does not pass."""
        for name, edit in self.EDITS.items():
            with self.subTest(edit=name):
                order_id = self.make_quote()
                self.assertEqual(self.order(self.first, order_id).state, "draft")
                self.first.execute("SELECT 1 FROM sale_order WHERE id = %s", [order_id])
                edit(self.order(self.second, order_id))
                self.second.commit()
                validated = self.attempt(
                    self.first, lambda key: self.order(self.first, key).action_confirm(), order_id
                )
                self.assertFalse(validated)
                self.assertEqual(self.read_order(order_id)[0], "draft")

    def test_edit_waits(self):
        """Row 3-01: while the edition is not committed, the validation waits or fails."""
        order_id = self.make_quote()
        self.order(self.second, order_id).order_line.write({"price_unit": 1.0})
        self.env(self.second).flush_all()
        self.second.flush()
        self.first.execute("SET LOCAL lock_timeout = '300ms'")
        self.assertFalse(
            self.attempt(
                self.first, lambda key: self.order(self.first, key).action_confirm(), order_id
            )
        )
        self.second.rollback()
        self.assertEqual(self.read_order(order_id)[0], "draft")

    def test_validation_during_a_removal(self):
        """Issue 10: validated while a line is being removed: one waits, nobody meets a deadlock."""
        order_id = self.make_quote()
        self.order(self.first, order_id)._lock_draft()  # as the removal begins
        validated = []
        waiting = Thread(
            target=lambda: validated.append(
                self.attempt(
                    self.second, lambda key: self.order(self.second, key).action_confirm(), order_id
                )
            )
        )
        waiting.start()
        waiting.join(1)
        self.assertTrue(waiting.is_alive())
        self.order(self.first, order_id).order_line.unlink()
        self.first.commit()
        waiting.join(20)
        self.assertEqual(validated, [False])  # and tried again by the host
        self.assertEqual(self.read_order(order_id)[0], "draft")

    def test_two_validations(self):
        """Row 3-02: two orders validated at once get two consecutive numbers."""
        one, two = self.make_quote(), self.make_quote()
        self.order(self.first, one).action_confirm()
        # The number is taken: the other waits for it, and is not given the same.
        self.second.execute("SET LOCAL lock_timeout = '300ms'")
        self.assertFalse(
            self.attempt(
                self.second, lambda key: self.order(self.second, key).action_confirm(), two
            )
        )
        self.first.commit()
        self.assertTrue(
            self.attempt(
                self.second, lambda key: self.order(self.second, key).action_confirm(), two
            )
        )
        with self.registry.cursor() as cr:
            names = [self.order(cr, key).name for key in (one, two)]
        numbers = [int(name.rsplit("-", 1)[-1]) for name in names]
        self.assertEqual(numbers[1], numbers[0] + 1)

    def test_first_two_of_a_year(self):
        """Row 3-02: the first two of a year, at once: the second waits, and neither is refused."""
        orders = [self.make_quote(), self.make_quote()]
        for cr, order_id in zip((self.first, self.second), orders, strict=True):
            self.assertEqual(self.order(cr, order_id).state, "draft")  # what each sees from now on
        accepted = []
        waiting = Thread(
            target=lambda: accepted.append(
                self.attempt_aloud(
                    self.second, lambda key: self.order(self.second, key).action_confirm(),
                    orders[1],
                )
            )
        )  # fmt: skip
        first_day = patch.object(fields.Date, "context_today", lambda *_args: date(2091, 1, 2))
        with first_day, self.assertNoLogs("odoo.sql_db", "ERROR"):
            self.order(self.first, orders[0]).action_confirm()
            waiting.start()
            waiting.join(1)
            self.assertTrue(waiting.is_alive())
            self.first.commit()
            waiting.join(20)
        self.assertEqual(accepted, [True])
        with self.registry.cursor() as cr:
            names = [self.order(cr, key).name for key in orders]
        self.assertEqual([name[-10:] for name in names], ["2091-00001", "2091-00002"])

    def test_given_back(self):
        """Row 3-02: a validation that is rolled back gives its number back."""
        one, two = self.make_quote(), self.make_quote()
        self.order(self.first, one).action_confirm()
        taken = self.order(self.first, one).name
        self.first.rollback()
        self.order(self.second, two).action_confirm()
        self.second.commit()
        self.assertEqual(self.order(self.second, two).name, taken)

    def test_same_order_twice(self):
        """Row 3-02: one order validated by two people is validated once."""
        order_id = self.make_quote()
        self.assertEqual(self.order(self.second, order_id).state, "draft")
        self.order(self.first, order_id).action_confirm()
        self.first.commit()
        number = self.order(self.first, order_id).name
        self.first.commit()
        self.assertFalse(
            self.attempt(
                self.second, lambda key: self.order(self.second, key).action_confirm(), order_id
            )
        )
        with self.registry.cursor() as cr:
            self.assertEqual(self.order(cr, order_id).name, number)
