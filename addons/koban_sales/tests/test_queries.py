"""DESIGN §5: the guard costs no query per line, nor per order."""

from odoo.tests import tagged

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderQueries(OrderCase):
    """Counts compared with the guard on and off, in the same test."""

    def make_sized_order(self, size):
        return self.make_order(
            confirm=False,
            lines=[self.make_order_line(name=f"Line {number}") for number in range(size)],
        )

    def count_confirming(self, guard, size):
        self.set_guard(guard)
        return self.count_queries(self.make_sized_order(size).action_confirm)

    def count_editing(self, guard, size):
        self.set_guard(guard)
        order = self.make_sized_order(size)
        return self.count_queries(order.order_line.write, {"discount": 5.0})

    def count_creating(self, guard, size):
        self.set_guard(guard)
        return self.count_queries(self.make_sized_order, size)

    def check(self, count):
        count(True, 1)  # caches of the registry
        host = count(False, 30) - count(False, 3)
        guarded = count(True, 30) - count(True, 3)
        self.assertEqual(guarded, host)

    def test_confirming(self):
        """Validating 30 lines costs no more extra queries than validating 3."""
        self.check(self.count_confirming)

    def test_editing_lines(self):
        """Editing 30 lines of a quote costs no more extra queries than editing 3."""
        self.check(self.count_editing)

    def test_creating(self):
        """Creating a quote of 30 lines costs no more extra queries than one of 3."""
        self.check(self.count_creating)

    def test_batch(self):
        """Validating 8 orders costs per order a constant beyond the host: number and its mark."""
        self.count_confirming(True, 1)
        counts = {}
        for guard in (False, True):
            for size in (2, 8):
                self.set_guard(guard)
                orders = self.env["sale.order"].concat(
                    *(self.make_sized_order(2) for _i in range(size))
                )
                counts[guard, size] = self.count_queries(orders.action_confirm)
        extra = (counts[True, 8] - counts[False, 8]) - (counts[True, 2] - counts[False, 2])
        # Drawing a number locks and increases the counter: a few queries per order.
        self.assertLessEqual(extra / 6, 6)
