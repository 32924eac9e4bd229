"""Row 3-21: whatever the lines, a cancelled invoice and its credit note make zero."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoiceCase

LINES = st.lists(
    st.tuples(
        st.decimals("-20", "20", places=2).filter(bool),  # quantity
        st.decimals("0.01", "900", places=2),  # unit price
        st.sampled_from([0, 5, 12.5, 33.33, 100]),  # discount
        st.sampled_from(["none", "one", "two"]),  # taxes
    ),
    min_size=1,
    max_size=4,
)


@tagged("post_install", "-at_install")
class TestMoney(InvoiceCase):
    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(LINES)
    def test_cancelled(self, lines):
        """Row 3-21: same amounts, opposite entries, nothing left to pay."""
        taxes = {
            "none": self.tax.browse(),
            "one": self.tax,
            "two": self.tax | self.other_tax,
        }
        with self.undone():
            invoice = self.make_invoice(
                lines=[
                    self.make_line(
                        quantity=float(quantity),
                        price_unit=float(price),
                        discount=discount,
                        tax_ids=[Command.set(taxes[kind].ids)],
                    )
                    for quantity, price, discount, kind in lines
                ],
                post=False,
            )
            if invoice.amount_total < 0:
                return  # the host does not validate a negative invoice
            invoice.action_post()
            result = invoice.action_cancel_document(new_draft=True)
            credit_note = invoice.browse(result["credit_note_ids"])
            draft = invoice.browse(result["draft_ids"])
            self.assertEqual(credit_note.amount_total, invoice.amount_total)
            self.assertEqual(credit_note.amount_tax, invoice.amount_tax)
            self.assertEqual(draft.amount_total, invoice.amount_total)
            self.assertEqual(invoice.amount_residual, 0.0)
            self.assertEqual(credit_note.amount_residual, 0.0)
            lines = (invoice | credit_note).line_ids
            for account, account_lines in lines.grouped("account_id").items():
                total = self.company.currency_id.round(sum(account_lines.mapped("balance")))
                self.assertEqual(total, 0.0, account.code)
