"""Indexes and the import of their values (issue 5 §4)."""

import base64
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from odoo.addons.koban_guard.exceptions import DocumentError

from ..index_file import IndexFileError, read_index_file
from .revisions import RevisionCase


@tagged("post_install", "-at_install")
class TestIndexFile(BaseCase):
    """Shapes of files, without a database."""

    def read_file(self, text, frequency="month"):
        content = text if isinstance(text, bytes) else text.encode()
        return [
            (
                row.number,
                row.period and str(row.period),
                str(row.value or ""),
                str(row.published_on or ""),
            )
            if not row.error
            else (row.number, row.error.code, row.error.value)
            for row in read_index_file(content, frequency)
        ]

    def test_columns(self):
        """Issue 5: columns with their names, whatever the separator and the order."""
        expected = [(2, "2026-01-01", "130.5", "2026-02-20"), (3, "2026-02-01", "1131", "")]
        for text in (
            "période;valeur;date de publication\n2026-01;130,5;2026-02-20\n2026-02-01;1 131;\n",
            "\ufeffPériode\tValeur\tPublication\n2026-01\t130,5\t20/02/2026\n02/2026\t1\u202f131\t",
            'valeur,période,publié le\n"130,5",2026-01,2026-02-20\n1131,2026-02,\n',
            "periode|valeur|parution\n2026-01|130.5|2026-02-20\n28/02/2026|1131|\n",
            "Période;Valeur;Publication\n2026-01;130,5;20/02/2026\n2026-02;1131\n".encode("cp1252"),
        ):
            self.assertEqual(self.read_file(text), expected, text)
        self.assertEqual(self.read_file("2026-01;130,5"), [(1, "2026-01-01", "130.5", "")])

    def test_insee(self):
        """Issue 5: a series of INSEE; its last update dates it, empty values are left out."""
        text = (
            "Libellé;Indice des loyers commerciaux\nidBank;001532540\n"
            "Dernière mise à jour;20/12/2025 12:00\nPériode;\n"
            "2025-T4;;\n2025-T3;137,09;A\n2025-T2;136.81;A\n"
        )
        self.assertEqual(
            self.read_file(text, "quarter"),
            [(6, "2025-07-01", "137.09", "2025-12-20"), (7, "2025-04-01", "136.81", "2025-12-20")],
        )

    def test_errors(self):
        """Issue 5: an error has its line and its value; the other lines are read."""
        text = (
            "période;valeur;publication\n2026-13;100;\n2026-T1;100;\n2026-02;abc;\n"
            "2026-03;-1;\n2026-04;nan;\n2026-05;;\n2026-06;100;demain\n2026-07;100;\n2026-07;101;\n"
        )
        self.assertEqual(
            self.read_file(text),
            [
                (2, "period", "2026-13"), (3, "quarter", "2026-T1"), (4, "value", "abc"),
                (5, "value", "-1"), (6, "value", "nan"), (7, "value", ""),
                (8, "published", "demain"), (9, "2026-07-01", "100", ""), (10, "twice", "2026-07"),
            ],
        )  # fmt: skip
        for content, code in (
            (b"", "empty"), (b"\n;;\n", "empty"), (b"PK\0\1", "encoding"),
            (b"periode;prix\n2026-01;1", "columns"), (b"periode;valeur\n", "empty"),
        ):  # fmt: skip
            with self.assertRaises(IndexFileError) as caught:
                read_index_file(content, "month")
            self.assertEqual(caught.exception.code, code)

    def test_quarters(self):
        """Issue 5: quarters as written, and any day of one."""
        for text in ("2026-T2", "2026T2", "T2 2026", "2026-Q2", "2026-04", "2026-05-15", "06/2026"):
            [row] = read_index_file(f"periode;valeur\n{text};10".encode(), "quarter")
            self.assertEqual((row.period, row.value), (date(2026, 4, 1), Decimal(10)), text)


@tagged("post_install", "-at_install")
class TestIndex(RevisionCase):
    """Values, entered and imported."""

    def encode(self, text):
        return base64.b64encode(text.encode()).decode()

    def test_import(self):
        """Issue 5: the import is shown first: new, changed, unchanged; then done."""
        content = self.encode(
            "période;valeur;date de publication\n2025-11;280;\n2026-11;294,7;\n"
            "2026-12;295,1;2027-01-20\n"
        )
        rows = self.index.import_values(content, dry_run=True)
        self.assertEqual([row["status"] for row in rows], ["same", "changed", "new"])
        self.assertEqual(rows[1]["old_value"], 294.6)
        self.assertEqual(len(self.index.value_ids), 2)
        wizard = self.env["koban.index.import"].create({"index_id": self.index.id, "file": content})
        self.assertTrue(wizard.can_import)
        self.assertEqual(wizard.line_ids.mapped("status"), ["same", "changed", "new"])
        wizard.action_import()
        values = self.index.value_ids.sorted("period")
        self.assertEqual(values.mapped("value"), [280, 294.7, 295.1])
        self.assertEqual(values[1].published_on, date(2026, 12, 20), "kept: the file gives none")
        self.assertEqual(values[2].published_on, date(2027, 1, 20))
        rows = self.index.import_values(content, dry_run=True)
        self.assertEqual({row["status"] for row in rows}, {"same"})

    def test_import_all_or_nothing(self):
        """Issue 5: a file with an error imports nothing, and says which line and value."""
        content = self.encode("période;valeur\n2026-12;295\n2027-01;29x\n")
        with self.assertRaises(DocumentError) as caught:
            self.index.import_values(content)
        self.assertEqual(caught.exception.code, "index_file")
        self.assertRegex(caught.exception.args[0], r"3.*29x")
        self.assertEqual(len(self.index.value_ids), 2)
        wizard = self.env["koban.index.import"].create({"index_id": self.index.id, "file": content})
        self.assertFalse(wizard.can_import)
        wizard.file = self.encode("nothing")
        self.assertFalse(wizard.can_import)
        with self.assertRaises(DocumentError):
            self.index.import_values("no base 64!")

    def test_values(self):
        """Issue 5: one value for a period, on its first day, positive."""
        quarter = self.make_index(code="Q", frequency="quarter")
        with self.assertRaises(DocumentError) as caught:
            self.add_value(quarter, "2026-02-01", 100)
        self.assertEqual(caught.exception.code, "index_period")
        self.add_value(quarter, "2026-04-01", 100)
        self.assertEqual(quarter.last_value, 100)
        with self.assertRaises(DocumentError):
            quarter.successor_id = quarter

    def test_data(self):
        """Issue 5: the indexes are shipped by name, without values; no link is made up."""
        codes = {"SYNTEC", "SYNTEC-R", "ICC", "ILC", "ILAT", "IRL"}
        indexes = self.env["koban.index"].search([("code", "in", list(codes))])
        self.assertEqual(set(indexes.mapped("code")), codes)
        syntec = indexes.filtered(lambda index: index.code == "SYNTEC")
        self.assertEqual(syntec.successor_id.code, "SYNTEC-R")
        self.assertFalse(syntec.is_link_official)

    def test_rights(self):
        """DESIGN §7: everyone reads the indexes, managers alone change them."""
        index = self.index.with_user(self.billing_user)
        self.assertEqual(index.name, "TEST")
        with self.assertRaises(AccessError):
            index.import_values(self.encode("2027-01;1"))
        self.index.with_user(self.manager).import_values(self.encode("2027-01;300"))
