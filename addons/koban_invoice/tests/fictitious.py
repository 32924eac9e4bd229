"""Tools of the tests of TEST invoices."""

from .common import InvoiceCase


class FictitiousCase(InvoiceCase):
    """An operator, who may switch the mode TEST on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls.make_user(
            "koban_operator", "account.group_account_invoice", name="Camille Roche", lang="fr_FR"
        )
        cls.env["res.lang"]._activate_lang("fr_FR")

    def switch(self, active, user=None):
        return self.rpc(
            user or self.operator, self.env["res.users"], "action_toggle_test_mode", active
        )

    def make_test_invoice(self, validate=False, **values):
        """Create an invoice by the API, as the operator in the mode TEST."""
        self.switch(True)
        [values] = self.make_invoice_values(**values)
        id_ = self.rpc(self.operator, self.env["account.move"], "create", [values])[0]
        invoice = self.env["account.move"].browse(id_)
        if validate:
            self.rpc(self.operator, invoice, "action_post")
        return invoice

    def make_invoice_values(self, **values):
        return [
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [self.make_line()],
                **values,
            }
        ]
