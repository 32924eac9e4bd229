import datetime
import io
import zipfile

import openpyxl
from odoo.tests import BaseCase, tagged

from ..tools import files


def make_xlsx(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestFiles(BaseCase):
    def test_encodings(self):
        """Issue 13 §10: UTF-8 with and without mark, Windows, UTF-16; each sign between cells."""
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            for sign in ";,\t|":
                with self.subTest(encoding=encoding, sign=sign):
                    text = f"Code{sign}Libellé\r\nA1{sign}Four à sole\r\n\r\nA2{sign}Été\r\n"
                    rows = list(files.read_rows(text.encode(encoding)))
                    self.assertEqual(
                        rows,
                        [(1, ["Code", "Libellé"]), (2, ["A1", "Four à sole"]), (4, ["A2", "Été"])],
                    )

    def test_quoted(self):
        """Issue 13 §10: a cell with the sign, a quotation mark, a line break."""
        text = 'Code;Libellé\nA1;"Four ""à sole""; grand\n4 étages"\n'
        _head, (number, cells) = files.read_rows(text.encode())
        self.assertEqual((number, cells), (2, ["A1", 'Four "à sole"; grand\n4 étages']))

    def test_decimals_are_no_separator(self):
        """Issue 13 §10: commas of prices do not cut a French file."""
        text = "Code;Prix HT;Poids;Volume\nA1;1,5;2,5;3,5\n"
        self.assertEqual(list(files.read_rows(text.encode()))[1][1], ["A1", "1,5", "2,5", "3,5"])

    def test_excel(self):
        """Issue 13 §10: XLSX: numbers, codes of digits, days, flags, gaps."""
        content = make_xlsx(
            [
                ["Code", "EAN", "Prix", "Date", "Actif", None],
                ["A1", 3760000000017, 12.5, datetime.datetime(2026, 3, 1), True, None],
                [None, None, None, None, None, None],
                ["A2", None, 3.0, None, False, "x"],
            ]
        )
        rows = list(files.read_rows(content))
        self.assertEqual(rows[1][1][:5], ["A1", "3760000000017", "12.5", "2026-03-01", "1"])
        self.assertEqual(rows[2], (4, ["A2", "", "3", "", "0", "x"]))

    def test_broken(self):
        """Issue 13, bad input: what is no file of articles is told apart."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.txt", "no workbook")
        for content, code in (
            (b"", files.EMPTY),
            (b"  \n ", files.EMPTY),
            (files.OLD_EXCEL + b"rest", files.OLD),
            (stream.getvalue(), files.BROKEN),
            (make_xlsx([["Code"]])[:200], files.BROKEN),
            (b"\x89PNG\0\0\0", files.BINARY),
        ):
            with self.subTest(code=code):
                with self.assertRaises(files.FileError) as caught:
                    list(files.read_rows(content))
                self.assertEqual(caught.exception.code, code)

    def test_written(self):
        """Issue 13 §10: what is downloaded is read again as it was; no formula, no lost nought."""
        rows = [["Code", "Libellé"], ["0012", "=1+1"], ["A\x0b1", "é"]]
        content = files.make_workbook({"Articles": rows, "Aide": [["x"]]})
        self.assertEqual(
            [cells for _number, cells in files.read_rows(content)],
            [["Code", "Libellé"], ["0012", "=1+1"], ["A1", "é"]],
        )
