"""Row 2-53 for any addon: the first paper of the sample is its original, each later one a copy."""

import hashlib
import io
import json

from odoo.tests import tagged
from pypdf import PdfReader

from odoo.addons.koban_report.chromium.browser import end_browser
from odoo.addons.koban_sample.tests.common import SampleCase

REPORT = "koban_sample_original.report_sample"


@tagged("post_install", "-at_install")
class TestOriginal(SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(end_browser)

    def print_sample(self, sample):
        reports = self.env["ir.actions.report"].with_user(self.clerk)
        printed, _kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(
            REPORT, sample.ids
        )
        return printed

    def get_text(self, printed):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)

    def get_originals(self, sample):
        domain = [("res_model", "=", sample._name), ("res_id", "=", sample.id)]
        return self.env["koban.issued.document"].search(domain)

    def test_draft(self):
        """A draft is printed as it is, as often as one likes, and nothing is kept."""
        draft = self.make_sample()
        self.assertIn("Sample of Customer", self.get_text(self.print_sample(draft)))
        self.assertFalse(self.get_originals(draft))

    def test_copies(self):
        """The first print is kept by its bytes; later ones are the same pages, counted."""
        first = self.print_sample(self.sample)
        original = self.get_originals(self.sample)
        self.assertEqual(original.sha256, hashlib.sha256(first).hexdigest())
        self.assertNotIn("DUPLICATA", self.get_text(first).upper())
        self.partner.name = "Someone else"
        for number in (1, 2):
            text = self.get_text(self.print_sample(self.sample))
            self.assertIn("Sample of Customer", text)
            self.assertRegex(text, rf"DUPLICATA n°\s{number}\b")
        self.assertEqual(self.get_originals(self.sample), original)
        self.assertEqual(original.copies, 2)

    def test_journal(self):
        """The journal tells the original and each copy, with the fingerprint of the original."""
        first = self.print_sample(self.sample)
        self.print_sample(self.sample)
        self.env.cr.flush()
        domain = [("res_model", "=", "koban.sample"), ("res_id", "=", self.sample.id)]
        kinds = [*domain, ("kind", "in", ("print", "reprint"))]
        events = self.env["koban.event"].search(kinds, order="id")
        self.assertEqual(events.mapped("kind"), ["print", "reprint"])
        told = json.loads(events[0].content)
        self.assertEqual(told["paper"], "sample")
        self.assertEqual(told["sha256"], hashlib.sha256(first).hexdigest())

    def test_kept(self):
        """Nobody makes, changes or deletes an original by hand."""
        self.print_sample(self.sample)
        original = self.get_originals(self.sample)
        for function, arguments in (
            (original.write, ({"copies": 0},)),
            (original.unlink, ()),
            (original.create, ({"res_model": "koban.sample"},)),
        ):
            self.refusal("issued_document", function, *arguments)
