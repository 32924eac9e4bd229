"""Many PDFs put together into one, without reading more of them than object numbers.

pypdf keeps every object of every document in memory, a quarter of a megabyte for an invoice, and
takes as long as an eighth of the print. Here objects are copied as bytes, those that several
documents have in common (logo, colour profiles) once. Pure functions, without records.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"\s*(\d+) 0 obj\b")
_SECTION = re.compile(rb"\s*(\d+) (\d+)\s*?(?:\r\n|\n|\r)")
# What may hold or hide a reference: strings, comments, and the data of a stream.
_TOKEN = re.compile(rb"\(|<[0-9A-Fa-f\s]*>|%[^\r\n]*|(\d+) 0 R\b|\bstream\r?\n")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_ENTRY = 20  # bytes of an entry of the table of objects


class Unjoinable(ValueError):
    """The PDF is written in a way this module does not read; pypdf may."""


@dataclass(frozen=True)
class _Object:
    """One object, cut at its references: ``parts[0], references[0], parts[1], …``."""

    parts: list[bytes]
    references: list[int]

    def numbered(self, numbers: dict[int, int]) -> bytes:
        """Return the object's bytes with other numbers in its references."""
        found = [self.parts[0]]
        for reference, part in zip(self.references, self.parts[1:], strict=True):
            # What no table names is null (ISO 32000-1, 7.3.10).
            number = numbers.get(reference)
            found += [b"null" if number is None else b"%d 0 R" % number, part]
        return b"".join(found)


class _Source:
    """A PDF to take pages from."""

    def __init__(self, pdf: bytes):
        self.pdf = pdf
        start = pdf.rfind(b"startxref")
        place = re.match(rb"startxref\s+(\d+)", pdf[start:]) if start >= 0 else None
        if not place:
            raise Unjoinable("it has no end")
        self.offsets: dict[int, int] = {}
        self.root = 0
        tables = []
        position: int | None = int(place[1])
        while position is not None and position not in tables:
            tables.append(position)
            position = self._read_table(position)
        self._bounds = sorted({*tables, *(o for o in self.offsets.values() if o)})
        self._next = dict(zip(self._bounds, [*self._bounds[1:], start], strict=True))
        catalog = self.get(self.root)
        self.pages = self._named(catalog, rb"/Pages")

    def _read_table(self, position: int) -> int | None:
        """Note where a table says the objects are; return the position of the one before it."""
        if not self.pdf.startswith(b"xref", position):
            raise Unjoinable("its table of objects is compressed")
        position += len(b"xref")
        while section := _SECTION.match(self.pdf, position):
            first, count = int(section[1]), int(section[2])
            for number in range(first, first + count):
                place = section.end() + (number - first) * _ENTRY
                entry = self.pdf[place : place + _ENTRY]
                # The newest table comes first, and is right.
                self.offsets.setdefault(number, int(entry[:10]) if entry[17:18] == b"n" else 0)
            position = section.end() + count * _ENTRY
        end = self.pdf.find(b"startxref", position)
        trailer = self.pdf[position:end]
        if b"/Encrypt" in trailer or b"/XRefStm" in trailer or not trailer.split(b"<<")[1:]:
            raise Unjoinable("it is encrypted, or its table of objects is compressed")
        root = re.search(rb"/Root (\d+) 0 R", trailer)
        self.root = self.root or (int(root[1]) if root else 0)
        before = re.search(rb"/Prev (\d+)", trailer)
        return int(before[1]) if before else None

    def get(self, number: int) -> _Object:
        """Return an object, without its number.

        :raise Unjoinable: when it is not where the table says
        """
        offset = self.offsets.get(number, 0)
        head = _OBJECT.match(self.pdf, offset) if offset else None
        if not head or int(head[1]) != number:
            raise Unjoinable(f"object {number} is not in its place")
        text = self.pdf[head.end() : self._next[offset]].strip()
        if not text.endswith(b"endobj"):
            raise Unjoinable(f"object {number} has no end")
        return _cut(text.removesuffix(b"endobj").strip())

    def reachable(self) -> dict[int, _Object]:
        """Return the objects that the pages need, by number: not the tags, nor the outline."""
        found: dict[int, _Object] = {}
        waiting = [self.pages]
        while waiting:
            number = waiting.pop()
            if number not in found and self.offsets.get(number):
                found[number] = self.get(number)
                waiting += found[number].references
        return found

    @staticmethod
    def _named(item: _Object, key: bytes) -> int:
        """Return the reference that stands behind a key of an object."""
        for part, reference in zip(item.parts, item.references, strict=False):
            if re.search(key + rb"\s*\[?\s*$", part):
                return reference
        raise Unjoinable(f"there is no {key.decode()}")

    def first_page(self, objects: dict[int, _Object]) -> int:
        """Return the number of the first page."""
        number = self.pages
        while any(b"/Kids" in part for part in objects[number].parts):
            number = self._named(objects[number], rb"/Kids")
        return number


def _cut(text: bytes) -> _Object:
    """Cut an object at its references."""
    parts, references, last, position = [], [], 0, 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token[1]:
            parts.append(text[last : token.start()])
            references.append(int(token[1]))
            last = position
        elif token[0] == b"(":
            position = _string_end(text, position)
        elif token[0].startswith(b"stream"):
            break
    return _Object([*parts, text[last:]], references)


def _string_end(text: bytes, position: int) -> int:
    """Return where a string ends whose parenthesis was just opened."""
    depth = 1
    while depth:
        found = _PAREN.search(text, position)
        if not found:
            raise Unjoinable("a string has no end")
        position = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return position


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
        source = _Source(pdf)
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
    writer: _Writer, source: _Source, objects: dict[int, _Object], parent: int
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


def _count(pages: _Object) -> int:
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
