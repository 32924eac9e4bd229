from odoo.tests import BaseCase, tagged

from ..tools import data_values as values
from ..tools.data_rows import Row, find_faults
from ..tools.keywords import normalize


@tagged("post_install", "-at_install")
class TestValues(BaseCase):
    def test_numbers(self):
        """Row 4-38: numbers as people write them."""
        for text, number in (
            ("16", 16.0),
            ("16,5", 16.5),
            ("1 250,00", 1250.0),
            ("1.250,5", 1250.5),
            ("1,250.5", 1250.5),
            ("-3", -3.0),
            ("", None),
            ("16 Go", None),
            ("1e5", None),
            ("nan", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(values.read_number(text), number)
        for number, text in ((16.0, "16"), (16.5, "16,5"), (0.0, "0"), (-0.0, "0")):
            self.assertEqual(values.format_number(number), text)

    def test_days(self):
        """Row 4-38: days as people write them, and none that is not."""
        for text, day in (
            ("31/12/2026", "2026-12-31"),
            ("1.2.2026", "2026-02-01"),
            ("2026-12-31", "2026-12-31"),
            ("2026-12-31 00:00:00", "2026-12-31"),
            ("31/02/2026", None),
            ("demain", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(values.read_day(text), day)

    def test_read(self):
        """Row 4-38: a text read as each kind; None is no value of it."""
        for kind, text, value in (
            ("yes_no", "Oui", True),
            ("yes_no", "non", False),
            ("yes_no", "peut-être", None),
            ("choice", "mecanique", "choice_2"),
            ("choice", "Bande", None),
            ("text", " i7 ", "i7"),
        ):
            with self.subTest(kind=kind, text=text):
                choices = {"mecanique": "choice_2"}
                self.assertEqual(values.read_value(kind, text, choices, normalize), value)

    def test_wrong_kinds(self):
        """“Bad input”: what an API may send and the host would keep."""
        definitions = [
            {"name": "a", "string": "A", "type": "float"},
            {"name": "b", "string": "B", "type": "selection", "selection": [["x", "X"]]},
            {"name": "c", "string": "C", "type": "date"},
            {"name": "d", "string": "D", "type": "boolean"},
            {"name": "e", "string": "E", "type": "char"},
        ]
        wrong = {"a": "12", "b": "z", "c": "31/12/2026", "d": "yes", "e": 3}
        self.assertEqual(
            [label for label, _v in values.find_faults(definitions, wrong)], [*"ABCDE"]
        )
        right = {"a": 12, "b": "x", "c": "2026-12-31", "d": True, "e": "t"}
        self.assertEqual(values.find_faults(definitions, right), [])
        self.assertEqual(values.find_faults(definitions, {}), [])
        self.assertTrue(values.find_faults(definitions, {"a": float("nan")}))
        self.assertTrue(values.find_faults(definitions, {"a": True}))

    def test_rows(self):
        """“Bad input”: eleven data, two of a name, a choice without choices: all at once."""
        rows = [Row(f"D{rank}", "text") for rank in range(8)]
        rows += [Row("Mémoire", "number"), Row("memoire", "text"), Row("Disque", "choice")]
        self.assertEqual(
            find_faults(rows),
            [("too_many", "11"), ("twice", "memoire"), ("no_choice", "Disque")],
        )
        choices = Row("Disque", "choice", ("SSD", "ssd"))
        self.assertEqual(find_faults([choices, Row("", "text")]), [
            ("no_name", ""), ("choice_twice", "Disque: ssd"),
        ])  # fmt: skip
