"""Many PDFs put together into one, without reading more of them than object numbers.

pypdf keeps every object of every document in memory, a quarter of a megabyte for an invoice, and
takes as long as an eighth of the print. Here objects are copied as bytes, those that several
documents have in common (logo, colour profiles) once. Pure functions, without records.
"""

import hashlib
import io
import re
from collections.abc import Iterator

from .objects import PdfObject, Source, Unjoinable


class _Writer:
    """A PDF that grows by whole documents."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        self.stream.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.offsets: dict[int, int] = {}
        self._known: dict[bytes, int] = {}
        self._last = 0

    def number(self) -> int:
        """Return the number of an object still to be written."""
        self._last += 1
        return self._last

    def add(self, number: int, content: bytes) -> None:
        """Write an object."""
        self.offsets[number] = self.stream.tell()
        self.stream.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))

    def add_once(self, content: bytes) -> int:
        """Write an object unless the same one is there; return its number."""
        digest = hashlib.sha256(content).digest()
        if digest not in self._known:
            self._known[digest] = self.number()
            self.add(self._known[digest], content)
        return self._known[digest]

    def finish(self, root: int) -> io.BytesIO:
        """Write the table of objects and the end."""
        start = self.stream.tell()
        self.stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (self._last + 1))
        for number in range(1, self._last + 1):
            self.stream.write(b"%010d 00000 n \n" % self.offsets[number])
        trailer = b"trailer\n<</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        self.stream.write(trailer % (self._last + 1, root, start))
        return self.stream


def join(pdfs: Iterator[bytes], titles: list[str]) -> io.BytesIO:
    """Return one PDF of all pages, with an outline entry for each document.

    :param titles: of the entries, one per PDF
    :raise Unjoinable: when one of them cannot be read this way
    """
    writer = _Writer()
    root, pages, outline = writer.number(), writer.number(), writer.number()
    kids, firsts, count = [], [], 0
    if not titles:
        raise Unjoinable("there is nothing to join")
    for pdf in pdfs:
        source = Source(pdf)
        objects = source.reachable()
        numbers = _copy(writer, source, objects, pages)
        kids.append(numbers[source.pages])
        firsts.append(numbers[source.first_page(objects)])
        count += _count(objects[source.pages])
    _write_outline(writer, outline, firsts, titles)
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    writer.add(pages, b"<</Type /Pages /Count %d /Kids [%s]>>" % (count, references))
    catalog = b"<</Type /Catalog /Pages %d 0 R /Outlines %d 0 R>>" % (pages, outline)
    writer.add(root, catalog)
    return writer.finish(root)


def _copy(
    writer: _Writer, source: Source, objects: dict[int, PdfObject], parent: int
) -> dict[int, int]:
    """Write the objects of a document; return their new numbers by their old ones."""
    numbers: dict[int, int] = {}
    waiting = dict(objects)
    progress = True
    while progress:
        # Only what refers to nothing else that waits can be the same in two documents.
        ready = [n for n, item in waiting.items() if not waiting.keys() & set(item.references)]
        for number in ready:
            numbers[number] = writer.add_once(waiting.pop(number).numbered(numbers))
        progress = bool(ready)
    for number in waiting:
        numbers[number] = writer.number()
    for number, item in waiting.items():
        content = item.numbered(numbers)
        if number == source.pages:
            content = b"<</Parent %d 0 R %s" % (parent, content.removeprefix(b"<<"))
        writer.add(numbers[number], content)
    return numbers


def _count(pages: PdfObject) -> int:
    found = re.search(rb"/Count (\d+)", b"".join(pages.parts))
    if not found:
        raise Unjoinable("its pages are not counted")
    return int(found[1])


def _write_outline(writer: _Writer, number: int, firsts: list[int], titles: list[str]) -> None:
    entries = [writer.number() for _first in firsts]
    for position, (first, title) in enumerate(zip(firsts, titles, strict=True)):
        text = (b"\xfe\xff" + title.encode("utf-16-be")).hex().encode()
        around = b""
        if position:
            around += b" /Prev %d 0 R" % entries[position - 1]
        if position + 1 < len(entries):
            around += b" /Next %d 0 R" % entries[position + 1]
        content = b"<</Title <%s> /Parent %d 0 R /Dest [%d 0 R /Fit]%s>>"
        writer.add(entries[position], content % (text, number, first, around))
    content = b"<</Type /Outlines /First %d 0 R /Last %d 0 R /Count %d>>"
    writer.add(number, content % (entries[0], entries[-1], len(entries)))
