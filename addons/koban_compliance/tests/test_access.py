"""The guard of invoices and payments speaks after the access rights (DESIGN §2)."""

from odoo.tests import tagged

from .access import AccessFirst
from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestAccess(AccessFirst, InvoiceCase):
    """A portal user of another customer, an employee without rights, another company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(ref="CONTRAT 7781")
        cls.strangers = cls.make_strangers("account.group_account_manager")

    def test_invoices(self):
        """Invoices, their lines and new ones: the host's access error, and nothing else."""
        line = self.get_product_lines(self.invoice)[0]
        values = {"move_id": self.invoice.id, "name": "Ligne", "price_unit": 3.0}
        tried = self.check_access_first(
            self.strangers, [self.invoice, line], [(self.env["account.move.line"], values)]
        )
        self.assertGreater(tried, 500)

    def test_payments(self):
        """Payments, and the entries they made."""
        self.keep_entries(self.bank_journal)
        payment = self.pay(self.invoice)
        tried = self.check_access_first(self.strangers, [payment, payment.move_id])
        self.assertGreater(tried, 300)

    def test_our_models(self):
        """Every public method of every model of ours that holds a record."""
        self.env.cr.flush()
        for name, model in sorted(self.env.items()):
            if name.startswith("koban.") and not model._abstract and not model._transient:
                domain = [("company_id", "=", self.company.id)]
                record = model.search(domain if "company_id" in model._fields else [], limit=1)
                if record:
                    self.check_access_first(self.strangers, [record])
