"""The objects of a PDF, read as bytes: their places, and the references in them.

No more is understood than putting PDFs together and packing them asks for. Pure functions, without
records.
"""

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"\s*(\d+) 0 obj\b")
_SECTION = re.compile(rb"\s*(\d+) (\d+)\s*?(?:\r\n|\n|\r)")
# What may hold or hide a reference: strings, comments, and the data of a stream.
_TOKEN = re.compile(rb"\(|<[0-9A-Fa-f\s]*>|%[^\r\n]*|(\d+) 0 R\b|\bstream\r?\n")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_ENTRY = 20  # bytes of an entry of the table of objects
_TABLE = re.compile(
    rb"\s*\d+ 0 obj\s*(<<(?=[^>]*/Type /XRef)(?=[^>]*/Filter /FlateDecode)[^>]*>>)\s*stream\r?\n"
)
_WIDTHS = rb"/W \[(\d+) (\d+) (\d+)\]"


class Unjoinable(ValueError):
    """The PDF is written in a way this module does not read; pypdf may."""


@dataclass(frozen=True)
class PdfObject:
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


class Source:
    """A PDF to take objects from.

    :raise Unjoinable: when it is written in a way this module does not read
    """

    def __init__(self, pdf: bytes):
        self.pdf = pdf
        start = pdf.rfind(b"startxref")
        place = re.match(rb"startxref\s+(\d+)", pdf[start:]) if start >= 0 else None
        if not place:
            raise Unjoinable("it has no end")
        self.offsets: dict[int, int] = {}  # 0: free, -1: in a stream of objects
        self.trailer = b""
        tables = []
        position: int | None = int(place[1])
        while position is not None and position not in tables:
            tables.append(position)
            position = self._read_table(position)
        bounds = sorted({*tables, *(o for o in self.offsets.values() if o > 0)})
        self._next = dict(zip(bounds, [*bounds[1:], start], strict=True))
        root = re.search(rb"/Root (\d+) 0 R", self.trailer)
        self.pages = self._named(self.get(int(root[1]) if root else 0), rb"/Pages")

    def _read_table(self, position: int) -> int | None:
        """Note where a table says the objects are; return the position of the one before it."""
        plain = self.pdf.startswith(b"xref", position)
        trailer = self._read_plain(position) if plain else self._read_packed(position)
        if any(word in trailer for word in (b"/Encrypt", b"/XRefStm")):
            raise Unjoinable("it is encrypted, or has tables of two kinds")
        self.trailer = self.trailer or trailer  # the newest table comes first, and is right
        before = re.search(rb"/Prev (\d+)", trailer)
        return int(before[1]) if before else None

    def _read_plain(self, position: int) -> bytes:
        """Read a table of text; return what follows it."""
        position += len(b"xref")
        while section := _SECTION.match(self.pdf, position):
            first, count = int(section[1]), int(section[2])
            for number in range(first, first + count):
                place = section.end() + (number - first) * _ENTRY
                entry = self.pdf[place : place + _ENTRY]
                self.offsets.setdefault(number, int(entry[:10]) if entry[17:18] == b"n" else 0)
            position = section.end() + count * _ENTRY
        return self.pdf[position : self.pdf.find(b"startxref", position)]

    def _read_packed(self, position: int) -> bytes:
        """Read a table that is a stream, as :mod:`.pack` writes it; return its dictionary."""
        head = _TABLE.match(self.pdf, position)
        # Tables of which only the differences are kept, and in several sections, are others'.
        if not head or any(word in head[1] for word in (b"/DecodeParms", b"/Index")):
            raise Unjoinable("its table of objects is packed in another way")
        values = [re.search(key, head[1]) for key in (rb"/Size (\d+)", rb"/Length (\d+)", _WIDTHS)]
        if not all(values):
            raise Unjoinable("its table of objects does not say how it is packed")
        (size, length), widths = (int(value[1]) for value in values[:2]), values[2].groups()
        kind, place, other = (int(width) for width in widths)
        entry = kind + place + other
        unpack = zlib.decompressobj()
        try:
            table = unpack.decompress(self.pdf[head.end() : head.end() + length], size * entry)
        except zlib.error as error:
            raise Unjoinable("its table of objects is broken") from error
        for number in range(len(table) // entry):
            start = number * entry
            offset = int.from_bytes(table[start + kind : start + kind + place], "big")
            found = {1: offset, 2: -1}.get(int.from_bytes(table[start : start + kind], "big"), 0)
            self.offsets.setdefault(number, found)
        return head[1]

    def text(self, number: int) -> bytes:
        """Return an object's bytes, without its number.

        :raise Unjoinable: when it is not where the table says
        """
        offset = self.offsets.get(number, 0)
        head = _OBJECT.match(self.pdf, offset) if offset > 0 else None
        if not head or int(head[1]) != number:
            raise Unjoinable(f"object {number} is not in its place")
        text = self.pdf[head.end() : self._next[offset]].strip()
        if not text.endswith(b"endobj"):
            raise Unjoinable(f"object {number} has no end")
        return text.removesuffix(b"endobj").strip()

    def get(self, number: int) -> PdfObject:
        """Return an object cut at its references."""
        return cut(self.text(number))

    def reachable(self) -> dict[int, PdfObject]:
        """Return the objects that the pages need, by number: not the tags, nor the outline."""
        found: dict[int, PdfObject] = {}
        waiting = [self.pages]
        while waiting:
            number = waiting.pop()
            if number not in found and self.offsets.get(number):
                found[number] = self.get(number)
                waiting += found[number].references
        return found

    @staticmethod
    def _named(item: PdfObject, key: bytes) -> int:
        """Return the reference that stands behind a key of an object."""
        for part, reference in zip(item.parts, item.references, strict=False):
            if re.search(key + rb"\s*\[?\s*$", part):
                return reference
        raise Unjoinable(f"there is no {key.decode()}")

    def first_page(self, objects: dict[int, PdfObject]) -> int:
        """Return the number of the first page."""
        number = self.pages
        while any(b"/Kids" in part for part in objects[number].parts):
            number = self._named(objects[number], rb"/Kids")
        return number


def cut(text: bytes) -> PdfObject:
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
    return PdfObject([*parts, text[last:]], references)


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
