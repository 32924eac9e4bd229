from datetime import date

from odoo.tests import BaseCase, tagged

from ..tools.code_pattern import apply_pattern, find_faults, normalize


@tagged("post_install", "-at_install")
class TestPattern(BaseCase):
    def test_apply(self):
        """Row 4-21: what a pattern gives."""
        day = date(2026, 3, 9)
        for pattern, number, code in (
            ("ART-####", 7, "ART-0007"),
            ("ART-##", 1234, "ART-1234"),
            ("{YYYY}/{MM}/#", 12, "2026/03/12"),
            ("{YY}-###-X", 5, "26-005-X"),
        ):
            with self.subTest(pattern=pattern):
                self.assertEqual(find_faults(pattern), [])
                self.assertEqual(apply_pattern(pattern, number, day), code)

    def test_faults(self):
        """“Bad input”: a pattern without counter, with two, with an unknown token."""
        for pattern, faults in (
            ("ART", [("no_counter", "ART")]),
            ("##-##", [("several_counters", "## ##")]),
            ("{AAAA}-#", [("unknown_token", "{AAAA}")]),
            ("{YYYY-#", [("unknown_token", "{YYYY-#")]),
            ("x}", [("no_counter", "x}"), ("unknown_token", "}")]),
        ):
            with self.subTest(pattern=pattern):
                self.assertEqual(find_faults(pattern), faults)

    def test_normalize(self):
        """Case T16: the same code in other letters or with a space around is the same."""
        self.assertEqual(normalize(" ref1 "), normalize("REF1"))
        self.assertEqual(normalize(None), "")
