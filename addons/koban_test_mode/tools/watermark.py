"""The mark across each page of a fictitious document."""

import io
import math
from functools import cache

from odoo.tools import file_path
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# Fonts of the host, embedded: one for the word, one that knows most names.
FONTS = {
    "KobanTestWord": "web/static/fonts/lato/Lato-Bla-webfont.ttf",
    "KobanTestNotice": "web/static/fonts/sign/NotoSans-Reg.ttf",
}
COLOR = (0.78, 0.09, 0.13)
# Readable through it, and still plain on a photocopy.
WORD_OPACITY = 0.22
NOTICE_OPACITY = 0.75


@cache
def _load_fonts() -> None:
    for name, path in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, file_path(path)))


def _fit(text: str, font: str, width: float, largest: float) -> float:
    """Return the size at which a text is at most that wide."""
    wide = pdfmetrics.stringWidth(text, font, 1) or 1
    return min(largest, width / wide)


def draw_sheet(width: float, height: float, word: str, notice: str) -> bytes:
    """Return a page, as PDF, with the word from corner to corner and the notice under it.

    :param width: of the page, in points, as height
    """
    _load_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(width, height))
    diagonal = math.hypot(width, height)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(math.degrees(math.atan2(height, width)))
    size = _fit(word, "KobanTestWord", diagonal * 0.62, diagonal / 3)
    canvas.setFillColor(Color(*COLOR, alpha=WORD_OPACITY))
    canvas.setFont("KobanTestWord", size)
    canvas.drawCentredString(0, -size * 0.25, word)
    canvas.setFillColor(Color(*COLOR, alpha=NOTICE_OPACITY))
    small = _fit(notice, "KobanTestNotice", diagonal * 0.6, 15)
    canvas.setFont("KobanTestNotice", small)
    canvas.drawCentredString(0, -size * 0.25 - small * 2, notice)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _add_form(writer: PdfWriter, sheet: bytes):
    """Return the reference of a sheet kept once in the file, for all its pages."""
    page = PdfReader(io.BytesIO(sheet)).pages[0]
    form = DecodedStreamObject()
    form.set_data(page.get_contents().get_data())
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(page.mediabox),
            NameObject("/Resources"): page["/Resources"].clone(writer),
        }
    )
    return writer._add_object(form.flate_encode())


def _add_code(writer: PdfWriter, code: bytes):
    stream = DecodedStreamObject()
    stream.set_data(code)
    return writer._add_object(stream)


def _put(writer: PdfWriter, page: PageObject, name: str, form) -> None:
    """Lay a form over a page, apart from the text that a screen reader reads."""
    # Of this page alone: Chromium's pages may share their resources.
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    pictures = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    pictures[NameObject(name)] = form
    resources[NameObject("/XObject")] = pictures
    page[NameObject("/Resources")] = resources
    parts = []
    if "/Contents" in page:
        contents = page.raw_get("/Contents")  # the reference: a stream has its own object
        content = contents.get_object()
        parts = list(content) if isinstance(content, ArrayObject) else [contents]
    shift = f"1 0 0 1 {float(page.mediabox.left)} {float(page.mediabox.bottom)} cm "
    mark = (
        f"\nQ\n/Artifact <</Type /Pagination /Subtype /Watermark>> BDC q {shift}{name} Do Q EMC\n"
    )
    page[NameObject("/Contents")] = ArrayObject(
        [_add_code(writer, b"q\n"), *parts, _add_code(writer, mark.encode())]
    )


def stamp(pdf: bytes, word: str, notice: str) -> bytes:
    """Return a PDF with a word and a notice across each page.

    :param word: short, such as “TEST”
    :param notice: one line under it
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    forms = {}
    for page in writer.pages:
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if size not in forms:
            forms[size] = (
                f"/KobanTest{len(forms)}",
                _add_form(writer, draw_sheet(*size, word, notice)),
            )
        _put(writer, page, *forms[size])
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()
