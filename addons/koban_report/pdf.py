"""What is done to PDFs after Chromium wrote them. Pure functions, without records."""

import io
import itertools
import re
from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

_TRAILER = re.compile(
    rb"trailer\s*<</Size (\d+)\s+/Root (\d+) 0 R\s+/Info (\d+) 0 R>>"
    rb"\s*startxref\s+(\d+)\s+%%EOF\s*$"
)
_MEDIA_BOX = re.compile(rb"/MediaBox \[0 0 [0-9.]+ [0-9.]+\]")
_XREF = re.compile(rb"xref\s+0 \d+\s+")
_XREF_ENTRY = 20  # bytes


def finish(pdf: bytes, title: str, author: str) -> bytes:
    """Return a PDF written by Chromium with author and outline.

    Chromium knows neither: its outline holds headings, and a document without heading has none,
    which the host's conversion to PDF/A does not survive. They are appended as PDF's incremental
    update, because parsing and writing the file anew takes as long as printing it.

    :param title: of the document, and of the only entry of its outline
    :param author: whose document it is
    """
    found = _TRAILER.search(pdf[-300:])
    if not found:
        return pdf  # not Chromium's writing: better without outline than not at all
    size, root, info, start = (int(group) for group in found.groups())
    table = start + len(_XREF.match(pdf[start : start + 40])[0])

    def dictionary(number: int) -> bytes:
        place = table + number * _XREF_ENTRY
        offset = int(pdf[place : place + 10])
        return pdf[pdf.index(b"<<", offset) : pdf.index(b"endobj", offset)].strip()

    catalog, properties = dictionary(root), dictionary(info)
    if b"/Outlines" in catalog:
        return pdf
    page = _first_kid(dictionary, int(re.search(rb"/Pages (\d+) 0 R", catalog)[1]))
    dates = b" ".join(re.findall(rb"/(?:CreationDate|ModDate) \([^)]*\)", properties))
    text = _text(title)
    objects = {
        root: b"%s /Outlines %d 0 R>>" % (catalog.removesuffix(b">>"), size),
        info: b"<</Title %s /Author %s /Creator (Odoo) /Producer (Chromium) %s>>"
        % (text, _text(author), dates),
        size: b"<</Type /Outlines /First %d 0 R /Last %d 0 R /Count 1>>" % (size + 1, size + 1),
        size + 1: b"<</Title %s /Parent %d 0 R /Dest [%d 0 R /Fit]>>" % (text, size, page),
    }
    trailer = b"<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d>>" % (size + 2, root, info, start)
    return pdf + _update(len(pdf), objects, trailer)


def sized(pdf: bytes, width: float, height: float) -> bytes:
    """Return a PDF written by Chromium with the paper's size in whole points, as wkhtmltopdf.

    Chromium counts in 1/300 inch: A4 becomes 595.92 × 841.92 points, which neither the host's
    tests nor a printer's list of papers know.

    :param width: in millimetres
    """
    size = b" ".join(b"%d" % round(length / 25.4 * 72) for length in (width, height))

    def box(match: re.Match) -> bytes:
        # In as many bytes: the table of the objects' places stays right.
        new = b"/MediaBox [0 0 %s]" % size
        return new.ljust(len(match[0])) if len(new) <= len(match[0]) else match[0]

    return _MEDIA_BOX.sub(box, pdf)


def _first_kid(dictionary: Callable[[int], bytes], number: int) -> int:
    """Return the number of the first page under a node of the page tree."""
    kids = re.search(rb"/Kids \[\s*(\d+) 0 R", dictionary(number))
    return _first_kid(dictionary, int(kids[1])) if kids else number


def _text(text: str) -> bytes:
    return b"<%s>" % (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode()


def _update(length: int, objects: dict[int, bytes], trailer: bytes) -> bytes:
    """Return what is appended to a PDF to add or replace objects."""
    # The head of the list of free objects first, as readers expect of any table.
    body, table = b"\n", b"xref\n0 1\n0000000000 65535 f \n"
    for number, content in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, length + len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = length + len(body)
    return body + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)


def merge(pdfs: list[bytes], titles: list[str]) -> bytes:
    """Return one PDF of all pages.

    Its outline is written as wkhtmltopdf writes it (named destinations that hold a page's
    position), because the host looks for the documents' first pages there.

    :param titles: of the outline's entries, one per PDF
    """
    if len(pdfs) == 1:
        return pdfs[0]
    writer = PdfWriter()
    starts = []
    for pdf in pdfs:
        starts.append(len(writer.pages))
        writer.append(io.BytesIO(pdf), import_outline=False)
    _write_outline(writer, starts, titles)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def blank(pages: int) -> bytes:
    """Return a PDF of that many empty pages."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(1, 1)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _write_outline(writer: PdfWriter, starts: list[int], titles: list[str]) -> None:
    """Give the outline one entry per document.

    :param starts: position of each document's first page
    """
    destinations = DictionaryObject()
    root = DictionaryObject({NameObject("/Type"): NameObject("/Outlines")})
    root_reference = writer._add_object(root)
    entries = []
    for position, (start, title) in enumerate(zip(starts, titles, strict=True)):
        name = NameObject(f"/document{position}")
        fit = [NumberObject(start), NameObject("/XYZ"), *[NullObject() for _ in range(3)]]
        destinations[name] = ArrayObject(fit)
        entry = {"/Title": TextStringObject(title), "/Dest": name, "/Parent": root_reference}
        entries.append(
            writer._add_object(DictionaryObject({NameObject(k): v for k, v in entry.items()}))
        )
    for before, after in itertools.pairwise(entries):
        before.get_object()[NameObject("/Next")] = after
        after.get_object()[NameObject("/Prev")] = before
    root[NameObject("/First")], root[NameObject("/Last")] = entries[0], entries[-1]
    root[NameObject("/Count")] = NumberObject(len(entries))
    writer.root_object[NameObject("/Outlines")] = root_reference
    writer.root_object[NameObject("/Dests")] = writer._add_object(destinations)
