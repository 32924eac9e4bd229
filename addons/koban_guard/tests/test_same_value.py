"""What changes nothing: ``guard.is_same_value`` held against the ORM itself."""

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_guard.tools.passes import get_resulting_ids, is_same_value

from .common import DocumentCase

QUICK = settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXTS = st.one_of(st.just(False), st.text(string.ascii_letters + " é", max_size=4))
# Positions in a list of four records.
PLACES = st.integers(0, 3)
COMMANDS = st.lists(
    st.one_of(
        st.tuples(st.just("link"), PLACES),
        st.tuples(st.just("unlink"), PLACES),
        st.tuples(st.just("clear"), st.just(0)),
        st.tuples(st.just("set"), st.sets(PLACES)),
    ),
    max_size=4,
)


@tagged("post_install", "-at_install")
class TestSameValue(DocumentCase):
    """If the guard says “same”, writing changes nothing; if not, it lets nothing through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Same"})
        cls.categories = cls.env["res.partner.category"].create(
            [{"name": f"Category {number}"} for number in range(4)]
        )
        cls.children = cls.env["res.partner"].create(
            [{"name": f"Child {number}"} for number in range(4)]
        )

    def get_stored(self, name):
        self.env.flush_all()
        self.partner.invalidate_recordset()
        field = self.partner._fields[name]
        if field.relational:
            return set(self.partner.with_context(active_test=False)[name].ids)
        self.env.cr.execute(
            f"SELECT to_jsonb(p) -> '{name}' FROM res_partner p WHERE id = %s",
            [self.partner.id],
        )
        return self.env.cr.fetchone()[0] or None

    def check(self, name, first, second):
        """What the guard calls equal is equal in the database once written."""
        field = self.partner._fields[name]
        self.partner.write({name: first})
        before = self.get_stored(name)
        same = is_same_value(field, self.partner, second)
        self.partner.write({name: second})
        after = self.get_stored(name)
        if same:
            self.assertEqual(after, before, (name, first, second))
        return same, after == before

    @QUICK
    @given(TEXTS, TEXTS)
    def test_char(self, first, second):
        """Texts: equal for the guard if and only if equal in the database."""
        same, unchanged = self.check("ref", first, second)
        self.assertEqual(same, unchanged)

    @QUICK
    @given(st.one_of(st.just(False), TEXTS), st.one_of(st.just(False), TEXTS))
    def test_html(self, first, second):
        """Rich texts: nothing that changes is called equal."""
        self.check("comment", first and f"<p>{first}</p>", second and f"<p>{second}</p>")

    @QUICK
    @given(st.integers(-9, 9), st.one_of(st.integers(-9, 9), st.booleans(), st.just("3")))
    def test_integer(self, first, second):
        """Whole numbers, given as such, as booleans or as text."""
        self.check("color", first, second)

    @QUICK
    @given(
        st.floats(-180, 180, allow_nan=False),
        st.one_of(st.floats(-180, 180, allow_nan=False), st.integers(-180, 180)),
    )
    def test_float(self, first, second):
        """Decimal numbers, at the precision of the field."""
        self.check("partner_latitude", first, second)

    @QUICK
    @given(st.floats(-99, 99, allow_nan=False), st.floats(-0.00001, 0.00001, allow_nan=False))
    def test_float_neighbours(self, first, delta):
        """Numbers that differ by less than the field stores."""
        self.check("partner_latitude", first, first + delta)

    @QUICK
    @given(st.booleans(), st.one_of(st.booleans(), st.integers(0, 1), st.none()))
    def test_boolean(self, first, second):
        """Booleans."""
        same, unchanged = self.check("is_company", first, second)
        self.assertEqual(same, unchanged)

    @QUICK
    @given(st.one_of(st.just(False), PLACES), st.one_of(st.just(False), st.none(), PLACES))
    def test_many2one(self, first, second):
        """Links to one record: by id, False or None."""
        ids = self.children.ids
        first, second = (
            place if place is None or place is False else ids[place] for place in (first, second)
        )
        same, unchanged = self.check("parent_id", first, second)
        self.assertEqual(same, unchanged)

    def to_commands(self, records, steps):
        ids = records.ids
        commands = []
        for kind, place in steps:
            if kind == "clear":
                commands.append(Command.clear())
            elif kind == "set":
                commands.append(Command.set([ids[index] for index in sorted(place)]))
            else:
                commands.append(getattr(Command, kind)(ids[place]))
        return commands

    @QUICK
    @given(st.sets(PLACES), COMMANDS)
    def test_many2many_commands(self, start, steps):
        """Commands on links to several records: the same result as the ORM's."""
        ids = self.categories.ids
        self.partner.category_id = [Command.set([ids[index] for index in start])]
        self.env.flush_all()
        commands = self.to_commands(self.categories, steps)
        field = self.partner._fields["category_id"]
        expected = set(get_resulting_ids(field, self.partner, commands))
        self.partner.write({"category_id": commands})
        self.assertEqual(self.get_stored("category_id"), expected)

    @QUICK
    @given(st.sets(PLACES), COMMANDS)
    def test_one2many_commands(self, start, steps):
        """Commands on lines: the same result as the ORM's."""
        ids = self.children.ids
        self.children.write({"parent_id": False})
        self.partner.child_ids = [Command.set([ids[index] for index in start])]
        self.env.flush_all()
        steps = [step for step in steps if step[0] == "link"]
        commands = self.to_commands(self.children, steps)
        field = self.partner._fields["child_ids"]
        expected = set(get_resulting_ids(field, self.partner, commands))
        self.partner.write({"child_ids": commands})
        self.assertEqual(self.get_stored("child_ids"), expected)

    @QUICK
    @given(st.sets(PLACES), st.sets(PLACES), st.sampled_from(["ids", "tuple", "records", "set"]))
    def test_many2many_plain(self, start, target, kind):
        """Plain ids, tuples and records replace a relation: never called equal by mistake."""
        ids = self.categories.ids
        chosen = [ids[index] for index in sorted(target)]
        value = {
            "ids": chosen,
            "tuple": tuple(chosen),
            "records": self.categories.browse(chosen),
            "set": [Command.set(chosen)],
        }[kind]
        same, unchanged = self.check(
            "category_id", [Command.set([ids[index] for index in start])], value
        )
        self.assertEqual(same, unchanged)

    def test_creation_and_edition_are_changes(self):
        """A command that creates or edits a record is a change, whatever it holds."""
        field = self.partner._fields["category_id"]
        for command in (
            Command.create({"name": "New"}),
            Command.update(self.categories[0].id, {"name": "Category 0"}),
        ):
            self.assertIsNone(get_resulting_ids(field, self.partner, [command]))
            self.assertFalse(is_same_value(field, self.partner, [command]))

    def test_bad_values(self):
        """What the field cannot read is a change: the ORM says the rest."""
        for name, value in (
            ("color", "many"),
            ("partner_latitude", "north"),
            ("parent_id", object()),
            ("type", "no_such_type"),
            ("category_id", "x"),
            ("category_id", 5),
        ):
            with self.subTest(field=name, value=value):
                self.partner.write(
                    {
                        "color": 1,
                        "partner_latitude": 2.0,
                        "type": "contact",
                        "parent_id": self.children[0].id,
                        "category_id": [Command.set(self.categories.ids)],
                    }
                )
                field = self.partner._fields[name]
                self.assertFalse(is_same_value(field, self.partner, value))

    def test_json(self):
        """In JSON true is not 1, and 1.0 is 1."""
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_json",
                "model_id": self.env.ref("base.model_res_partner").id,
                "ttype": "json",
                "field_description": "JSON",
            }
        )
        self.addCleanup(self.registry.reset_changes)
        self.partner[field.name] = {"1": 1, "2": [1, 2]}
        column = self.partner._fields[field.name]
        for value, same in (
            ({"1": 1, "2": [1, 2]}, True),
            ({"2": [1, 2], "1": 1}, True),
            ({"1": True, "2": [1, 2]}, False),
            ({"1": 1, "2": [2, 1]}, False),
            ({"1": 1}, False),
            (False, False),
        ):
            with self.subTest(value=value):
                self.assertEqual(is_same_value(column, self.partner, value), same)
