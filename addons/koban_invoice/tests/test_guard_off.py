"""DESIGN §2: where the guard is off, the host behaves as without the addons."""

import json

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.tools.verification import CompanyVerification


@tagged("post_install", "-at_install", "koban_alone")
class TestGuardOff(AccountTestInvoicingCommon):
    """A company of Belgium, with its own chart of accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.change_company_country(cls.env.company, cls.env.ref("base.be"))
        cls.env.company.document_guard = False
        cls.journal = cls.company_data["default_journal_sale"]

    def make_invoice(self, post=True, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [
                    Command.create({"name": "Work", "quantity": 2, "price_unit": 100.0,
                                    "tax_ids": False})
                ],
                **values,
            }
        )  # fmt: skip
        if post:
            invoice.action_post()
        return invoice

    def test_off_from_the_start(self):
        """A Belgian company starts without the guard; a French one with it."""
        belgian = self.env["res.company"].create(
            {"name": "BE", "country_id": self.env.ref("base.be").id,
             "account_fiscal_country_id": self.env.ref("base.be").id}
        )  # fmt: skip
        self.assertFalse(belgian.document_guard)
        self.assertFalse(self.make_invoice().is_protected)

    def test_verification(self):
        """Documents of a company that never was protected need no seal: nothing is found."""
        self.make_invoice()
        [answer] = self.env["koban.verification"].sudo().verify(self.env.company.ids)
        self.assertEqual((answer["state"], answer["findings"]), ("holds", []))

    def test_reset_edit_delete(self):
        """A posted invoice is reset to draft, edited, cancelled and deleted."""
        invoice = self.make_invoice()
        self.assertTrue(invoice.show_reset_to_draft_button)
        invoice.invoice_user_id = self.env.user
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 50.0
        self.assertEqual(invoice.amount_total, 100.0)
        invoice.action_post()
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(invoice.state, "cancel")
        other = self.make_invoice()
        other.button_draft()
        other.with_context(force_delete=True).unlink()
        self.assertFalse(other.exists())

    def test_typed_number(self):
        """The first number of a journal is typed, as in the host."""
        draft = self.make_invoice(post=False)
        draft.name = "INV/2026/0100"
        draft.action_post()
        self.assertEqual(draft.name, "INV/2026/0100")
        self.assertEqual(self.make_invoice().name, "INV/2026/0101")

    def test_line_edit(self):
        """A line of a posted invoice follows the host's own rules."""
        invoice = self.make_invoice()
        invoice.invoice_line_ids.name = "Other text"
        self.assertEqual(invoice.invoice_line_ids.name, "Other text")

    def test_cancel_document(self):
        """“Cancel the Document” works there too."""
        invoice = self.make_invoice()
        result = invoice.action_cancel_document(new_draft=True)
        credit_note = self.env["account.move"].browse(result["credit_note_ids"])
        self.assertEqual(credit_note.state, "posted")
        self.assertEqual(invoice.payment_state, "reversed")

    def test_switched_on_by_hand(self):
        """The guard is switched on for any company, and then applies to what is validated."""
        invoice = self.make_invoice()
        company = self.env.company
        company.document_guard = True
        with self.assertRaises(DocumentError):
            invoice.button_draft()
        with self.assertRaises(DocumentError):
            invoice.invoice_line_ids.price_unit = 1.0
        with self.assertRaises(DocumentError) as caught:
            company.document_guard = False
        self.assertEqual(caught.exception.code, "document_guard_off")
        self.assertTrue(company.document_guard)

    def test_switched_on_and_off(self):
        """Without a validated document, it is switched off again."""
        company = self.env.company
        company.document_guard = True
        self.make_invoice(post=False)
        company.document_guard = False
        self.assertFalse(company.document_guard)

    def test_bills_do_not_hold_it(self):
        """Documents that the guard does not cover do not keep it on."""
        company = self.env.company
        company.document_guard = True
        self.make_invoice(move_type="in_invoice")
        company.document_guard = False
        self.assertFalse(company.document_guard)

    def test_other_company_is_apart(self):
        """The guard of one company says nothing of another's documents."""
        french = self.env.ref("base.main_company")
        french.document_guard = True
        self.env.user.company_ids |= french
        journal = self.env["account.journal"].search(
            [("company_id", "=", french.id), ("type", "=", "sale")], limit=1
        )
        mine = self.make_invoice()
        theirs = self.env["account.move"].with_company(french).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.env["res.partner"].create({"name": "Customer"}).id,
                "invoice_date": "2026-03-10",
                "journal_id": journal.id,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": 1.0, "tax_ids": False})
                ],
            }
        )  # fmt: skip
        theirs.action_post()
        mine.button_draft()
        with self.assertRaises(DocumentError):
            theirs.button_draft()
        with self.assertRaises(DocumentError):
            (mine | theirs).write({"invoice_user_id": False, "ref": "both"})

    def test_branches(self):
        """Issue 12, line 8: what a branch validated before is sealed when its company is guarded.

        The archived ones too; the journal of each tells that it is protected from now on.
        """
        company = self.env.company
        branches = self.env["res.company"].create(
            [{"name": name, "parent_id": company.id} for name in ("Lille", "Gand")]
        )
        self.env.cr.flush()  # the host gives them their chart of accounts
        self.env.user.company_ids |= branches
        branch, archived = branches
        invoice, other = (self.make_invoice(company_id=one.id) for one in branches)
        self.assertFalse(invoice.document_guard)
        archived.active = False
        company.document_guard = True
        self.env.cr.flush()
        self.assertTrue(branch.document_guard)
        for document in invoice | other:
            self.assertEqual(document.sudo().seal_id.kind, "takeover")
            events = (
                self.env["koban.event"]
                .sudo()
                .search([("company_id", "=", document.company_id.id), ("kind", "=", "parameter")])
            )
            self.assertEqual(
                [json.loads(event.content)["changes"] for event in events],
                [{"document_guard": ["", "True"]}],
            )
            found = CompanyVerification(self.env(su=True), document.company_id).find()
            self.assertEqual([item.code for item in found if item.code[:4] != "head"], [])
