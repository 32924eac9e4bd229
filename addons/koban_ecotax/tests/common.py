"""Articles that bear an eco-tax, of a French company."""

from odoo.fields import Command

from odoo.addons.koban_sales.tests.common import OrderCase


class EcotaxCase(OrderCase):
    """An eco-organisation with a table of two categories, and an article of each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organisation = cls.env["koban.ecotax.organisation"].create(
            {"name": "Ecorecycle", "member_number": "FR-0042"}
        )
        cls.ecotax = cls.make_ecotax("OVEN", "Ovens", ("2025-01-01", 10.0))
        cls.small = cls.make_ecotax("LAMP", "Lamps", ("2025-01-01", 2.0))
        cls.article = cls.make_article("Deck oven", cls.ecotax)
        cls.lamp = cls.make_article("Desk lamp", cls.small, list_price=12.0)
        cls.tax_included = cls.tax.copy(
            {"name": "20% in the price", "price_include_override": "tax_included"}
        )

    @classmethod
    def make_ecotax(cls, code, name, *rates, **values):
        return cls.env["koban.ecotax"].create(
            {
                "code": code,
                "name": name,
                "organisation_id": cls.organisation.id,
                "rate_ids": [
                    Command.create({"date_from": day, "amount": amount}) for day, amount in rates
                ],
                **values,
            }
        )

    @classmethod
    def make_article(cls, name, ecotax, **values):
        values = {"type": "consu", "invoice_policy": "order", **values}
        return cls.make_product(name, koban_ecotax_id=ecotax.id, **values)

    @classmethod
    def make_eco_invoice(cls, *lines, post=True, **values):
        """Create an invoice of lines: an article or values; without taxes, the article's."""
        commands = []
        for line in lines:
            given = line if isinstance(line, dict) else {"product_id": line.id}
            commands.append(Command.create(given))
        values = {"invoice_payment_term_id": False, **values}
        return cls.make_invoice(post=post, lines=commands, **values)

    @classmethod
    def make_eco_order(cls, *lines, confirm=False, **values):
        commands = [
            Command.create(line if isinstance(line, dict) else {"product_id": line.id})
            for line in lines
        ]
        return cls.make_order(confirm=confirm, lines=commands, **values)

    @classmethod
    def make_dollar(cls):
        """Have dollars at 1.25 from January on, at 1.50 from the 15th of February on."""
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        rates = cls.env["res.currency.rate"].search([("currency_id", "=", dollar.id)])
        rates.unlink()
        rates.create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": dollar.id,
                    "company_id": cls.company.id,
                }
                for day, rate in (("2026-01-01", 1.25), ("2026-02-15", 1.5))
            ]
        )
        return dollar

    def included(self, **values):
        """Return a line of the lamp at 12.00 incl. VAT, of which an eco-tax of 2.40."""
        return {
            "product_id": self.lamp.id,
            "price_unit": 12.0,
            "tax_ids": [Command.set(self.tax_included.ids)],
            **values,
        }

    def get_ecotax_lines(self, move):
        """Return the items of the entry that post eco-taxes."""
        return move.line_ids.filtered(lambda line: line.tax_line_id.koban_ecotax_id)

    def get_amounts(self, document):
        """Return before tax and eco-tax, eco-tax, VAT, total."""
        ecotax = document._get_ecotax_total()
        vat = document.currency_id.round(document.amount_tax - ecotax)
        return document.amount_untaxed, ecotax, vat, document.amount_total
