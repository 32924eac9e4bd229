"""What happens to values when their data, kind, category or set change (rows 4-38, 4-39)."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import DataCase


@tagged("post_install", "-at_install", "koban_alone")
class TestKept(DataCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_set(
            "Servers",
            [
                {"name": "mémoire", "kind": "number", "unit": "To"},
                cls.choice("Disque", "Mécanique", "SSD"),
                {"name": "Wifi"},
            ],
            cls.printers,
        )
        cls.ssd, cls.mechanical = cls.disk.choice_ids

    def test_category_and_back(self):
        """Row 4-39: values of a category that is left come back with it."""
        article = self.make(data={self.cpu: "i7", self.wifi: True})
        article.koban_category_id = False
        self.assertFalse(article._list_data())
        article.koban_category_id = self.laptops
        self.assertEqual(article._list_data(), [("Processeur", "i7"), ("Wifi", "Yes")])

    def test_same_name(self):
        """Row 4-39: data of the same name and kind take over the value, choices by their name."""
        article = self.make(
            data={self.memory: 16, self.disk: self.ssd._get_key(), self.wifi: True, self.cpu: "i7"}
        )
        article.koban_category_id = self.printers
        memory, disk, wifi = self.other.data_ids
        self.assertEqual(self.value(article, memory), 16)
        self.assertEqual(self.value(article, disk), disk.choice_ids[1]._get_key())
        # Of the same name, and of another kind.
        self.assertIsNone(self.value(article, wifi))
        # What is written is not overwritten by what comes back.
        article.write(
            {"koban_category_id": self.computers.id, "koban_data": self.data({self.memory: 64})}
        )
        self.assertEqual(self.value(article, self.memory), 64)
        self.assertEqual(self.value(article, self.cpu), "i7")

    def test_warned(self):
        """Row 4-39: the form tells before it is saved which values are put aside."""
        article = self.make(data={self.cpu: "i7"}).with_user(self.manager)
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as log, Form(article) as form:
            form.koban_category_id = self.printers
        self.assertIn("Processeur: i7", "".join(log.output))
        self.assertFalse(article._list_data())
        article.koban_category_id = self.computers
        self.assertEqual(article._list_data(), [("Processeur", "i7")])

    def test_category_of_another_set(self):
        """Row 4-38: a category that moves to another set, by either door, and back."""
        article = self.make(data={self.cpu: "i7", self.memory: 16})
        self.computers.data_set_id = self.other
        self.assertEqual(article._list_data(), [("mémoire", "16 To")])
        self.set.category_ids = [Command.link(self.computers.id)]
        self.assertIn(("Processeur", "i7"), article._list_data())
        self.set.category_ids = [Command.set(self.laptops.ids)]
        self.assertFalse(article._list_data())
        self.computers.data_set_id = self.set
        self.assertIn(("Processeur", "i7"), article._list_data())

    def test_archived_data(self):
        """Row 4-38: archived, a data is shown nowhere, and comes back with its values."""
        article = self.make(data={self.cpu: "i7", self.memory: 16})
        self.cpu.active = False
        self.assertEqual(article._list_data(), [("Mémoire", "16 Go")])
        with Form(article.with_user(self.manager)) as form:
            form.name = "Saved meanwhile"
        article.koban_data = self.data({self.memory: 32})
        self.cpu.active = True
        self.assertEqual(article._list_data(), [("Processeur", "i7"), ("Mémoire", "32 Go")])

    def emptied(self, data, value):
        """Return an article whose value came back, and was emptied then."""
        article = self.make(data={data: value})
        article.koban_category_id = False
        article.koban_category_id = self.computers
        self.assertEqual(self.value(article, data), value)
        article.koban_data = self.data({data: False})
        return article

    def test_emptied(self):
        """Row 4-39: a value that is emptied after it came back stays empty."""
        article = self.emptied(self.cpu, "i7")
        for change in (
            lambda: self.printers.write({"data_set_id": self.set.id}),
            lambda: self.set.write({"category_ids": [Command.unlink(self.printers.id)]}),
            lambda: self.set.write({"category_ids": [Command.link(self.printers.id)]}),
            lambda: self.computers.write({"data_set_id": self.set.id}),
            lambda: self.memory.write({"active": False}),
            lambda: self.memory.write({"active": True}),
            lambda: self.cpu.write({"active": True}),
            lambda: self.cpu.write({"active": False}),
            lambda: self.cpu.write({"active": True}),
            lambda: article.write({"koban_category_id": self.laptops.id}),
            lambda: article.write({"koban_category_id": False}),
            lambda: article.write({"koban_category_id": self.computers.id}),
        ):
            change()
            self.assertFalse(self.value(article, self.cpu))
        self.assertEqual(self.cpu.value_count, 0)

    def test_emptied_while_others_are_archived(self):
        """Row 4-38: a value emptied while another data is archived stays empty."""
        article = self.make(data={self.cpu: "i7", self.memory: 16})
        self.cpu.active = False
        article.koban_data = self.data({self.memory: False})
        self.cpu.active = True
        self.assertEqual(article._list_data(), [("Processeur", "i7")])

    def test_emptied_under_its_other_name(self):
        """Row 4-39: a value that another set took over, and that is emptied there, is gone."""
        article = self.make(data={self.memory: 16, self.cpu: "i7"})
        article.koban_category_id = self.printers
        memory = self.other.data_ids[0]
        self.assertEqual(self.value(article, memory), 16)
        article.koban_data = self.data({memory: False})
        article.koban_category_id = self.computers
        self.assertEqual(article._list_data(), [("Processeur", "i7")])

    def test_written_over(self):
        """Row 4-39: a value that is written takes the place of its namesake that is put aside."""
        article = self.make(data={self.memory: 16})
        article.koban_category_id = self.printers
        article.write(
            {"koban_category_id": self.computers.id, "koban_data": self.data({self.memory: 64})}
        )
        article.koban_category_id = self.printers
        memory = self.other.data_ids[0]
        self.assertEqual(self.value(article, memory), 64)
        article.write(
            {"koban_category_id": self.computers.id, "koban_data": self.data({self.memory: 32})}
        )
        article.koban_data = self.data({self.memory: False})
        article.koban_category_id = False
        article.koban_category_id = self.computers
        self.assertFalse(self.value(article, self.memory))

    def test_only_what_moves(self):
        """Row 4-38: articles whose data stay are left alone, with what they keep of others."""
        article = self.make(data={self.disk: self.ssd._get_key(), self.cpu: "i7"})
        other = self.make_set("Tablets", [self.choice("Disque", "Flash")])
        article.koban_category_id = self.printers
        self.printers.data_set_id = other
        disk = other.data_ids
        self.assertFalse(self.value(article, disk))
        # Another choice makes it fit: where nothing moves, nothing comes in.
        disk.choice_ids = [Command.create({"name": "SSD"})]
        other.category_ids = [Command.create({"name": "Pads"})]
        article.koban_category_id = self.printers
        self.assertFalse(self.value(article, disk))

    def test_values_in_both(self):
        """Row 4-38: a value in use and one put aside of one article follow a kind, and count."""
        article = self.make(data={self.cpu: "16"})
        self.cpu.active = False
        article.koban_data = self.data({self.cpu: "many"})
        self.assertEqual(self.cpu.value_count, 1)
        self.refusal("article_data_kind", self.cpu.write, {"kind": "number"})
        article.koban_data = self.data({self.cpu: "17"})
        self.assertEqual(set(self.cpu._count_values()), {"16", "17"})
        self.cpu.kind = "number"
        article.invalidate_recordset()
        self.assertEqual(article.koban_data_kept[self.cpu._get_key()], 16)
        self.assertEqual(self.value(article, self.cpu), 17)

    def test_not_deleted(self):
        """Row 4-38: what articles have a value of is not deleted: nothing is lost in silence."""
        article = self.make(data={self.cpu: "i7", self.disk: self.ssd._get_key()})
        self.assertIn("Processeur", self.refusal("article_data_used", self.cpu.unlink))
        self.assertIn("SSD", self.refusal("article_data_used", self.ssd.unlink))
        self.refusal("article_data_used", self.set.unlink)
        self.release.unlink()
        self.mechanical.unlink()
        # Put aside counts too.
        article.koban_category_id = False
        self.refusal("article_data_used", self.cpu.unlink)
        self.assertEqual(self.cpu.value_count, 1)

    def test_kinds(self):
        """Row 4-38: another kind keeps the values that are of it, else it is refused."""
        article, other = self.make(data={self.cpu: "16,5"}), self.make(data={self.cpu: "8"})
        self.cpu.kind = "number"
        self.assertEqual([self.value(one, self.cpu) for one in (article, other)], [16.5, 8])
        self.cpu.kind = "choice"
        self.assertEqual(self.cpu.choice_ids.mapped("name"), ["16,5", "8"])
        self.assertEqual(article._list_data(), [("Processeur", "16,5")])
        self.cpu.kind = "text"
        self.assertEqual(self.value(other, self.cpu), "8")
        article.koban_data = self.data({self.cpu: "much"})
        told = self.refusal("article_data_kind", self.cpu.write, {"kind": "number"})
        self.assertIn("much", told)
        self.assertEqual(self.value(article, self.cpu), "much")

    def test_kinds_of_days(self):
        """Row 4-38: a date as a text and back; a yes as a choice."""
        article = self.make(data={self.release: "2026-03-01", self.wifi: True})
        self.release.kind = "text"
        self.assertEqual(self.value(article, self.release), "01/03/2026")
        self.release.kind = "date"
        self.assertEqual(self.value(article, self.release), "2026-03-01")
        self.wifi.write({"kind": "choice", "choice_ids": [Command.create({"name": "oui"})]})
        self.assertEqual(self.value(article, self.wifi), self.wifi.choice_ids._get_key())

    def test_no(self):
        """Row 4-38: a no is a value: it is kept and comes back, in another set and archived."""
        article = self.make(data={self.wifi: False, self.cpu: False})
        other = self.make_set(
            "Phones", [{"name": "WIFI", "kind": "yes_no"}, {"name": "Processeur"}]
        )
        phones = self.env["koban.product.category"].create({"name": "P", "data_set_id": other.id})
        article.koban_category_id = phones
        self.assertEqual(article._list_data(), [("WIFI", "No")])
        article.koban_category_id = False
        article.koban_category_id = self.computers
        self.assertEqual(article._list_data(), [("Wifi", "No")])
        self.wifi.active = False
        article.koban_data = self.data({self.cpu: "i7"})
        self.assertEqual(self.wifi.value_count, 1)
        self.wifi.active = True
        self.assertEqual(article._list_data(), [("Processeur", "i7"), ("Wifi", "No")])

    def test_no_of_a_form(self):
        """Row 4-39: a form that changes the category sends a no for all: a kept yes comes back."""
        article = self.make(data={self.wifi: True})
        article.koban_category_id = False
        values = self.data({self.wifi: False, self.cpu: False})
        article.write({"koban_category_id": self.computers.id, "koban_data": values})
        self.assertEqual(article._list_data(), [("Wifi", "Yes")])
        # Its own no before the yes of a namesake.
        other = self.make_set("Phones", [{"name": "WIFI", "kind": "yes_no"}])
        article.koban_data = self.data({self.wifi: False})
        article.koban_category_id = False
        self.env.cr.execute(
            "UPDATE product_template SET koban_data_kept = koban_data_kept "
            "|| jsonb_build_object(%s, true) WHERE id = %s",
            [other.data_ids._get_key(), article.id],
        )
        article.koban_category_id = self.computers
        self.assertEqual(article._list_data(), [("Wifi", "No")])

    def test_kinds_of_no(self):
        """Row 4-38: a no follows another kind; no value at all does not become one."""
        article, other = self.make(data={self.wifi: False}), self.make(data={self.wifi: True})
        kept = self.make(data={self.wifi: False})
        kept.koban_category_id = False
        none = self.make(data={self.cpu: "i7"})
        self.assertIn("non", self.refusal("article_data_kind", self.wifi.write, {"kind": "date"}))
        for kind in ("text", "choice"):
            self.wifi.kind = kind
            self.assertEqual(article._list_data(), [("Wifi", "non")])
            self.assertEqual(other._list_data(), [("Wifi", "oui")])
            none.koban_data = self.data({self.wifi: False})  # as a form sends it
            self.wifi.kind = "yes_no"
            self.assertEqual(article._list_data(), [("Wifi", "No")])
            self.assertEqual(other._list_data(), [("Wifi", "Yes")])
            self.assertFalse(none._list_data())
        kept.koban_category_id = self.computers
        self.assertEqual(kept._list_data(), [("Wifi", "No")])

    def test_category_deleted(self):
        """Row 4-39: the values of a deleted category are put aside."""
        article = self.make(data={self.cpu: "i7"})
        self.computers.unlink()
        self.env.flush_all()
        article.koban_category_id = self.laptops
        self.assertEqual(article._list_data(), [("Processeur", "i7")])

    def test_queries(self):
        """Issue 13, speed: values are kept and come back for any number of articles at once."""
        counts = []
        for size in (5, 50):
            self.env["product.template"].create(
                [
                    {
                        "name": f"PC {size}-{rank}",
                        "koban_category_id": self.computers.id,
                        "koban_data": self.data({self.cpu: f"i{rank}"}),
                    }
                    for rank in range(size)
                ]
            )
            with self.counted() as count:
                self.computers.data_set_id = self.other
                self.env.flush_all()
                self.computers.data_set_id = self.set
            counts += count
        self.assertLessEqual(counts[1] - counts[0], 10)
