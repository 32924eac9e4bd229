"""Row 2-55: orders in the archives."""

import json
import zipfile

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_archive.tests.archives import ArchiveMixin, read_rows, verify

from .common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderArchive(ArchiveMixin, OrderCase):
    def make_order_on(self, moment, **values):
        """Return an order confirmed at a moment, in UTC."""
        order = self.make_order(**values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s WHERE id = %s", [moment, order.id]
        )
        self.env.invalidate_all()
        self.env.cr.flush()  # sealed now
        return order

    def test_local_day(self):
        """Row 2-55: an order is in the period of its day at the company, not of the day in UTC."""
        self.company.partner_id.tz = "Europe/Paris"
        before = self.make_order_on("2026-06-30 21:59:59")
        after = self.make_order_on("2026-06-30 22:00:00")
        for first, last, order, other in (
            ("2026-06-01", "2026-06-30", before, after),
            ("2026-07-01", "2026-07-31", after, before),
        ):
            path = self.get_copy(self.make_archive(first, last))
            numbers = {row["number"] for row in read_rows(path, "donnees/commandes.jsonl")}
            self.assertIn(order.name, numbers)
            self.assertNotIn(other.name, numbers)
            status, text = verify(path)
            self.assertEqual(status, 0, text)
        # One that is left out is missed, on the same day.
        signed = self.sign_again(path, {"donnees/commandes.jsonl": b""})
        self.assertIn(f"{after.name} : scellé", verify(signed)[1])
        self.assertNotIn(f"{before.name} : scellé", verify(signed)[1])

    def test_first_day(self):
        """Row 2-55: the first archive begins on the day of the first order at the company."""
        self.company.partner_id.tz = "Pacific/Noumea"
        self.make_order_on("2019-12-31 13:00:00")
        self.assertEqual(str(self.env["koban.archive"]._get_first_date(self.company)), "2020-01-01")

    def test_totals(self):
        """Row 2-55: the manifest adds up the orders of each currency apart."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        prices = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id, "company_id": self.company.id}
        )
        line = self.make_order_line(product_uom_qty=1, price_unit=10.0, tax_ids=[Command.clear()])
        for values in ({}, {}, {"pricelist_id": prices.id}):
            self.make_order_on("2019-06-15 12:00:00", lines=[line], **values)
        path = self.get_copy(self.make_archive("2019-06-01", "2019-06-30"))
        with zipfile.ZipFile(path) as archive:
            totals = json.loads(archive.read("manifest.json"))["totals"]["commandes"]
        amounts = {name: float(total) for name, total in totals["amount_total"].items()}
        self.assertEqual(amounts, {"EUR": 20.0, "USD": 10.0})
