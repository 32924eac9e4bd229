"""Row 2-62: the stamp across the pages of a fictitious document, whatever the PDF."""

import base64
import io

from odoo.tests import BaseCase, tagged
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject

from odoo.addons.koban_document.tests.paper import draw, make_pdf
from odoo.addons.koban_report.join import join

from ..tools.watermark import stamp

NOTICE = "Document fictif sans valeur – Zoé Łuczak"


@tagged("post_install", "-at_install", "koban_alone")
class TestWatermark(BaseCase):
    def make_pages(self, *sizes):
        writer = PdfWriter()
        for width, height in sizes:
            writer.add_blank_page(width, height)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()

    def check(self, pdf):
        pages = PdfReader(io.BytesIO(pdf)).pages
        for page in pages:
            text = page.extract_text()
            self.assertIn("TEST", text)
            self.assertIn(NOTICE, " ".join(text.split()))
        return pages

    def test_each_page_and_size(self):
        """Blank pages, upright, lying and small ones: each is stamped in its own size."""
        sizes = [(595, 842), (842, 595), (595, 842), (120, 80)]
        pages = self.check(stamp(self.make_pages(*sizes), "TEST", NOTICE))
        self.assertEqual([(p.mediabox.width, p.mediabox.height) for p in pages], sizes)
        forms = {
            page["/Resources"]["/XObject"].raw_get(name).idnum
            for page in pages
            for name in page["/Resources"]["/XObject"]
        }
        self.assertEqual(len(forms), 3, "one drawing for each size")

    def test_pictures(self):
        """A scanned page keeps its picture under the stamp."""
        before = base64.b64decode(make_pdf(2))
        after = stamp(before, "TEST", NOTICE)
        self.check(after)
        self.assertNotEqual(draw(after, 2).tobytes(), draw(before, 2).tobytes())
        self.assertIn(0xDD, draw(after, 2).tobytes(), "the grey of the picture is there")

    def test_moved_origin(self):
        """A page whose corner is not at zero is stamped in its middle."""
        reader = PdfReader(io.BytesIO(self.make_pages((595, 842))))
        writer = PdfWriter(clone_from=reader)
        box = ArrayObject(FloatObject(value) for value in (1000, 1000, 1595, 1842))
        for name in ("/MediaBox", "/CropBox"):
            writer.pages[0][NameObject(name)] = box
        stream = io.BytesIO()
        writer.write(stream)
        picture = draw(stamp(stream.getvalue(), "TEST", NOTICE), 1)
        width, height = picture.size
        middle = picture.crop((width // 3, height // 3, 2 * width // 3, 2 * height // 3))
        self.assertLess(min(middle.tobytes()), 250, "the middle is not blank")

    def test_joined(self):
        """What koban_report puts together afterwards is still whole."""
        part = stamp(self.make_pages((595, 842)), "TEST", NOTICE)
        self.assertEqual(len(self.check(join([part, part], ["a", "b"]).getvalue())), 2)
