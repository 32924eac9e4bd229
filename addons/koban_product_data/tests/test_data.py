"""Own data on articles: typed, in place of the characteristics, copied (rows 4-38 to 4-40)."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestData(DataCase):
    def test_typed(self):
        """Row 4-38: a text, a number with its unit, a choice, a yes, a date."""
        ssd = self.disk.choice_ids[0]
        article = self.make(
            data={
                self.cpu: "i7-1425BST",
                self.memory: 16,
                self.disk: ssd._get_key(),
                self.wifi: True,
                self.release: "2026-03-01",
            }
        )
        self.assertEqual(
            article._list_data(),
            [
                ("Processeur", "i7-1425BST"),
                ("Mémoire", "16 Go"),
                ("Disque", "SSD"),
                ("Wifi", "Yes"),
                ("Sortie", "01/03/2026"),
            ],
        )

    def test_shown_at_once(self):
        """Row 4-39: a form has the data of a category as soon as it is chosen, before a save."""
        spec = {"koban_data_set_id": {"fields": {}}, "koban_data": {}}
        for name in ("product.template", "product.product"):
            articles = self.env[name].with_user(self.manager)
            values = {"koban_category_id": self.laptops.id, "koban_data": []}
            shown = articles.onchange(values, ["koban_category_id"], spec)["value"]
            labels = [data["string"] for data in shown["koban_data"]]
            self.assertEqual(labels, ["Processeur", "Mémoire", "Disque", "Wifi", "Sortie"], name)
            renamed = articles.onchange({**values, "name": "PC"}, ["name"], {**spec, "name": {}})
            self.assertNotIn("koban_data", renamed.get("value", {}))
        article = self.make(data={self.memory: 16})
        values = {"koban_category_id": self.printers.id}
        shown = article.onchange(values, ["koban_category_id"], spec)["value"]
        self.assertFalse(shown["koban_data"])

    def test_wrong_values(self):
        """“Bad input”: values of another kind are refused, each with its reason, all at once."""
        article = self.make()
        values = self.data({self.memory: "much", self.disk: "choice_0", self.release: "soon"})
        told = self.refusal("article_data_value", article.write, {"koban_data": values})
        for part in ("Mémoire", "much", "Disque", "Sortie", "soon"):
            self.assertIn(part, told)
        self.refusal("article_data_value", self.make, data={self.wifi: "maybe"})

    def test_variant(self):
        """Row 4-38: an article made or read as a variant, as lines and APIs do."""
        product = self.env["product.product"].create(
            {
                "name": "PC HP",
                "koban_category_id": self.laptops.id,
                "koban_data": self.data({self.memory: 32}),
            }
        )
        self.assertEqual(product.product_tmpl_id._list_data(), [("Mémoire", "32 Go")])
        product.koban_data = self.data({self.memory: 64})
        self.assertEqual(self.value(product.product_tmpl_id, self.memory), 64)

    def test_copy(self):
        """Row 4-40: copied with the article."""
        article = self.make(data={self.cpu: "i7", self.memory: 16})
        self.assertEqual(article.copy()._list_data(), article._list_data())

    def test_form(self):
        """Row 4-39: the category decides: data in place of the characteristics, or these."""
        with Form(self.env["product.template"].with_user(self.manager)) as form:
            form.name = "PC"
            form.koban_category_id = self.computers
            self.assertEqual(form.koban_data_set_id, self.set)
            form.koban_category_id = self.printers
            self.assertFalse(form.koban_data_set_id)
            form.koban_category_id = self.laptops
        self.assertEqual(form.record.koban_data_set_id, self.set)
        arch = self.env["product.template"].get_view(view_type="form")["arch"]
        self.assertIn('name="internal_notes" string="Characteristics"', arch)

    def test_search_by_value(self):
        """Row 4-41: the host's search by one of the data."""
        small, large = self.make(data={self.memory: 8}), self.make(data={self.memory: 32})
        found = self.env["product.template"].search(
            [(f"koban_data.{self.memory._get_key()}", ">", 16)]
        )
        self.assertEqual(found & (small + large), large)

    def test_set_is_computed(self):
        """“Bad input”: the set of an article is that of its category, whatever a client sends."""
        other = self.make_set("Other", [{"name": "X"}])
        article = self.make(koban_data_set_id=other.id)
        self.assertEqual(article.koban_data_set_id, self.set)
        article.koban_data_set_id = other
        self.assertEqual(article.koban_data_set_id, self.set)

    def test_new_data(self):
        """Row 4-38: data added later are there at once; articles keep theirs."""
        article = self.make(data={self.cpu: "i7"})
        self.set.data_ids = [Command.create({"name": "Poids", "kind": "number", "unit": "kg"})]
        weight = self.set.data_ids[-1]
        article.koban_data = {**article._get_data_values(), **self.data({weight: 1.5})}
        self.assertEqual(article._list_data(), [("Processeur", "i7"), ("Poids", "1,5 kg")])

    def test_no_category(self):
        """Row 4-38: what is no category, as a client may send it, makes an article without data."""
        for model in ("product.template", "product.product"):
            article = self.env[model].create({"name": "None", "koban_category_id": ""})
            self.assertFalse(article.koban_category_id)
            article.koban_category_id = self.computers
            article.write({"koban_category_id": ""})
            self.assertFalse(article.koban_data_set_id)

    def test_queries(self):
        """Issue 13, speed: own data cost no query by article, in a batch of any size."""
        costs = []
        for size in (5, 50):
            counts = []
            for values in ({}, {"koban_category_id": self.computers.id}):
                with self.counted() as count:
                    self.env["product.product"].create(
                        [
                            {"name": f"PC {size}-{rank}", "koban_data": data, **values}
                            for rank in range(size)
                            if (data := values and self.data({self.cpu: f"i{rank}"})) is not None
                        ]
                    )
                counts += count
            costs.append(counts[1] - counts[0])
        self.assertLessEqual(costs[1], 12, "for fifty of them")
