from odoo.tests import BaseCase, tagged

from ..tools.keywords import escape_like, find_grams, normalize, split_words


@tagged("post_install", "-at_install")
class TestKeywords(BaseCase):
    def test_normalize(self):
        """Row 4-41: no accents, capitals, ligatures or double spaces; one sign of decimals."""
        for text, plain in (
            ("  Écran   TACTILE ", "ecran tactile"),
            ("Œuvre, cœur", "oeuvre, coeur"),
            ("3,5 kg", "3.5 kg"),
            ("1,5,2", "1.5.2"),
            ("l’été", "l'ete"),
            ("1425BST", "1425bst"),
            (None, ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(normalize(text), plain)

    def test_words(self):
        """Row 4-41: several words, each once; the index knows those of three signs and more."""
        self.assertEqual(split_words("Dell dell  16Go"), ["dell", "16go"])
        self.assertEqual(find_grams(["dell", "i7"]), ["del", "ell"])
        self.assertEqual(find_grams(["i7"]), [])
        self.assertEqual(escape_like("100%_\\"), "100\\%\\_\\\\")
