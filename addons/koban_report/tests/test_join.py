"""Many PDFs put together as bytes."""

import io

from odoo.tests import tagged
from pypdf import PdfReader, PdfWriter

from ..join import join
from ..objects import Unjoinable, cut
from ..pdf import blank
from .common import ReportCase


def written(objects: dict[int, bytes], root: int = 1) -> bytes:
    """Return a PDF of these objects, as plain as PDFs are."""
    text, offsets = b"%PDF-1.4\n", {}
    for number, content in objects.items():
        offsets[number] = len(text)
        text += b"%d 0 obj %s endobj\n" % (number, content)
    start = len(text)
    text += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        text += b"%010d 00000 %s \n" % (offsets.get(number, 0), b"n" if number in offsets else b"f")
    size = max(objects) + 1
    return text + b"trailer <</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, root, start)


def joined(pdfs: list[bytes]) -> PdfReader:
    stream = join(iter(pdfs), [f"Titre {position}" for position in range(len(pdfs))])
    return PdfReader(io.BytesIO(stream.getvalue()), strict=True)


@tagged("post_install", "-at_install")
class TestJoin(ReportCase):
    def test_documents_of_chromium(self):
        """Pages, texts, links and titles are those of the documents, in their order."""
        report = self.report(
            "<p>Pour <t t-out='o.name'/> (1 0 R) <a href='https://example.com/1 0 R'>Lien</a></p>"
            "<p style='break-before: page'>Fin</p>"
        )
        pdfs = [self.pdf(report, partner) for partner in self.partners]
        reader = joined(pdfs)
        texts = [page.extract_text() for page in reader.pages]
        alone = [page.extract_text() for pdf in pdfs for page in PdfReader(io.BytesIO(pdf)).pages]
        self.assertEqual(texts, alone)
        self.assertEqual(len(texts), 2 * len(pdfs))
        titles = [entry.title for entry in reader.outline]
        self.assertEqual(titles, ["Titre 0", "Titre 1", "Titre 2"])
        pages = [page.indirect_reference.idnum for page in reader.pages]
        starts = [pages.index(entry.raw_get("/Page").idnum) for entry in reader.outline]
        self.assertEqual(starts, [0, 2, 4])
        links = [
            annotation.get_object()["/A"]["/URI"]
            for page in reader.pages
            for annotation in page.get("/Annots", [])
        ]
        self.assertEqual(len(links), len(pdfs))

    def test_what_documents_share_is_there_once(self):
        """A hundred times the same document is hardly larger than once."""
        pdf = self.pdf(self.report("<p>Texte</p>"), self.partners[0])
        hundred = join(iter([pdf] * 100), ["Titre"] * 100).getvalue()
        self.assertLess(len(hundred), len(pdf) + 100 * 1500)
        self.assertEqual(len(PdfReader(io.BytesIO(hundred)).pages), 100)

    def test_documents_of_pypdf(self):
        """As the host's PDF/A with an embedded file, and pages that inherit their size."""
        pdf = self.pdf(self.report("<p>A</p>"), self.partners[0])
        writer = PdfWriter(clone_from=io.BytesIO(pdf))
        writer.add_attachment("factur-x.xml", b"<xml/>")
        stream = io.BytesIO()
        writer.write(stream)
        inheriting = written(
            {
                1: b"<</Type /Catalog /Pages 2 0 R>>",
                2: b"<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 90 70] /Gone 9 0 R>>",
                3: b"<</Type /Page /Parent 2 0 R>>",
            }
        )
        reader = joined([stream.getvalue(), inheriting])
        self.assertIn("A", reader.pages[0].extract_text())
        self.assertEqual(float(reader.pages[1].mediabox.width), 90)

    def test_references_are_told_from_what_looks_like_one(self):
        """Strings, comments and data keep what they say."""
        found = cut(
            b"<</A (see \\) (7 0 R) 8 0 R) /B 12 0 R /C <31203020522031> % 5 0 R\n"
            b"/D [1 0 2 0 R] /E 9 0 Rest>> stream\n4 0 R\nendstream"
        )
        self.assertEqual(found.references, [12, 2])
        copy = found.numbered({12: 120, 2: 20})
        self.assertIn(b"/B 120 0 R", copy)
        self.assertIn(b"[1 0 20 0 R]", copy)
        self.assertIn(b"(see \\) (7 0 R) 8 0 R)", copy)
        self.assertIn(b"stream\n4 0 R\nendstream", copy)
        self.assertIn(b"/B null", found.numbered({2: 20}))

    def test_what_cannot_be_joined(self):
        """It says so, and the host's merging takes over."""
        writer = PdfWriter(clone_from=io.BytesIO(blank(1)))
        writer.encrypt("secret")
        stream = io.BytesIO()
        writer.write(stream)
        broken = blank(2).replace(b"endobj", b"endob?")
        moved = blank(1).replace(b"startxref\n", b"startxref\n9")
        for pdf in (stream.getvalue(), broken, moved, b"", b"%PDF-1.4 nothing"):
            with self.assertRaises(Unjoinable):
                join(iter([blank(1), pdf]), ["a", "b"])
        with self.assertRaises(Unjoinable):
            join(iter([]), [])
