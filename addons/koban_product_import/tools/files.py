"""Rows of a CSV or Excel file, one after the other: a long file is not held in memory as rows."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

import openpyxl

# What these files unpack to at most: a bomb of a few kilobytes fills a server.
LARGEST = 100_000_000
# Rows of Excel, and cells, those that are empty too: one far below or far right names them all.
ROWS, CELLS = 1_048_576, 20_000_000
# Signs of one row of a text, of one tag of Excel.
LONGEST = 1_000_000
# Elements of Excel that are held at once: those of a row, of a text, or beside them.
HELD = 200_000
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LET_GO = {f"{SHEETS} row", f"{SHEETS} si"}
# Large, and never read.
PASSED_OVER = f"{SHEETS} pivotCacheRecords"
CHUNK = 65_536
SEPARATORS = ";\t,|"
# As people call them.
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
ZIP = b"PK\x03\x04"
# Of Excel up to 2003.
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
EMPTY, OLD, BROKEN, BINARY, HUGE = "empty", "old", "broken", "binary", "huge"


class FileError(Exception):
    """A file that cannot be read.

    :param code: one of the constants above
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a file that are not empty: their numbers, from 1, and their cells.

    :raise FileError: it is neither, or is broken
    """
    if not content.strip():
        raise FileError(EMPTY)
    if content.startswith(OLD_EXCEL):
        raise FileError(OLD)
    if len(content) > LARGEST:
        raise FileError(HUGE)
    rows = _read_workbook(content) if content.startswith(ZIP) else _read_text(content)
    count = 0
    for number, cells in enumerate(rows, 1):
        count += len(cells)
        if number > ROWS or count > CELLS:
            raise FileError(HUGE)
        if any(cells):
            if any("\0" in cell for cell in cells):
                raise FileError(BINARY)
            yield number, cells


def describe(content: bytes) -> tuple[str, str]:
    """Return how a file is read: its encoding and the sign between its cells; none for Excel."""
    if content.startswith(ZIP):
        return "", ""
    encoding = find_encoding(content)
    return encoding, find_separator(content.decode(encoding, errors="replace"))


def find_encoding(content: bytes) -> str:
    """Return the encoding of a text: that of its mark, UTF-8 if it is, else that of Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def find_separator(text: str) -> str:
    """Return the sign between the cells of a text: the one that cuts its first row most."""
    widths = {}
    for sign in SEPARATORS:
        first = next(csv.reader(io.StringIO(text[:100_000]), delimiter=sign), [])
        widths[sign] = len(first)
    return max(SEPARATORS, key=widths.get)


def _read_text(content: bytes) -> Iterator[list[str]]:
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(BINARY)
    encoding, separator = describe(content)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")
    fed = 0

    def feed():
        nonlocal fed
        for line in stream:
            fed += len(line)
            if fed > LONGEST:
                raise FileError(HUGE)
            yield line

    try:
        for cells in csv.reader(feed(), delimiter=separator):
            fed = 0
            yield [cell.strip() for cell in cells]
    except (csv.Error, UnicodeError) as error:
        raise FileError(BROKEN) from error


def _read_workbook(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _weigh(archive)
        stream = io.BytesIO(content)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # Where a program wrote wrong dimensions, cells would be left out.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True):
            yield [write_cell(cell) for cell in cells]
    except FileError:
        raise
    except Exception as error:  # of the archive, its compression, its XML, the library: anything
        raise FileError(BROKEN) from error


def _weigh(archive: zipfile.ZipFile):
    """Refuse a workbook that would fill the memory of the server, before it is read."""
    if sum(member.file_size for member in archive.infolist()) > LARGEST:
        raise FileError(HUGE)
    for member in archive.infolist():
        with archive.open(member) as part:
            _weigh_part(part)


class _Enough(Exception):
    """The rest of a part is not read."""


def _weigh_part(part):
    held = 0

    def start(name, _attributes):
        nonlocal held
        if name == PASSED_OVER and not held:
            raise _Enough
        held += 1
        if held > HELD:
            raise FileError(HUGE)

    def end(name):
        nonlocal held
        if name in LET_GO:
            held = 0

    def refuse(*_names):
        # Of no program that writes workbooks: entities that unfold.
        raise FileError(BROKEN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    fed = 0
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST:
                raise FileError(HUGE)
    except (_Enough, expat.ExpatError):
        return  # a picture, or broken: then it is told by who reads it


def write_cell(cell) -> str:
    """Return a cell of Excel as a text: a code of digits alone comes as a number."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell).strip()


def make_workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    """Return an Excel file; every cell a text, so that codes keep their noughts.

    :param sheets: rows by the name of their sheet; the first row is its head
    """
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for place, head in enumerate(rows[0], 1):
            letter = openpyxl.utils.get_column_letter(place)
            sheet.column_dimensions[letter].width = max(14, len(head) + 4)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_make_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _make_cell(sheet, value: str):
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=clean(value))
    cell.data_type = "s"  # what begins with “=” is no formula
    cell.number_format = "@"
    return cell


def clean(text: str) -> str:
    """Return a text without the signs that no cell may have."""
    return openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)
