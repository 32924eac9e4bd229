"""Row 2-53: the marks of copies, and of what a person only looks at, with no document at hand.

What is kept and counted is tested on a document: tests/addons/koban_sample_original.
"""

import io

from odoo.tests import TransactionCase, tagged
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from ..tools.provisional import sign, unsign
from ..tools.stamp import stamp


def draw(*texts: str) -> bytes:
    """Return a PDF with one page for each text."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in texts:
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@tagged("post_install", "-at_install", "koban_alone")
class TestMarks(TransactionCase):
    def test_stamp(self):
        """A copy begins with the very bytes of the original, and each of its pages says so."""
        original = draw("First page", "Second page")
        copy = stamp(original, "DUPLICATA", "Duplicata n° 3")
        self.assertEqual(copy[: len(original)], original)
        self.assertGreater(len(copy), len(original))
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(copy)).pages]
        self.assertEqual(len(texts), 2)
        for text, own in zip(texts, ("First page", "Second page"), strict=True):
            for word in (own, "DUPLICATA", "Duplicata n° 3"):
                self.assertIn(word, text)

    def test_sign(self):
        """A PDF made for one document is not taken for another's, nor one that was changed."""
        raw, document = draw("Preview"), self.env.ref("base.main_partner")
        signed = sign(self.env, raw, document)
        self.assertEqual(unsign(self.env, signed, document), raw)
        self.assertIsNone(unsign(self.env, signed, self.env.ref("base.main_company")))
        self.assertIsNone(unsign(self.env, signed, self.env.ref("base.partner_root")))
        self.assertIsNone(unsign(self.env, signed.replace(b"%PDF", b"%PDX"), document))
        self.assertIsNone(unsign(self.env, raw, document))
