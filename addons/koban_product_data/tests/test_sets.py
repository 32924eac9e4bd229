"""Sets of own data: ten at most, shared by categories, and nobody else's to define (row 4-38)."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestSets(DataCase):
    def test_form(self):
        """Row 4-38: as the manager on the form: a name, categories, data with their type."""
        view = "koban_product_data.koban_product_data_set_view_form"
        with Form(self.env["koban.product.data.set"].with_user(self.manager), view=view) as form:
            form.name = "Printers"
            with form.data_ids.new() as row:
                row.name = "Speed"
                row.kind = "number"
                row.unit = "ppm"
            with form.data_ids.new() as row:
                row.name = "Colour"
                row.kind = "choice"
                for name in ("Black", "Colours"):
                    with row.choice_ids.new() as choice:
                        choice.name = name
        one = form.record
        one.category_ids = [Command.link(self.printers.id)]
        speed, colour = one.data_ids
        self.assertEqual(self.printers.data_set_id, one)
        self.assertEqual(
            one.definition,
            [
                {"name": speed._get_key(), "string": "Speed", "type": "float", "suffix": "ppm"},
                {
                    "name": colour._get_key(),
                    "string": "Colour",
                    "type": "selection",
                    "selection": [[choice._get_key(), choice.name] for choice in colour.choice_ids],
                },
            ],
        )

    def test_shared(self):
        """Row 4-38: a set for several categories, one set for each."""
        desktop, laptop = self.make(category=self.computers), self.make(category=self.laptops)
        printer = self.make(category=self.printers)
        self.assertEqual((desktop + laptop).koban_data_set_id, self.set)
        self.assertFalse(printer.koban_data_set_id)
        self.assertEqual(self.set.article_count, 2)

    def test_ten_at_most(self):
        """Issue 13, bad input: eleven data, with every other reason; nothing is half done."""
        before = self.env["koban.product.data.set"].search_count([])
        rows = [{"name": f"Data {rank}"} for rank in range(9)]
        rows += [{"name": "DATA 1"}, {"name": "Colour", "kind": "choice"}]
        told = self.refusal("article_data_set", self.make_set, "Eleven", rows)
        for part in ("11", "DATA 1", "Colour"):
            self.assertIn(part, told)
        self.assertEqual(self.env["koban.product.data.set"].search_count([]), before)
        ten = self.make_set("Ten", [*rows[:9], {"name": "Tenth"}])
        self.assertEqual(sorted(ten.data_ids.mapped("place")), list(range(1, 11)))
        self.refusal(
            "article_data_set", self.env["koban.product.data"].create,
            {"set_id": ten.id, "name": "Eleventh"},
        )  # fmt: skip
        # One that is archived leaves its place, and finds none when it comes back.
        first = ten.data_ids[0]
        first.active = False
        self.env["koban.product.data"].create({"set_id": ten.id, "name": "Eleventh"})
        self.refusal("article_data_set", first.write, {"active": True})

    def test_wrong_rows(self):
        """“Bad input”: a second of a name, a choice that loses its choices, another set."""
        self.refusal("article_data_set", self.memory.write, {"name": "processeur"})
        self.refusal("article_data_set", self.disk.write, {"choice_ids": [Command.clear()]})
        self.refusal("article_data_set", self.cpu.write, {"kind": "choice"})
        ssd = self.disk.choice_ids[0]
        self.refusal("article_data_set", ssd.copy, {"name": "ssd"})
        other = self.make_set("Other", [{"name": "X"}])
        self.refusal("article_data_set", self.cpu.write, {"set_id": other.id})

    def test_nobody_else_defines(self):
        """Row 4-38: neither an API nor the host's widget adds data on an article."""
        article = self.make(data={self.cpu: "i7"}).with_user(self.manager)
        told = self.refusal(
            "article_data_definition", self.set.with_user(self.manager).write,
            {"definition": [{"name": "x", "type": "char", "string": "X"}]},
        )  # fmt: skip
        self.assertIn("Configuration", told)
        listed = [*article.read(["koban_data"])[0]["koban_data"]]
        listed.append(
            {"name": "x1", "type": "char", "string": "X", "value": "v", "definition_changed": True}
        )
        self.refusal("article_data_definition", article.write, {"koban_data": listed})
        self.assertEqual(len(self.set.definition), 5)

    def test_renamed(self):
        """Row 4-38: names, units, choices and order may change: articles follow."""
        ssd = self.disk.choice_ids[0]
        article = self.make(data={self.memory: 16, self.disk: ssd._get_key()})
        self.memory.write({"name": "RAM", "unit": "GiB", "sequence": 1})
        ssd.name = "NVMe"
        self.env.flush_all()
        self.assertEqual(article._list_data()[0], ("RAM", "16 GiB"))
        self.assertIn(("Disque", "NVMe"), article._list_data())

    def test_rights(self):
        """Row 4-38: everyone reads the sets, who manages articles changes them."""
        sets = self.env["koban.product.data.set"]
        self.assertTrue(sets.with_user(self.clerk).search([("id", "=", self.set.id)]).definition)
        for call in (
            lambda: sets.with_user(self.clerk).create({"name": "X"}),
            lambda: self.cpu.with_user(self.clerk).write({"name": "X"}),
            lambda: self.disk.choice_ids[0].with_user(self.clerk).unlink(),
            lambda: self.computers.with_user(self.clerk).write({"data_set_id": False}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertTrue(self.set.with_user(self.manager).copy().data_ids)

    def test_copied_set(self):
        """Row 4-38: a copy has the data and their choices, and no category."""
        copy = self.set.copy()
        self.assertEqual(copy.data_ids.mapped("name"), self.set.data_ids.mapped("name"))
        self.assertEqual(copy.data_ids.choice_ids.mapped("name"), ["SSD", "Mécanique"])
        self.assertFalse(copy.category_ids)
        self.assertEqual(len(copy.definition), 5)
