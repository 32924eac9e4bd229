"""Several PDFs as one, with an outline entry for each. Pure functions, without records."""

import io
import itertools

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)


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
