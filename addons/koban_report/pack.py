"""PDFs made smaller, without changing what they say. Pure functions, without records."""

import re
import struct
import zlib

from .objects import Source, Unjoinable

_TAG = b"/StructElem"
# Objects in one stream: older readers read them all again for each that they look up.
_TOGETHER = 100
_STREAM = re.compile(rb"<<(.*?)/Length (\d+)\b(?! \d+ R)(.*?)>>\s*stream\r?\n", re.DOTALL)
_HEAD = 1000  # bytes in which a stream says what it is
_FREE, _PLAIN, _TOGETHER_IN = 0, 1, 2  # the kinds of entries of the table
Entry = tuple[int, int, int]


def pack(pdf: bytes) -> bytes:
    """Return a PDF with its tags, its embedded files and its table of objects compressed.

    Chromium writes a tag for each piece of text, as text, and twenty bytes more in the table of
    objects: more than half of the file. All other objects stay where :mod:`.join` and the simplest
    of readers find them.

    :param pdf: it stays as it is when it is not as plain as Chromium and pypdf write
    """
    try:
        source = Source(pdf)
        texts = {number: source.text(number) for number, place in source.offsets.items() if place}
    except Unjoinable:
        return pdf
    tags = sorted(number for number, text in texts.items() if _is_tag(text))
    if not tags:
        return pdf
    return _write(source, texts, tags)


def _is_tag(text: bytes) -> bool:
    return _TAG in text and b"stream" not in text


def _compress(text: bytes) -> bytes:
    """Return an embedded file (Factur-X) compressed; any other object as it is."""
    found = _STREAM.match(text) if b"/EmbeddedFile" in text[:_HEAD] else None
    if not found or b"/Filter" in found[0]:
        return text
    end = found.end() + int(found[2])
    if text[end:].strip() != b"endstream":
        return text
    content = zlib.compress(text[found.end() : end])
    return _stream(b"%s %s" % (found[1], found[3]), content)


def _write(source: Source, texts: dict[int, bytes], tags: list[int]) -> bytes:
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    length = len(parts[0])
    last = max(texts)
    entries: dict[int, Entry] = {}

    def add(number: int, text: bytes) -> None:
        nonlocal length
        entries[number] = (_PLAIN, length, 0)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, text))
        length += len(parts[-1])

    together = set(tags)
    for number, text in texts.items():
        if number not in together:
            add(number, _compress(text))
    for start in range(0, len(tags), _TOGETHER):
        last += 1
        numbers = tags[start : start + _TOGETHER]
        add(last, _join([(number, texts[number]) for number in numbers]))
        entries |= {n: (_TOGETHER_IN, last, index) for index, n in enumerate(numbers)}
    parts.append(_table(source.trailer, entries, last + 1, length))
    return b"".join(parts)


def _join(objects: list[tuple[int, bytes]]) -> bytes:
    """Return a stream of objects."""
    places, offset = [], 0
    for number, text in objects:
        places.append(b"%d %d" % (number, offset))
        offset += len(text) + 1
    head = b" ".join(places) + b"\n"
    content = zlib.compress(head + b"\n".join(text for _number, text in objects))
    return _stream(b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head)), content)


def _table(trailer: bytes, entries: dict[int, Entry], number: int, place: int) -> bytes:
    """Return the table of objects and the end of the PDF.

    :param trailer: of the table that this one replaces
    :param number: of the table itself, which is an object too
    :param place: where it stands
    """
    entries[number] = (_PLAIN, place, 0)
    rows = (entries.get(n, (_FREE, 0, 0)) for n in range(number + 1))
    content = zlib.compress(b"".join(struct.pack(">BIB", *row) for row in rows))
    kept = re.findall(rb"/(?:Root|Info) \d+ 0 R|/ID\s*\[[^\]]*\]", trailer)
    stream = _stream(b"/Type /XRef /Size %d /W [1 4 1] %s" % (number + 1, b" ".join(kept)), content)
    return b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, stream, place)


def _stream(dictionary: bytes, content: bytes) -> bytes:
    head = b"<<%s /Filter /FlateDecode /Length %d>>" % (dictionary, len(content))
    return b"%s\nstream\n%s\nendstream" % (head, content)
