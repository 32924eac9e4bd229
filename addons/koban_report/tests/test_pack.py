"""PDFs made smaller."""

import io
import subprocess

from odoo.tests import tagged
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter
from pypdf import PdfReader, PdfWriter

from ..join import join
from ..objects import Source
from ..pack import pack
from ..pdf import blank
from .common import ReportCase


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF as pypdf writes it: everything in full."""
    stream = io.BytesIO()
    PdfWriter(clone_from=io.BytesIO(pdf)).write(stream)
    return stream.getvalue()


def read_tags(pdf: bytes) -> list[str]:
    """Return the tags of a PDF as poppler reads them, with their texts."""
    command = ["pdfinfo", "-struct-text", "-"]
    result = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    assert not result.stderr, result.stderr
    return result.stdout.decode().split("\n")


@tagged("post_install", "-at_install")
class TestPack(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.content = cls.pdf(cls.report(cls.table(60)), cls.partners[0])

    def test_smaller_and_the_same(self):
        """A print is packed: pages, tags, title and outline are those of the PDF in full."""
        full = unpacked(self.content)
        self.assertLess(len(self.content), len(full) * 0.6)
        one, two = (PdfReader(io.BytesIO(pdf), strict=True) for pdf in (self.content, full))
        self.assertEqual(*([page.extract_text() for page in pdf.pages] for pdf in (one, two)))
        self.assertEqual(one.metadata.title, two.metadata.title)
        self.assertEqual([e.title for e in one.outline], [e.title for e in two.outline])
        tags = read_tags(self.content)
        self.assertEqual(tags, read_tags(full))
        self.assertTrue(any("TH" in tag for tag in tags))
        self.assertTrue(any("Ligne 59" in tag for tag in tags))

    def test_what_pypdf_wrote(self):
        """As after the host embedded a file."""
        packed = pack(unpacked(self.content))
        self.assertAlmostEqual(len(packed), len(self.content), delta=len(packed) * 0.1)
        self.assertEqual(read_tags(packed), read_tags(self.content))

    def test_what_is_packed_or_has_no_tags_stays(self):
        writer = PdfWriter(clone_from=io.BytesIO(self.content))
        writer.encrypt("secret")
        stream = io.BytesIO()
        writer.write(stream)
        broken = unpacked(self.content).replace(b"endobj", b"endob?", 1)
        for pdf in (self.content, blank(2), stream.getvalue(), broken, b"", b"%PDF-1.4 nothing"):
            self.assertEqual(pack(pdf), pdf)

    def test_joined_as_bytes(self):
        """Packed documents need no pypdf to be put together."""
        joined = join(iter([self.content] * 20), ["Titre"] * 20).getvalue()
        self.assertLess(len(joined), len(self.content) * 3)
        reader = PdfReader(io.BytesIO(joined), strict=True)
        self.assertEqual(len(reader.pages), 20 * len(PdfReader(io.BytesIO(self.content)).pages))
        self.assertIn("Ligne 0", reader.pages[0].extract_text())

    def test_pages_are_found_without_unpacking(self):
        """Only tags are in streams of objects, so joining stays as quick and as small."""
        source = Source(self.content)
        self.assertIn(-1, source.offsets.values())
        self.assertFalse(any(source.offsets[n] < 0 for n in source.reachable()))

    def test_embedding(self):
        """The host embeds a file, and reads it back."""
        writer = OdooPdfFileWriter()
        writer.cloneReaderDocumentRoot(OdooPdfFileReader(io.BytesIO(self.content), strict=False))
        writer.addAttachment("factur-x.xml", b"<xml/>", subtype="text/xml")
        stream = io.BytesIO()
        writer.write(stream)
        packed = pack(stream.getvalue())
        self.assertLess(len(packed), len(stream.getvalue()) * 0.6)
        reader = OdooPdfFileReader(io.BytesIO(packed), strict=False)
        self.assertEqual(list(reader.getAttachments()), [("factur-x.xml", b"<xml/>")])
        self.assertEqual(read_tags(packed), read_tags(self.content))
