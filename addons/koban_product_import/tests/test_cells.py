from odoo.tests import BaseCase, tagged

from ..tools import cells, columns


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def test_read(self):
        """Issue 13 §10: what a cell means, as people write it."""
        for kind, text, value in (
            (columns.PRICE, "1 250,50 €", 1250.5),
            (columns.PRICE, "0", 0.0),
            (columns.FLAG, "Oui", True),
            (columns.FLAG, "x", True),
            (columns.FLAG, "0", False),
            (columns.KIND, "Prestation", "service"),
            (columns.KIND, "BIEN", "consu"),
            (columns.TEXT, "4 étages", "4 étages"),
        ):
            with self.subTest(kind=kind, text=text):
                self.assertEqual(cells.read_cell(kind, text), value)
        for kind, text, code in (
            (columns.PRICE, "cher", "number"),
            (columns.PRICE, "-1", "negative"),
            (columns.FLAG, "peut-être", "flag"),
            (columns.KIND, "combo", "kind"),
        ):
            with self.subTest(kind=kind, text=text):
                with self.assertRaises(cells.CellError) as caught:
                    cells.read_cell(kind, text)
                self.assertEqual(caught.exception.code, code)

    def test_rates(self):
        """Issue 13 §10: VAT told by its rate."""
        for text, rate in (("20", 20), ("5,5 %", 5.5), ("20.0%", 20), ("Réduit", None)):
            self.assertEqual(cells.read_rate(text), rate)

    def test_columns(self):
        """Issue 13 §10: columns by French or English label, or technical name."""
        heads = ["LIBELLÉ *", "internal_reference", "Sous-Famille", "list_price", "Motif du refus"]
        found, faults = columns.match(heads, list(columns.COLUMNS))
        names = [column.name if column else None for column in found]
        self.assertEqual(names, ["name", "default_code", "koban_subfamily_id", "list_price", None])
        self.assertEqual(faults, [])

    def test_wrong_columns(self):
        """Issue 13, bad input: every reason at once."""
        heads = ["Prix HT", "Couleur", "Prix de vente", "Forme", ""]
        _found, faults = columns.match(heads, list(columns.COLUMNS))
        self.assertEqual(
            faults,
            [
                ("unknown", "Couleur"),
                ("twice", "Prix de vente"),
                ("unknown", "Forme"),
                ("missing", "Libellé"),
            ],
        )
