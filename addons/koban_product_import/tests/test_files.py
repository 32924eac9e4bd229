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


SHEET = "xl/worksheets/sheet1.xml"
WORKSHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def change_xlsx(changes, **options) -> bytes:
    """Return a workbook with parts of its archive replaced by these texts."""
    stream, source = io.BytesIO(), io.BytesIO(make_xlsx([["Code"], ["A1"]]))
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w", **options) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return stream.getvalue()


def make_sheet(rows: str) -> bytes:
    """Return a workbook whose sheet has these rows, in XML."""
    sheet = f"{WORKSHEET}<sheetData>{rows}</sheetData></worksheet>"
    return change_xlsx({SHEET: sheet}, compression=zipfile.ZIP_DEFLATED)


def make_row(number: int, cell: str, text: str = "A") -> str:
    cells = f'<c r="{cell}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<row r="{number}">{cells}</row>'


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

    def assert_refused(self, code, content):
        with self.assertRaises(files.FileError) as caught:
            for _row in files.read_rows(content):
                pass
        self.assertEqual(caught.exception.code, code)

    def test_gaps(self):
        """Issue 13, bad input: a row far below and cells far right neither hang nor kill."""
        rows = make_row(1, "A", "Code") + make_row(1_048_576, "C")
        self.assertEqual(
            list(files.read_rows(make_sheet(rows))),
            [(1, ["Code"]), (1_048_576, ["", "", "A"])],
        )
        self.assert_refused(files.HUGE, make_sheet(make_row(1, "A") + make_row(2_000_000_000, "A")))
        # Empty ones count as well: each is a row of 16,384.
        far = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 1400))
        self.assert_refused(files.HUGE, make_sheet(far))
        [(_number, cells)] = files.read_rows(make_sheet(make_row(1, "XFD")))
        self.assertEqual(len(cells), 16_384)

    def test_huge(self):
        """Issue 13, bad input: bombs: what unpacks to much, what is one row, one tag, one line."""
        core = "docProps/core.xml"
        attributes = " ".join(f"a{n}=''" for n in range(300_000))
        for name, content in {
            "unpacked": change_xlsx({core: b" " * 101_000_000}, compression=zipfile.ZIP_DEFLATED),
            "cells": make_sheet(f"<row>{'<c/>' * 300_000}</row>"),
            "elements": make_sheet("<x/>" * 300_000),
            "tag": make_sheet(f"<row {attributes}/>"),
            "part": change_xlsx({core: f"<a>{'<b/>' * 300_000}</a>"}),
            "line": b"Code;" + b";" * 2_000_000,
            "lines": b'Code;"\n' + b'a";"\n' * 500_000,
            "rows": b"Code\n" * 1_100_000,
            "text": b"Code\n" * 21_000_000,
        }.items():
            with self.subTest(name):
                self.assert_refused(files.HUGE, content)

    def test_broken_inside(self):
        """Issue 13, bad input: archives with a password, spoilt, with entities."""
        good = change_xlsx({}, compression=zipfile.ZIP_DEFLATED)
        start = good.index(b"PK\x01\x02")
        with zipfile.ZipFile(io.BytesIO(good)) as archive:
            sheet = archive.getinfo(SHEET).header_offset

        def patch(place, value):
            """Change two bytes of each head of the archive's parts."""
            content, at = bytearray(good), start
            while (at := content.find(b"PK\x01\x02", at)) >= 0:
                content[at + place : at + place + 2] = value.to_bytes(2, "little")
                at += 4
            return bytes(content)

        spoilt = bytearray(good)
        spoilt[sheet + 60 : sheet + 90] = b"\xff" * 30
        entities = '<!DOCTYPE a [<!ENTITY b "bbbb">]>' + WORKSHEET + "<sheetData/></worksheet>"
        for name, content in {
            "password": patch(8, 1),
            "method": patch(10, 99),
            "zlib": bytes(spoilt),
            "type": change_xlsx({"xl/workbook.xml": "<workbook/>"}),
            "entities": change_xlsx({SHEET: entities}),
            "no XML": change_xlsx({SHEET: "not XML"}),
        }.items():
            with self.subTest(name):
                self.assert_refused(files.BROKEN, content)

    def test_noughts(self):
        """Issue 13, bad input: signs that no text of the database can hold."""
        self.assert_refused(files.BINARY, "Code;Libellé\nA1;a\0b\n".encode("utf-16"))

    def test_pivot(self):
        """Issue 13 §10: the records of a pivot table, beside the articles, are not read."""
        pivot = WORKSHEET.replace("worksheet", "pivotCacheRecords")
        pivot += f"{'<r/>' * 300_000}</pivotCacheRecords>"
        content = change_xlsx({"docProps/app.xml": pivot}, compression=zipfile.ZIP_DEFLATED)
        self.assertEqual(list(files.read_rows(content)), [(1, ["Code"]), (2, ["A1"])])

    def test_written(self):
        """Issue 13 §10: what is downloaded is read again as it was; no formula, no lost nought."""
        rows = [["Code", "Libellé"], ["0012", "=1+1"], ["A\x0b1", "é"]]
        content = files.make_workbook({"Articles": rows, "Aide": [["x"]]})
        self.assertEqual(
            [cells for _number, cells in files.read_rows(content)],
            [["Code", "Libellé"], ["0012", "=1+1"], ["A1", "é"]],
        )
