"""Files of data of an archive, one writer for each format.

A format that the administration asks for is one more class (loi 2026-534, art. 87): inherit
:class:`DataWriter`, and return it from ``koban.archive._get_writers``.
"""

import csv
import os
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from odoo.addons.koban_seal.tools.canonical import dumps

# A spreadsheet would run a text that begins so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """A column of a file of data.

    :param name: its header, in French
    :param key: of the value in a row
    :param kind: ``text``, ``number`` or ``date``
    :param help: what it means, in French, for the notice
    """

    name: str
    key: str
    kind: str = "text"
    help: str = ""


class DataWriter(ABC):
    """Writes the rows of one set of data into one file, as they come.

    :param folder: where the file is made
    :param name: of the set, such as ``factures``
    :param columns: what a row shows
    """

    extension = ""

    def __init__(self, folder: str, name: str, columns: list[Column]):
        self.columns = columns
        self.rows = 0
        self.file_name = f"{name}{self.extension}"
        self.path = os.path.join(folder, self.file_name)
        self.file = self.open()

    @abstractmethod
    def open(self):
        """Open the file and write what comes before the rows."""

    @abstractmethod
    def write_row(self, row: dict[str, Any], full: dict[str, Any] | None) -> None:
        """Write one row.

        :param row: values by the key of their column
        :param full: everything of it, for formats that take nested data
        """

    def add(self, row: dict[str, Any], full: dict[str, Any] | None = None) -> None:
        """Write one row and count it."""
        self.write_row(row, full)
        self.rows += 1

    def close(self) -> None:
        """Write what comes after the rows, and close the file."""
        self.file.close()


class CsvWriter(DataWriter):
    """What a French Excel opens by a double click: semicolons, decimal commas, a byte mark."""

    extension = ".csv"

    def open(self):
        """Open the file and write the headers."""
        file = open(self.path, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115 - close()
        self.csv = csv.writer(file, delimiter=";")
        self.csv.writerow([column.name for column in self.columns])
        return file

    def write_row(self, row, full):
        """Write the columns of a row."""
        self.csv.writerow([self._to_text(column, row.get(column.key)) for column in self.columns])

    def _to_text(self, column, value) -> str:
        if value is None or value is False:
            return ""
        if value is True:
            return "oui"
        text = str(value)
        if column.kind == "number":
            return text.replace(".", ",")
        if column.kind == "date":
            return text.replace("T", " ")
        return f"'{text}" if text.startswith(FORMULA) else text


class JsonLinesWriter(DataWriter):
    """One object of JSON per line, with everything in it."""

    extension = ".jsonl"

    def open(self):
        """Open the file."""
        return open(self.path, "w", encoding="utf-8", newline="\n")

    def write_row(self, row, full):
        """Write all that is known of a row."""
        self.file.write(dumps(row if full is None else full) + "\n")


class DataSet:
    """A set of data, written in every format at once.

    :param folder: where the files are made
    :param name: of the set
    :param columns: what its rows show
    :param title: what it holds, in French, for the notice
    :param writers: classes of the formats
    """

    def __init__(self, folder, name, columns, title, writers):
        self.name, self.columns, self.title = name, columns, title
        self.writers = [writer(folder, name, columns) for writer in writers]
        self.rows = 0

    def add(self, row: dict[str, Any], full: dict[str, Any] | None = None) -> None:
        """Write a row in every format."""
        for writer in self.writers:
            writer.add(row, full)
        self.rows += 1

    def close(self) -> None:
        """Close the files."""
        for writer in self.writers:
            writer.close()
