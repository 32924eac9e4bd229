"""Tools of the tests that rename what a document names."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from odoo.addons.koban_guard.models import document_mixin

# What they are called before and after; no word of one stands in the other.
OLD_WORDS = (
    "Ancienne Boulangerie", "3 rue Vieille", "69003", "Vieuxbourg", "FR23334175221",
    "Ancien Atelier", "7 quai Passé", "FR11123456782",
)  # fmt: skip
NEW_WORDS = (
    "Nouvelle Enseigne", "88 avenue Neuve", "33000", "Villeneuve", "FR40303265045",
    "Futur Atelier", "9 place Moderne", "FR83404833048",
)  # fmt: skip


class Renaming:
    """Of cases with a customer, a company, a product, a tax and terms of payment."""

    @classmethod
    def set_up_names(cls):
        """Give all that a document names a name that is looked for."""
        cls.tax = cls.tax.copy({"name": "TVA ancienne", "amount": 20.0})
        cls.tax.invoice_label = "20 % ancien"
        cls.tax.tax_group_id = cls.tax.tax_group_id.copy({"name": "Groupe ancien"})
        cls.unit = cls.env["uom.uom"].create({"name": "Toise ancienne", "relative_factor": 1.0})
        cls.customer.write(
            {
                "name": "Ancienne Boulangerie",
                "street": "3 rue Vieille",
                "zip": "69003",
                "city": "Vieuxbourg",
                "vat": "FR23334175221",
                "company_registry": "334175221",
            }
        )
        cls.contact.name = "Claire Avant"
        cls.company.write(
            {
                "name": "Ancien Atelier",
                "street": "7 quai Passé",
                "vat": "FR11123456782",
                "report_footer": False,
            }
        )
        cls.terms.write({"name": "Terme ancien", "note": "<p>Règlement ancien</p>"})
        cls.payment_method_line.name = "Moyen ancien"

    def rename(self):
        """Rename and move all of it, months after the validation."""
        self.customer.write(
            {
                "name": "Nouvelle Enseigne",
                "street": "88 avenue Neuve",
                "zip": "33000",
                "city": "Villeneuve",
                "vat": "FR40303265045",
                "company_registry": "303265045",
            }
        )
        self.contact.name = "Claire Après"
        self.company.partner_id.write({"vat": "FR83404833048", "company_registry": "404833048"})
        self.company.write({"name": "Futur Atelier", "street": "9 place Moderne"})
        self.tax.write({"name": "TVA nouvelle", "invoice_label": "5 % nouveau"})
        self.tax.tax_group_id.name = "Groupe nouveau"
        self.unit.name = "Toise nouvelle"
        self.product.write({"name": "Article nouveau", "default_code": "NEW-99"})
        self.terms.write({"name": "Terme nouveau", "note": "<p>Règlement nouveau</p>"})
        self.payment_method_line.name = "Moyen nouveau"
        self.company.currency_id.write({"symbol": "EUR$", "position": "before"})
        self.env.flush_all()
        # The rate of a tax that validated documents use is refused elsewhere.
        self.env.cr.execute(SQL("UPDATE account_tax SET amount = 5 WHERE id = %s", self.tax.id))
        self.env.invalidate_all()

    def assert_words(self, text, there, missing):
        """The text has all of some words, and none of others."""
        self.assertEqual([word for word in there if word not in text], [])
        self.assertEqual([word for word in missing if word in text], [])

    @contextmanager
    def without_names(self):
        """Validate as before names were frozen, until ``on`` is set in what is given."""
        freezing, freeze_names = {"on": False}, document_mixin.freeze_names

        def freeze(documents):
            if freezing["on"]:
                freeze_names(documents)

        with patch.object(document_mixin, "freeze_names", freeze):
            yield freezing
