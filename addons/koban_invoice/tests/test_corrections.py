"""Issue 12, line 3: what changed since the first seal stays in sight, until it is explained."""

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.tools.head_check import HeadCheck
from odoo.addons.koban_seal.tools.journal import seal

from .chain import ChainCase


@tagged("post_install", "-at_install")
class TestCorrections(ChainCase):
    def setUp(self):
        super().setUp()
        # A test never commits, so no head was recorded outside the database.
        self.patch(HeadCheck, "find", lambda check: iter(()))
        self.invoice = self.make_invoice()
        self.env.cr.flush()

    def correct(self, invoice=None, value="Typed"):
        """Change an invoice past the guard and seal it again, as code of an administrator may."""
        invoice = invoice or self.invoice
        self.sql("UPDATE account_move SET ref = %s WHERE id = %s", value, invoice.id)
        invoice._seal_again()
        self.env.cr.flush()

    def get_findings(self, answer):
        verification = self.env["koban.verification"].browse(answer["verification_id"])
        return verification.finding_ids.filtered(lambda one: one.code == "document_corrected")

    def test_told(self):
        """A seal made anew after SQL hides nothing: who, when, before and after are told."""
        self.correct()
        [told] = self.find()
        self.assertEqual((told.code, told.severity), ("document_corrected", "warning"))
        self.assertEqual((told.model, told.res_id), ("account.move", self.invoice.id))
        self.assertEqual((told.field, told.expected, told.found), ("ref", "", "Typed"))
        seal = self.invoice.seal_id
        self.assertEqual((told.chain, told.link), ("main", seal.number))
        self.assertEqual((told.operator, told.date), (self.env.user.name, seal.date))
        self.assertEqual(self.verify()["state"], "warning")

    def test_each_step(self):
        """Each later seal is compared with the one before it."""
        self.correct(value="First")
        self.correct(value="Second")
        told = [(item.expected, item.found) for item in self.find()]
        self.assertEqual(told, [("", "First"), ("First", "Second")])

    def test_line(self):
        """A line's value is told by its model; a line that goes is told too."""
        line = self.get_product_lines(self.invoice)[0]
        self.sql("UPDATE account_move_line SET name = 'Typed' WHERE id = %s", line.id)
        self.invoice._seal_again()
        [told] = self.find()
        self.assertEqual(
            (told.model, told.res_id, told.field), ("account.move.line", line.id, "name")
        )

    def test_another_validation(self):
        """A second seal is told whatever its kind says."""
        self.sql("UPDATE account_move SET ref = 'Typed' WHERE id = %s", self.invoice.id)
        for kind in ("validation", "takeover", "closing"):
            with self.subTest(kind=kind), self.undone():
                seal(self.invoice, kind)
                self.assertEqual([item.field for item in self.find()], ["ref"])

    def test_altered_afterwards(self):
        """What is altered after a correction is an alteration beside it."""
        self.correct()
        self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.invoice.id)
        self.assertEqual(self.find_codes(), ["document_altered", "document_corrected"])

    def test_explained(self):
        """A manager's reason is an event; later verifications tell it as a note."""
        self.correct()
        findings = self.get_findings(self.verify())
        self.assertEqual(len(findings), 1)
        link = self.invoice.seal_id.number
        answer = findings.with_user(self.manager).acknowledge("The customer's order came late")
        self.assertEqual(answer, {"links": [link], "heads": 0})
        [event] = self.get_events("acknowledgement", records=self.invoice)
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(
            json.loads(event.content), {"link": link, "reason": "The customer's order came late"}
        )
        self.assertEqual(self.find(), [])
        [note] = self.find_notes()
        self.assertEqual((note.link, note.reason), (link, "The customer's order came late"))
        answer = self.verify()
        self.assertEqual((answer["state"], answer["findings"]), ("holds", []))
        self.assertEqual([note["reason"] for note in answer["notes"]], [note.reason])

    def test_explained_once(self):
        """An explanation is of one link: what is corrected later asks for its own."""
        self.correct(value="First")
        self.get_findings(self.verify()).with_user(self.manager).acknowledge("First")
        self.correct(value="Second")
        [told] = self.find()
        self.assertEqual((told.expected, told.found), ("First", "Second"))

    def test_explained_whole(self):
        """All of a verification is explained in one go; nothing is left to explain then."""
        other = self.make_invoice()
        self.correct()
        self.correct(other)
        verification = self.env["koban.verification"].browse(self.verify()["verification_id"])
        self.assertTrue(verification.is_explainable)
        answer = verification.with_user(self.manager).acknowledge("Both")
        self.assertEqual(len(answer["links"]), 2)
        self.assertEqual(self.find(), [])
        self.assertFalse(verification.is_explainable)
        self.assertEqual(set(verification.finding_ids.mapped("reason")), {"Both"})
        self.refusal("acknowledgement_none", verification.acknowledge, "Again")

    def test_refused(self):
        """Who does not manage explains nothing; nobody explains without a reason."""
        self.correct()
        findings = self.get_findings(self.verify())
        auditor = self.make_user("auditor", "koban_seal.group_auditor")
        for user in (auditor, self.billing_user):
            with self.assertRaises(AccessError):
                findings.with_user(user).acknowledge("I may not")
        for reason in ("", "  "):
            with self.assertRaises(DocumentError) as caught:
                findings.with_user(self.manager).acknowledge(reason)
            self.assertEqual(caught.exception.code, "acknowledgement_reason")
        self.assertFalse(self.get_events("acknowledgement"))

    def test_alteration_stays(self):
        """What SQL altered cannot be explained away."""
        self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.invoice.id)
        verification = self.env["koban.verification"].browse(self.verify()["verification_id"])
        self.assertEqual(verification.finding_ids.mapped("is_explainable"), [False])
        altered = verification.with_user(self.manager)
        self.refusal("acknowledgement_none", altered.acknowledge, "It was nothing")

    def test_wizard(self):
        """The button of a finding asks for the reason of all that the same link changed."""
        self.sql(
            "UPDATE account_move SET ref = 'Typed', payment_reference = 'x' WHERE id = %s",
            self.invoice.id,
        )
        self.invoice._seal_again()
        findings = self.get_findings(self.verify())
        action = findings[0].with_user(self.manager).action_open_acknowledge()
        Wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = Wizard.with_context(**action["context"]).create({"reason": "Asked for"})
        self.assertEqual(wizard.finding_ids, findings)
        self.assertEqual(wizard.action_acknowledge()["type"], "ir.actions.act_window_close")
        self.assertEqual(findings.mapped("reason"), ["Asked for", "Asked for"])

    def test_payment(self):
        """A receipt taken back and validated again is a note; one changed in place is not."""
        payment = self.pay(self.invoice)
        self.env.cr.flush()
        with self.undone():
            payment.action_draft()
            self.env.cr.flush()
            payment.action_post()
            self.assertEqual(self.find(), [])
            self.assertEqual([note.field for note in self.find_notes()], ["valid", "valid"])
        self.sql("UPDATE account_payment SET amount = 1 WHERE id = %s", payment.id)
        payment._seal_again()
        [told] = self.find()
        self.assertEqual((told.severity, told.field, told.found), ("warning", "amount", "1"))
