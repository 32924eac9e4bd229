"""Row 2-62 for any addon: the sample marked TEST, in a chain of its own, stamped on paper."""

import io
import json

from odoo.tests import tagged
from pypdf import PdfReader

from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_report.chromium.browser import end_browser
from odoo.addons.koban_sample.tests.common import SampleCase
from odoo.addons.koban_seal.tests.attacker import Attacker


@tagged("post_install", "-at_install")
class TestFictitious(Attacker, SampleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(end_browser)
        cls.operator = cls.make_user(
            "sample_operator", "account.group_account_invoice", name="Zoé Łuczak"
        )
        cls.operator.with_user(cls.operator).action_toggle_test_mode(True)
        cls.draft = cls.make_sample(is_test=True)
        cls.marked = cls.make_sample(is_test=True).with_user(cls.operator)
        cls.marked.action_validate()
        cls.env.cr.flush()

    def get_events(self, records, chain):
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        return self.env["koban.event"].search([*domain, ("chain", "=", chain)], order="id")

    def test_marked(self):
        """In the mode TEST what a person makes is TEST, and names its operator; else it is not."""
        values = {"partner_id": self.partner.id}
        made = self.env["koban.sample"].with_user(self.operator).create(values)
        self.assertEqual((made.is_test, made.test_operator_id), (True, self.operator))
        self.assertFalse(self.env["koban.sample"].with_user(self.clerk).create(values).is_test)
        self.assertFalse(self.marked.copy({"state": "draft"}).with_user(self.clerk).copy().is_test)

    def test_mark_kept(self):
        """TEST or real from its creation: no write makes one of the other, drafts included."""
        real = self.make_sample()
        for sample, value in ((self.draft, False), (real, True)):
            write = sample.with_user(self.clerk).write
            self.refusal("test_mark", write, {"is_test": value})
        self.refusal("document_validated", self.marked.write, {"is_test": False})
        self.refusal("document_validated", self.marked.write, {"test_validated_on": False})

    def test_no_number(self):
        """Validated in TEST it takes neither number nor status of a real one, and no other door."""
        self.assertEqual((self.marked.name, self.marked.state), (False, "draft"))
        self.assertEqual(self.marked.test_label, f"TEST {self.marked.id}")
        self.assertTrue(self.marked.test_validated_on)
        write = self.draft.with_user(self.clerk).write
        self.refusal("test_document", write, {"state": "done"})
        called = []
        self.refusal("test_document", pipeline.validate, self.draft, called.append)
        self.assertEqual(called, [], "the host is not even asked")
        self.refusal("document_state", self.marked.action_validate)
        self.assertEqual(self.draft.state, "draft")

    def test_guarded(self):
        """Validated in TEST it is guarded like a real one."""
        with self.unchanged(self.marked):
            self.refusal("document_validated", self.marked.write, {"city": "Paris"})
            self.refusal("document_validated", self.marked.line_ids.write, {"price": 1})
            self.refusal("document_delete", self.marked.unlink)
        self.marked.user_id = self.operator

    def test_real_in_the_mode(self):
        """In the mode TEST nothing real is validated by mistake."""
        real = self.make_sample()
        self.refusal("test_mode_on", real.with_user(self.operator).action_validate)
        self.operator.with_user(self.operator).action_toggle_test_mode(False)
        real.with_user(self.operator).action_validate()
        self.assertEqual(real.state, "done")

    def test_chain(self):
        """The TEST chain is one of its own: sealed, and verified beside the real one."""
        seal = self.marked.sudo().seal_id
        self.assertEqual((seal.chain, seal.kind), ("test", "validation"))
        self.assertEqual(json.loads(seal.notes)["operator"], self.operator.name)
        self.assertFalse(self.get_events(self.marked, "main"))
        self.assertEqual(self.sample.seal_id.chain, "main")
        self.assertEqual(self.find_codes(), [])
        with self.undone():
            self.sql("UPDATE koban_sample SET total = 1 WHERE id = %s", self.marked.id)
            [finding] = self.find()
            self.assertEqual((finding.code, finding.res_id), ("document_altered", self.marked.id))
        with self.undone():
            self.sql("DELETE FROM koban_event WHERE id = %s", seal.id)
            [finding] = self.find()
            self.assertEqual((finding.code, finding.res_id), ("document_unsealed", self.marked.id))

    def test_switch_recorded(self):
        """Each switch of the mode is in the journal, with who made it."""
        self.operator.with_user(self.operator).action_toggle_test_mode(False)
        self.env.cr.flush()
        events = self.get_events(self.operator, "test")
        self.assertEqual(events.mapped("kind"), ["test_on", "test_off"])
        self.assertEqual(events.user_id, self.operator)

    def test_left_out(self):
        """A total that asks for real documents gets them alone; lists open without TEST."""
        samples = self.env["koban.sample"]
        found = samples.with_context(without_test_documents=True).search([])
        self.assertIn(self.sample, found)
        self.assertNotIn(self.marked, found)
        self.assertIn(self.marked, samples.search([]))
        action = self.env["ir.actions.act_window"].create(
            {"name": "Samples", "res_model": "koban.sample", "view_mode": "list"}
        )
        for user, left_out in ((self.clerk, True), (self.operator, False)):
            shown = action.with_user(user).sudo()._get_action_dict()["context"]
            self.assertEqual("search_default_without_test" in shown, left_out)

    def test_paper(self):
        """Each page of a TEST document is stamped with its operator, and of a real one none."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        printed, _kind = report._render_qweb_pdf(
            "koban_sample_fictitious.report_sample", [self.marked.id, self.sample.id]
        )
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages]
        self.assertEqual(["Zoé Łuczak" in page for page in pages], [True, True, False, False])
        self.assertEqual(["TEST" in page for page in pages], [True, True, False, False])

    def test_mail(self):
        """A message about a TEST document says so in its subject."""
        posted = self.marked.message_post(subject="Offer", body="x")
        self.assertEqual(posted.subject, "[TEST] Offer")
        self.assertEqual(self.sample.message_post(subject="Offer", body="x").subject, "Offer")
