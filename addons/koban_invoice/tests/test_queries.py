"""DESIGN §5: the guard costs no query per line, nor per document written."""

from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceQueries(InvoiceCase):
    """Counts compared with the guard on and off, in the same test."""

    def count_posting(self, guard, size):
        self.set_guard(guard)
        invoice = self.make_invoice(
            post=False, lines=[self.make_line(name=f"Line {number}") for number in range(size)]
        )
        return self.count_queries(invoice.action_post)

    def count_writing(self, guard, size):
        self.set_guard(guard)
        invoices = self.env["account.move"].concat(
            *(self.make_invoice(post=False, lines=[self.make_line()]) for _i in range(size))
        )
        invoices.action_post()
        # The first write fills the caches of the registry, whichever they are at that time.
        invoices.write({"header": "<p>First</p>"})
        return self.count_queries(invoices.write, {"header": "<p>All</p>"})

    def test_posting(self):
        """Posting 30 lines costs no more extra queries than posting 3."""
        self.count_posting(True, 1)  # caches of the registry
        host = self.count_posting(False, 30) - self.count_posting(False, 3)
        self.count_posting(True, 3)  # those of mentions and key, which the host's run emptied
        guarded = self.count_posting(True, 30) - self.count_posting(True, 3)
        # A query less for the host, by the order of the measures, is no reference.
        self.assertLessEqual(guarded, max(host, 0))

    def test_writing(self):
        """Writing on 12 validated invoices costs no more extra queries than on 3."""
        host = self.count_writing(False, 12) - self.count_writing(False, 3)
        guarded = self.count_writing(True, 12) - self.count_writing(True, 3)
        self.assertLessEqual(guarded, host)
