"""The guard of invoices and payments speaks after the access rights (DESIGN §2)."""

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

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


@tagged("post_install", "-at_install")
class TestAccessOverHttp(AccessFirst, HttpCase, InvoiceCase):
    """A request of the web client, with its own transaction and its own end."""

    def test_portal(self):
        """Another customer's portal user: an access error, without number, text or journal."""
        invoice = self.make_invoice(ref="CONTRAT 7781")
        line = self.get_product_lines(invoice)[0]
        portal = self.make_strangers("account.group_account_manager")[0]
        portal.password = "access_portal"
        self.env.flush_all()
        self.authenticate("access_portal", "access_portal")
        secrets = self.find_secrets(invoice) | self.find_secrets(line)
        before = len(self.get_events("refusal"))
        for record, method, arguments in (
            (invoice, "write", [{"ref": "CONTRAT 7781"}]),
            (invoice, "write", [{"ref": "x"}]),
            (invoice, "unlink", []),
            (invoice, "action_cancel_document", []),
            (invoice, "button_draft", []),
            (line, "write", [{"price_unit": 3.0}]),
            (line, "unlink", []),
        ):
            params = {"model": record._name, "method": method, "kwargs": {},
                      "args": [record.ids, *arguments]}  # fmt: skip
            with self.subTest(model=record._name, method=method), mute_logger("odoo.http"):
                request = {"jsonrpc": "2.0", "method": "call", "params": params}
                answer = self.url_open("/web/dataset/call_kw", json=request)
                error = answer.json()["error"]["data"]
                self.assertEqual(error["name"], "odoo.exceptions.AccessError")
                for secret in secrets:
                    self.assertNotIn(secret, error["message"])
        self.assertEqual(len(self.get_events("refusal")), before)
