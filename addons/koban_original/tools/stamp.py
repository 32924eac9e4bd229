"""A mark on each page of a PDF that leaves its bytes as they are. Pure functions, without records.

The mark is appended as PDF's incremental update (ISO 32000-1, 7.5.6): a marked copy begins with
the very bytes of the original, fonts, tags and embedded files included. Whoever doubts a copy cuts
it at the original's length and compares the SHA-256.
"""

import io
import math
import struct
import zlib

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject
from reportlab.pdfbase.pdfmetrics import stringWidth

# One of the fonts that every reader has, in the letters of Western Europe.
FONT = "Helvetica-Bold"
LETTERS = "cp1252"
# Pale enough to lie under figures, dark enough for a fax.
GREY = b"/KobanMark gs 0.91 g"
MILLIMETRE = 72 / 25.4
LINE_SIZE = 8
LINE_TOP = 8.5 * MILLIMETRE
LINE_MARGIN = 15 * MILLIMETRE
_NAME = "/KobanMark"
_FREE, _PLAIN, _TOGETHER = 0, 1, 2  # the kinds of entries of a table of objects


def stamp(pdf: bytes, word: str, line: str) -> bytes:
    """Return the PDF with a mark on each page.

    :param word: large and pale, across the page and under its text
    :param line: small, in the upper margin
    """
    reader = PdfReader(io.BytesIO(pdf))
    update = _Update(pdf, reader)
    font = update.add(
        b"<</Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding>>" % FONT.encode()
    )
    mix = update.add(b"<</Type /ExtGState /BM /Multiply>>")
    # The page's own content stands between q and Q: what it leaves set does not move the mark.
    before = update.add(_stream(b"q\n"))
    marks: dict[tuple, int] = {}
    for page in reader.pages:
        box = tuple(float(side) for side in page.mediabox)
        if box not in marks:
            marks[box] = update.add(_stream(b"\nQ\n" + _draw(box, word, line)))
        update.replace(page, _marked(page, font, mix, before, marks[box]))
    return update.finish()


def _marked(page: PageObject, font: int, mix: int, before: int, after: int) -> DictionaryObject:
    """Return a page between two more streams of content, with what they need."""
    marked = DictionaryObject(page)
    contents = page.get("/Contents")
    between = []
    if contents is not None:
        raw = page.raw_get("/Contents")
        between = list(contents) if isinstance(contents.get_object(), ArrayObject) else [raw]
    around = [IndirectObject(number, 0, None) for number in (before, after)]
    marked[NameObject("/Contents")] = ArrayObject([around[0], *between, around[1]])
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    for kind, number in (("/Font", font), ("/ExtGState", mix)):
        known = DictionaryObject(resources.get(kind, DictionaryObject()).get_object())
        known[NameObject(_NAME)] = IndirectObject(number, 0, None)
        resources[NameObject(kind)] = known
    marked[NameObject("/Resources")] = resources
    return marked


def _draw(box: tuple, word: str, line: str) -> bytes:
    """Return what is drawn on a page: the word across it, the line in its upper margin.

    The word is multiplied with the page: it lies under the text, and on white backgrounds.
    """
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    angle = math.atan2(height, width)
    size = 0.56 * math.hypot(width, height) / max(stringWidth(word, FONT, 1), 1)
    size = min(size, 0.2 * min(width, height))
    half = stringWidth(word, FONT, size) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    # The middle of the capitals lies on the middle of the page.
    x = (left + right) / 2 - half * cos + 0.36 * size * sin
    y = (bottom + top) / 2 - half * sin - 0.36 * size * cos
    turned = b"%.4f %.4f %.4f %.4f %.2f %.2f Tm" % (cos, sin, -sin, cos, x, y)
    space = max(width - 2 * LINE_MARGIN, width / 2)
    small = min(LINE_SIZE, space / max(stringWidth(line, FONT, 1), 1))
    start = (right - LINE_MARGIN) - stringWidth(line, FONT, small)
    straight = b"1 0 0 1 %.2f %.2f Tm" % (start, top - LINE_TOP)
    return b"%s\n%s\n" % (
        _text(b"Watermark", GREY, size, turned, word),
        _text(b"Header", b"0 g", small, straight, line),
    )


