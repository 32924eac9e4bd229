"""Tools of the tests of invoices on paper."""

from odoo.fields import Command

from odoo.addons.koban_document.tests.paper import PaperMixin

from .common import InvoiceCase

REPORT = "account.account_invoices"


class InvoicePaperCase(PaperMixin, InvoiceCase):
    """Invoices of one company, of one page and of several."""

    picture_addon = "koban_invoice"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.write({"lang": "fr_FR", "ref": "CL-0042"})
        cls.product.write({"name": "Étude", "default_code": "ETU-01"})
        cls.tax.tax_group_id.name = "TVA 20%"
        bank = cls.env["res.bank"].create({"name": "Banque du Rhône", "bic": "AGRIFRPP"})
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "bank_id": bank.id,
                "allow_out_payment": True,
            }
        )
        cls.seller = cls.make_user("paper_seller", "", name="Camille Roche", email=False)
        cls.invoices = cls.get_models("invoice")

    def make_paper(self, lines=None, **values):
        values = {
            "partner_bank_id": self.bank.id,
            "invoice_user_id": self.seller.id,
            "invoice_payment_term_id": False,
            "invoice_date_due": "2026-04-09",
            **values,
        }
        lines = lines or [
            self.make_line(name="[ETU-01] Étude du projet\nRelevé sur place"),
            self.make_line(name="Remise des plans", quantity=1, price_unit=50.0, discount=10.0),
        ]
        return self.make_invoice(lines=lines, **values)

    def make_long(self, **values):
        """An invoice of sixty lines in six groups."""
        lines = []
        for group in range(1, 7):
            lines.append(Command.create({"display_type": "line_section", "name": f"Lot {group}"}))
            lines += [
                self.make_line(name=f"Ouvrage {group}.{rank}\nFourniture et pose", quantity=rank)
                for rank in range(1, 11)
            ]
        return self.make_paper(lines, **values)
