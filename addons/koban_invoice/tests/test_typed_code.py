"""Issue 12, line 2: code typed in the client opens nothing on invoices and receipts."""

from odoo.tests import tagged

from odoo.addons.koban_seal.tests.typed import TypedCode

from .chain import ChainCase


@tagged("post_install", "-at_install")
class TestTypedCode(TypedCode, ChainCase):
    # On the sample, in tests/addons.
    tried_elsewhere = ("koban_guard", "koban_seal", "koban_original", "koban_test_mode")

    def get_forged_values(self, document):
        return {"ref": "Forged"} if document._name == "account.move" else {"memo": "Forged"}

    def test_invoice(self):
        """Each method of ours called from typed code leaves an invoice as it is, or is found."""
        self.check_methods(self.make_invoice())

    def test_payment(self):
        """The same of a receipt."""
        self.check_methods(self.pay(self.make_invoice()))