def _text(kind: bytes, look: bytes, size: float, place: bytes, text: str) -> bytes:
    # An artifact: screen readers do not read it into the text of each page.
    shown = text.encode(LETTERS, "replace").hex().encode()
    return (
        b"q /Artifact <</Type /Pagination /Subtype /%s>> BDC BT %s /KobanMark %.2f Tf %s <%s> Tj ET"
        b" EMC Q" % (kind, look, size, place, shown)
    )


def _stream(content: bytes, dictionary: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<<%s /Filter /FlateDecode /Length %d>>" % (dictionary, len(packed))
    return b"%s\nstream\n%s\nendstream" % (head, packed)


class _Update:
    """Objects appended to a PDF."""

    def __init__(self, pdf: bytes, reader: PdfReader):
        self._pdf = pdf
        self._reader = reader
        self._body = b"\n"
        self._places: dict[tuple[int, int], int] = {}
        self._last = int(reader.trailer["/Size"]) - 1

    def add(self, content: bytes) -> int:
        """Append a new object; return its number."""
        self._last += 1
        self._put(self._last, 0, content)
        return self._last

    def replace(self, page: PageObject, content: DictionaryObject) -> None:
        """Append another version of a page."""
        stream = io.BytesIO()
        content.write_to_stream(stream)
        place = page.indirect_reference
        self._put(place.idnum, place.generation, stream.getvalue())

    def _put(self, number: int, generation: int, content: bytes) -> None:
        self._places[number, generation] = len(self._pdf) + len(self._body)
        self._body += b"%d %d obj\n%s\nendobj\n" % (number, generation, content)

    def finish(self) -> bytes:
        """Return the PDF and its update, with a table of the kind that the PDF has."""
        before = self._pdf[self._pdf.rfind(b"startxref") :].split()
        plain = len(before) > 1 and self._pdf.startswith(b"xref", int(before[1]))
        table = self._write_plain(int(before[1])) if plain else self._write_packed()
        start = len(self._pdf) + len(self._body)
        return b"%s%s%sstartxref\n%d\n%%%%EOF\n" % (self._pdf, self._body, table, start)

    def _trailer(self) -> bytes:
        trailer = DictionaryObject(
            {
                NameObject(key): self._reader.trailer.raw_get(key)
                for key in ("/Root", "/Info", "/ID")
                if key in self._reader.trailer
            }
        )
        stream = io.BytesIO()
        trailer.write_to_stream(stream)
        return stream.getvalue().strip().removeprefix(b"<<").removesuffix(b">>").strip()

    def _write_plain(self, before: int) -> bytes:
        table = b"xref\n0 1\n0000000000 65535 f \n"
        for (number, generation), place in sorted(self._places.items()):
            table += b"%d 1\n%010d %05d n \n" % (number, place, generation)
        parts = (self._trailer(), self._last + 1, before)
        return table + b"trailer\n<<%s /Size %d /Prev %d>>\n" % parts

    def _write_packed(self) -> bytes:
        """Return a whole table as a stream: a table of text may not follow one that is packed."""
        number = self._last + 1
        entries = {n: (_TOGETHER, *place) for n, place in self._reader.xref_objStm.items()}
        for generation, places in self._reader.xref.items():
            free = self._reader.xref_free_entry.get(generation, {})
            for n, place in places.items():
                if not free.get(n):
                    entries[n] = (_PLAIN, place, generation)
        entries |= {n: (_PLAIN, place, g) for (n, g), place in self._places.items()}
        entries[number] = (_PLAIN, len(self._pdf) + len(self._body), 0)
        entries[0] = (_FREE, 0, 65535)
        rows = (struct.pack(">BIH", *entries.get(n, (_FREE, 0, 0))) for n in range(number + 1))
        head = b"/Type /XRef /Size %d /W [1 4 2] %s" % (number + 1, self._trailer())
        return b"%d 0 obj\n%s\nendobj\n" % (number, _stream(b"".join(rows), head))
