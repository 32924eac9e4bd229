"""The drafts are those that the host would make of the same lines (issue 5, Speed)."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_contract.models import koban_contract_billing

from .common import ContractCase

COMPARED = (
    "display_type", "account_id", "name", "quantity", "price_unit", "discount", "price_subtotal",
    "price_total", "balance", "amount_currency", "tax_ids", "tax_tag_ids", "tax_line_id",
    "tax_repartition_line_id", "tax_base_amount", "partner_id", "date_maturity", "group_tax_id",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestReadyInvoices(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.included = cls.tax.copy(
            {"name": "Included", "price_include_override": "tax_included", "amount": 10.0}
        )
        cls.fixed = cls.tax.copy(
            {"name": "Eco", "amount_type": "fixed", "amount": 0.35, "include_base_amount": True}
        )
        cls.group = cls.env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "type_tax_use": cls.tax.type_tax_use,
                "tax_scope": cls.tax.tax_scope,
                "children_tax_ids": [Command.set((cls.fixed | cls.other_tax).ids)],
            }
        )

    def get_lines(self, move):
        """Return what the lines say, but for the numbers of contracts in titles."""
        return sorted(
            (
                tuple(
                    line[name].ids if hasattr(line[name], "ids") else line[name]
                    for name in COMPARED
                )
                for line in move.line_ids
                if line.display_type != "line_section"
            ),
            key=repr,
        )

    def assertSame(self, lines, day="2026-01-01", readings=(), **values):
        """Bill contracts of these lines in both ways; return the drafts.

        :param readings: of each consumption: ``[(day, value)]``
        """
        drafts = []
        for complete in (koban_contract_billing.complete, lambda env, given: given):
            with patch.object(koban_contract_billing, "complete", complete):
                contract = self.make_contract(lines=lines, **values)
                if values.get("grouping") == "customer":
                    contract |= self.make_contract(lines=lines, **values)
                self.env["koban.meter.reading"].create(
                    [
                        {"line_id": line.id, "date": read, "value": value}
                        for line in contract._get_usage_lines()
                        for read, value in readings
                    ]
                )
                run = self.env["koban.billing.run"].create_run(day, contract.ids)
                run = self.env["koban.billing.run"].browse(run["id"])
                run._process()
                self.assertFalse(run.failure_ids, run.failure_ids.mapped("reason"))
                drafts.append(run.move_ids)
        ready, plain = drafts
        self.assertEqual(len(ready), 1)
        self.assertEqual(self.get_lines(ready), self.get_lines(plain))
        self.assertEqual(ready.tax_totals, plain.tax_totals)
        for name in ("amount_untaxed", "amount_tax", "amount_total", "amount_residual"):
            self.assertEqual(ready[name], plain[name])
        return ready, plain

    def line(self, taxes, quantity=1, price=100.0, discount=0.0):
        return self.make_line(
            tax_ids=[Command.set(taxes.ids)], quantity=quantity, price_unit=price, discount=discount
        )

    def test_taxes(self):
        """Any mix of taxes: the same accounts, balances, tags and totals as the host's."""
        none = self.env["account.tax"]
        mixes = [
            [(self.tax, 2, 100.0, 0.0)],
            [(self.tax, 3, 33.33, 7.5), (self.other_tax, 1, 0.07, 0.0), (self.tax, 7, 1.13, 0.0)],
            [(self.included, 3, 9.99, 5.0), (self.tax, 1, 10.0, 0.0)],
            [(self.fixed | self.tax, 5, 12.34, 0.0), (none, 1, 50.0, 0.0)],
            [(self.group, 2, 19.99, 0.0), (self.tax, -1, 15.0, 0.0)],
            [(self.tax, 1, 0.0, 0.0)],
        ]
        for kind in ("sale", "purchase"):
            for mix in mixes:
                with self.subTest(kind=kind, mix=mix):
                    lines = [self.line(*item) for item in mix]
                    self.assertSame(lines, kind=kind, payment_term_id=self.terms.id)

    def test_rounding(self):
        """Tax rounded by line or in whole, as the company says: the same cents."""
        prices = [(1, 10.03), (3, 7.77), (11, 0.19), (1, 99.99)]
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            lines = [self.line(self.tax, quantity, price) for quantity, price in prices]
            self.assertSame(lines)

    def test_usage(self):
        """Consumption in tiers, with discounts and decimals: the host's cents, the ledger too."""
        tiers = [(0, 0.0473), (100, 0.0319), (1000.5, 0.0041)]
        usage = {"charge": "usage", "name": "Copies", "included_volume": 250, "quantity": 1}
        lines = [
            self.line(self.tax, 3, 33.33, 7.5),
            self.make_line(
                **usage,
                discount=12.5,
                tax_ids=[Command.set((self.fixed | self.tax).ids)],
                tier_ids=[
                    Command.create({"start": start, "price": price}) for start, price in tiers
                ],
            ),
            self.make_line(**{**usage, "name": "Colour"}, price_unit=0.0999),
        ]
        readings = [("2026-01-01", 1000), ("2026-01-31", 3333.33), ("2026-02-28", 3400)]
        for grouping in ("contract", "customer"):
            for method in ("round_per_line", "round_globally"):
                self.company.tax_calculation_rounding_method = method
                with self.subTest(grouping=grouping, method=method):
                    for draft in self.assertSame(
                        lines, "2026-03-01", readings, grouping=grouping, timing="arrears"
                    ):
                        rows = draft._get_contract_periods()
                        self.assertEqual(len(rows), 6 if grouping == "contract" else 12)
                        for row in rows:
                            billed = sum(row.move_line_ids.mapped("price_subtotal"))
                            self.assertAlmostEqual(row.amount, billed)

    def test_edited(self):
        """Someone may still edit the draft: taxes and terms follow, as on any other."""
        pair = self.assertSame([self.line(self.tax), self.line(self.other_tax, price=50.0)])
        for draft in pair:
            line = draft.invoice_line_ids[0]
            line.write({"quantity": 4})
            draft.invoice_line_ids[1].unlink()
        self.assertEqual(*(self.get_lines(draft) for draft in pair))
        self.assertEqual(pair[0].amount_total, 480.0)
        pair[0].action_post()
        self.assertEqual(pair[0].amount_residual, 480.0)
