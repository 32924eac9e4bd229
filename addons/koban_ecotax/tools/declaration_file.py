"""Files of a declaration of eco-taxes, out of rows of texts and numbers."""

import csv
import io

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

# A spreadsheet would run a text that begins so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Digits after the point that a quantity, an amount by unit and an amount may have.
DIGITS = 6


def write_csv(headers: list[str], rows: list[list]) -> bytes:
    """Return what a French Excel opens by a double click: semicolons, decimal commas, a mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(headers)
    writer.writerows([_show(_clean(value)) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def write_xlsx(headers: list[str], rows: list[list]) -> bytes:
    """Return a workbook of one sheet; its texts are texts, whatever they begin with."""
    book = Workbook()
    sheet = book.active
    sheet.append(headers)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, _clean(value))
            if isinstance(value, str):
                cell.data_type = "s"
    for column in sheet.columns:
        width = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(width, 60) + 2
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _clean(value):
    """Return a text without the control characters that no sheet holds."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _show(value) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace(".", ",")


WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
