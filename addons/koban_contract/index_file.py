"""Values of an index out of a CSV file, without a database.

Two shapes: columns period, value, date of publication, with or without their names; and the
series that INSEE lets download (BDM), whose first rows describe the series.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

SEPARATORS = (";", "\t", "|", ",")
MONTHS_OF = {"month": 1, "quarter": 3}
# Names of columns, without accents.
PERIOD_NAMES = ("periode", "period", "date", "mois", "trimestre")
VALUE_NAMES = ("valeur", "value", "indice", "index")
PUBLISHED_NAMES = ("publication", "publie", "publish", "parution")
# Rows that describe a series of INSEE.
DESCRIPTIONS = ("libelle", "idbank", "derniere mise a jour")
QUARTER = re.compile(r"(?:(\d{4})[-/ ]?[TQ]([1-4])|[TQ]([1-4])[-/ ](\d{4}))", re.IGNORECASE)
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m", "%m/%Y")


class IndexFileError(ValueError):
    """A file or a value that cannot be read.

    :param code: ``encoding``, ``empty``, ``columns``, ``period``, ``quarter``, ``value``,
        ``published`` or ``twice``
    :param value: what was found
    """

    def __init__(self, code: str, value: str = ""):
        super().__init__(f"{code}: {value}")
        self.code = code
        self.value = value


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file.

    :param number: line of the file, from 1
    :param error: what cannot be read of it; the rest is then empty
    """

    number: int
    period: date | None = None
    value: Decimal | None = None
    published_on: date | None = None
    error: IndexFileError | None = None


def read_index_file(content: bytes, frequency: str) -> list[FileRow]:
    """Return the rows of a file.

    :param frequency: ``month`` or ``quarter``
    :raises IndexFileError: if the file has no text, no row or no column of periods and values
    """
    table = [row for row in _read_table(content) if any(cell for cell in row[1])]
    if not table:
        raise IndexFileError("empty")
    if _normalize(table[0][1][0]) in DESCRIPTIONS:
        rows = list(_read_insee(table, frequency))
    else:
        rows = list(_read_columns(table, frequency))
    if not rows:
        raise IndexFileError("empty")
    return list(_refuse_doubles(rows))


def read_period(text: str, frequency: str) -> date:
    """Return the first day of a month or quarter: ``2026-03``, ``2026-T1``, ``2026-03-01``.

    :raises IndexFileError: codes ``period``, ``quarter`` for a quarter of a monthly series
    """
    quarter = QUARTER.fullmatch(text)
    if quarter:
        if frequency != "quarter":
            raise IndexFileError("quarter", text)
        year, rank = quarter[1] or quarter[4], quarter[2] or quarter[3]
        return date(int(year), 3 * int(rank) - 2, 1)
    day = _read_day(text)
    if not day:
        raise IndexFileError("period", text)
    return get_period_start(day, frequency)


def get_period_start(day: date, frequency: str) -> date:
    """Return the first day of the month or the quarter that holds a day."""
    count = MONTHS_OF[frequency]
    return date(day.year, (day.month - 1) // count * count + 1, 1)


def read_value(text: str) -> Decimal:
    """Return a positive number, with a decimal comma or point, spaces by thousands.

    :raises IndexFileError: code ``value``
    """
    digits = re.sub(r"\s", "", text).replace(",", ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        value = Decimal(0)
    # NaN and Infinity are decimals too.
    if not value.is_finite() or value <= 0:
        raise IndexFileError("value", text)
    return value


def _read_table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row."""
    if b"\0" in content:
        raise IndexFileError("encoding")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    lines = text.splitlines()
    separator = next((sign for sign in SEPARATORS if any(sign in line for line in lines)), ";")
    reader = csv.reader(lines, delimiter=separator)
    for row in reader:
        yield reader.line_num, [cell.strip() for cell in row]


def _read_insee(table, frequency) -> Iterator[FileRow]:
    """Read a series of INSEE: its last update dates its last value."""
    updated = None
    for number, cells in table:
        name = _normalize(cells[0])
        if name == DESCRIPTIONS[2] and len(cells) > 1:
            updated = _read_day(cells[1].split(" ")[0])
        if name in DESCRIPTIONS or name in PERIOD_NAMES:
            continue
        # A period without its value yet is no error there.
        if len(cells) > 1 and cells[1]:
            yield _read_row(number, cells[0], cells[1], "", frequency, updated)


def _read_columns(table, frequency) -> Iterator[FileRow]:
    columns = _find_columns(table[0][1])
    if columns:
        table = table[1:]
    else:
        columns = (0, 1, 2)
    for number, cells in table:
        cells = [*cells, "", "", ""]
        if len(cells) < 5:
            raise IndexFileError("columns", cells[0])
        period, value, published = (cells[column] if column >= 0 else "" for column in columns)
        yield _read_row(number, period, value, published, frequency)


def _find_columns(cells) -> tuple[int, int, int] | None:
    """Return the columns of period, value and publication (-1: none), if the row names them."""
    names = [_normalize(cell) for cell in cells]
    published = next(
        (i for i, name in enumerate(names) if any(word in name for word in PUBLISHED_NAMES)), -1
    )
    periods = (i for i, name in enumerate(names) if name in PERIOD_NAMES and i != published)
    period = next(periods, -1)
    value = next((i for i, name in enumerate(names) if name in VALUE_NAMES), -1)
    if period < 0 and value < 0:
        return None
    if period < 0 or value < 0:
        raise IndexFileError("columns", ", ".join(cells))
    return period, value, published


def _read_row(number, period, value, published, frequency, updated=None) -> FileRow:
    try:
        day = _read_day(published) if published else updated
        if published and not day:
            raise IndexFileError("published", published)
        return FileRow(number, read_period(period, frequency), read_value(value), day)
    except IndexFileError as error:
        return FileRow(number, error=error)


def _refuse_doubles(rows) -> Iterator[FileRow]:
    seen = set()
    for row in rows:
        if row.period and row.period in seen:
            yield FileRow(row.number, error=IndexFileError("twice", f"{row.period:%Y-%m}"))
        else:
            yield row
        seen.add(row.period)


def _read_day(text: str) -> date | None:
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _normalize(text: str) -> str:
    """Return a name in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
