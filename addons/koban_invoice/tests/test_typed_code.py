"""Issue 12, line 2: code typed in the client opens nothing on invoices and receipts."""

from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.koban_seal.tests.typed import TypedCode
from odoo.addons.koban_seal.tools.canonical import dumps

from .chain import ChainCase


@tagged("post_install", "-at_install")
class TestTypedCode(TypedCode, ChainCase):
    # On the sample, in tests/addons.
    tried_elsewhere = ("koban_guard", "koban_seal", "koban_original", "koban_test_mode")

    def get_forged_values(self, document):
        return {"ref": "Forged"} if document._name == "account.move" else {"memo": "Forged"}

    def test_invoice(self):
        """Each method of ours called from typed code leaves an invoice as it is, or is found."""
        self.check_methods(self.make_invoice())

    def test_payment(self):
        """The same of a receipt."""
        self.check_methods(self.pay(self.make_invoice()))

    def type_code(self, code, **names):
        """Run code; what it is refused is no matter of these tests."""
        with suppress(Exception), self.env.cr.savepoint(), mute_logger("odoo.tools.safe_eval"):
            self.run_typed(code, **names)
        self.env.invalidate_all()

    def get_kinds(self, document):
        self.env.cr.flush()
        events = self.env["koban.event"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )
        return events.mapped("kind")

    def test_passes(self):
        """No method gives typed code a pass, whose generator would stay open in a loop."""
        payment = self.pay(self.make_invoice())
        self.env.cr.flush()
        before = dumps(payment._get_sealed_content(payment.ids))
        other = self.make_invoice()
        self.type_code(
            "for _step in record._open_state().gen:\n    record.write({'move_id': other.id})",
            record=payment,
            other=other,
        )
        self.assertEqual(dumps(payment._get_sealed_content(payment.ids)), before)

    def test_in_test(self):
        """What is real is not validated in TEST, with whatever values."""
        invoice, draft = self.make_invoice(), self.make_invoice(post=False)
        code = "record._validate_in_test(ref='Forged')"
        for document in (invoice, draft):
            self.type_code(code, record=document)
            self.assertFalse(document.ref)
            self.assertFalse(document.test_validated_on)

    def test_events(self):
        """Nothing is recorded as cancelled, printed or explained that was not."""
        invoice = self.make_invoice()
        payment = self.pay(invoice)
        self.env.cr.flush()
        kinds = self.get_kinds(invoice), self.get_kinds(payment)
        forged = UserError("takes any attribute")
        forged.result = {"credit_note_ids": []}
        forged.model, forged.res_id, forged.paper = "account.move", invoice.id, "invoice"
        forged.kind, forged.sha256, forged.number = "original", "0" * 64, 0
        forged.details, forged.issued_id, forged.recipients = {}, False, {}
        forged.channel, forged.deferred, forged.issues = "print", False, [forged]
        told = {("acknowledgement", "account.move"): {invoice.id: {"link": 1, "reason": "None"}}}
        names = {"invoice": invoice, "payment": payment, "forged": forged, "told": told}
        for code in (
            "invoice._cancelled_seal(forged)",
            "payment._cancelled_seal(forged)",
            "env['koban.document.print']._record_round(forged)",
            "env['koban.document.print']._record_events(told)",
        ):
            self.type_code(code, **names)
            self.assertEqual((self.get_kinds(invoice), self.get_kinds(payment)), kinds, code)

    def test_keys(self):
        """Nothing is told of a key that nobody made: the verification knows keys by that."""
        self.make_invoice()
        self.env.cr.flush()
        declared = [("kind", "=", "key_declared")]
        before = self.env["koban.event"].search_count(declared)
        forged = UserError("takes any attribute")
        forged.key_id = "f" * 32
        self.type_code("env['koban.signing.key']._record_declared('', forged, 'x')", forged=forged)
        self.env.cr.flush()
        self.assertEqual(self.env["koban.event"].search_count(declared), before)

    def test_originals(self):
        """Nothing that typed code has becomes the original of a document."""
        invoice = self.make_invoice()
        [issued] = self.env["koban.issued.document"]._reserve(invoice, "invoice").values()
        contents = {issued: (b"Forged", "forged.pdf", invoice, None)}
        forged = UserError("takes any attribute")
        forged.waiting = {("account.move", invoice.id): issued}
        data = {invoice: {"pdf_attachment_values": {"raw": b"Forged", "name": "forged.pdf"}}}
        for code in (
            "env['koban.issued.document']._fill(contents)",
            "env['ir.actions.report']._fill_originals(contents)",
            "env['account.move.send']._freeze_sent(forged, data)",
        ):
            self.type_code(code, contents=contents, forged=forged, data=data)
            original = self.env["koban.issued.document"].sudo().browse(issued)
            self.assertFalse(original.sha256, code)
