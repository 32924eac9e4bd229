"""Tools of the tests of legal mentions: a company whose papers are complete."""

from odoo.fields import Command

from .paper import InvoicePaperCase

EU_CODE = "base.be"


def get_words(value) -> str:
    """Return every text of a page, as one."""
    if isinstance(value, dict):
        return " ".join(get_words(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(get_words(item) for item in value)
    return str(value) if value else ""


class MentionCase(InvoicePaperCase):
    """A professional and a private customer; goods and services; a company that lacks nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "ape": "4332C",
                "legal_form": "sarl",
                "share_capital": 50000.0,
                "rcs_city": "Lyon",
                "mention_check": "warn",
            }
        )
        cls.customer.write({"company_registry": "22222222600011", "vat": "FR46222222226"})
        cls.person = cls.env["res.partner"].create(
            {
                "name": "Élise Garnier",
                "street": "8 rue du Pressoir",
                "zip": "69210",
                "city": "Sain-Bel",
                "country_id": cls.france.id,
                "lang": "fr_FR",
            }
        )
        cls.belgian = cls.env["res.partner"].create(
            {
                "name": "Bureaux Meuse SA",
                "is_company": True,
                "street": "21 rue du Pont",
                "zip": "4000",
                "city": "Liège",
                "country_id": cls.env.ref("base.be").id,
                "vat": "BE0404040434",
                "lang": "fr_FR",
            }
        )
        cls.goods = cls.make_product("Bureau", type="consu")
        cls.zero = cls.tax.copy({"name": "0 % test", "amount": 0.0, "invoice_label": "TVA 0%"})

    @classmethod
    def make_sale(cls, *products, untaxed=False, post=False, price=200.0, **values):
        """Create a draft invoice of one of each product, of 200 € before tax."""
        taxes = cls.zero if untaxed else cls.tax
        lines = [
            Command.create(
                {
                    "product_id": product.id,
                    "name": product.name,
                    "quantity": 1,
                    "price_unit": price,
                    "tax_ids": [Command.set(taxes.ids)],
                }
            )
            for product in products or (cls.product,)
        ]
        values = {"narration": False, "fiscal_position_id": False, **values}
        return cls.make_invoice(
            post=post,
            lines=lines,
            **{
                "partner_bank_id": cls.bank.id,
                "invoice_payment_term_id": False,
                "invoice_date_due": "2026-04-09",
                "contact_id": False,
                **values,
            },
        )

    def read_page(self, document) -> str:
        """Return the texts of the page, in the language of the paper."""
        page = document._prepare_page()
        names = ("title", "number", "issuer", "legal", "recipient", "delivery", "facts",
                 "notices", "columns", "rows", "taxes", "totals", "due", "payment",
                 "mentions")  # fmt: skip
        words = get_words([page[name] for name in names])
        return " ".join(words.split())

    def assert_mention(self, text, document, present=True):
        self.env.invalidate_all()
        check = self.assertIn if present else self.assertNotIn
        check(text, self.read_page(document))
