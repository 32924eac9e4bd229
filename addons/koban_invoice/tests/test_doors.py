"""Rows 2-58, 3-14, 3-15, 3-21: the doors the host leaves open on posted invoices."""

import base64
import json
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceDoors(InvoiceCase):
    """Every way into a posted invoice that the host knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()
        cls.line = cls.get_product_lines(cls.invoice)[0]

    def test_web_save(self):
        """Row 3-16: the form's own call is refused, and so is its mass edition."""
        with self.unchanged(self.invoice):
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, self.invoice, "web_save",
                {"invoice_user_id": self.manager.id}, {"id": {}},
            )  # fmt: skip
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, self.invoice, "web_save_multi",
                [{"invoice_date_due": "2030-01-01"}], {"id": {}},
            )  # fmt: skip
        self.rpc(
            self.billing_user, self.invoice, "web_save", {"comment": "<p>Ok</p>"}, {"comment": {}}
        )
        self.assertIn("Ok", self.invoice.comment)

    def test_import(self):
        """Row 3-14: an import cannot alter a validated invoice nor its lines."""
        self.env.flush_all()
        before = self.photo(self.invoice)
        for model, record, field, value in (
            ("account.move", self.invoice, "ref", "imported"),
            ("account.move", self.invoice, "invoice_line_ids/price_unit", "1"),
            ("account.move.line", self.line, "price_unit", "1"),
        ):
            with self.subTest(field=field):
                result = self.rpc(
                    self.manager, self.env[model], "load", [".id", field], [[str(record.id), value]]
                )
                self.assertFalse(result["ids"])
                self.assertIn("document_validated", json.dumps(result["messages"]))
                self.assertEqual(self.photo(self.invoice), before)

    def test_resequence(self):
        """Row 3-14: the lines of a validated invoice cannot be put in another order."""
        lines = self.get_product_lines(self.invoice)
        with self.unchanged(self.invoice):
            self.refusal(
                "document_validated",
                self.rpc, self.billing_user, lines.browse(reversed(lines.ids)),
                "web_resequence", {"id": {}},
            )  # fmt: skip

    def test_state(self):
        """Row 3-21: no status is written on a validated invoice, nor on a draft."""
        for state in ("draft", "cancel"):
            with self.unchanged(self.invoice):
                self.refusal(
                    "document_validated",
                    self.rpc, None, self.invoice, "write", {"state": state},
                )  # fmt: skip
        draft = self.make_invoice(post=False)
        for user in (self.billing_user, self.manager, None):
            with self.unchanged(draft):
                self.refusal("document_state", self.rpc, user, draft, "write", {"state": "posted"})
                self.refusal(
                    "document_number", self.rpc, user, draft, "write", {"posted_before": True}
                )

    def test_reset_to_draft(self):
        """Row 3-21: a validated invoice is neither reset to draft nor cancelled."""
        self.assertFalse(self.invoice.show_reset_to_draft_button)
        for user in (self.billing_user, self.manager, None):
            for method in ("button_draft", "button_cancel"):
                with self.subTest(method=method), self.unchanged(self.invoice):
                    self.refusal("document_state", self.rpc, user, self.invoice, method)

    def test_reset_batch(self):
        """Row 3-21: nor in a batch with others, none of which changes."""
        bill = self.make_invoice(move_type="in_invoice", invoice_payment_term_id=False)
        with self.unchanged(self.invoice, bill):
            self.refusal(
                "document_state", self.rpc, self.manager, bill | self.invoice, "button_draft"
            )

    def test_cancelled_draft(self):
        """A draft that was never validated is cancelled, reset and deleted as in the host."""
        draft = self.make_invoice(post=False)
        self.rpc(self.billing_user, draft, "button_cancel")
        self.assertEqual(draft.state, "cancel")
        self.rpc(self.billing_user, draft, "write", {"ref": "free"})
        self.rpc(self.billing_user, draft, "button_draft")
        self.assertEqual(draft.state, "draft")
        self.rpc(self.billing_user, draft, "unlink")
        self.assertFalse(draft.exists())

    def test_unlink(self):
        """Row 2-58: a validated invoice cannot be deleted."""
        for user in (self.billing_user, self.manager, None):
            with self.unchanged(self.invoice):
                self.refusal("document_delete", self.rpc, user, self.invoice, "unlink")

    def test_create_validated(self):
        """Row 3-15: no invoice is created validated or numbered, whatever carries the value."""
        moves = self.env["account.move"]
        base = {"move_type": "out_invoice", "partner_id": self.customer.id}
        count = moves.search_count([])
        for code, values in (
            ("document_state", {"state": "posted"}),
            ("document_number", {"posted_before": True}),
            ("document_number", {"name": "FAC/2026/00099"}),
            ("document_number", {"inalterable_hash": "x"}),
        ):
            for user in (self.billing_user, None):
                with self.subTest(values=values):
                    self.refusal(code, self.rpc, user, moves, "create", {**base, **values})
                with self.subTest(default=values):
                    context = {f"default_{name}": value for name, value in values.items()}
                    self.refusal(code, self.rpc, user, moves, "create", base, context=context)
                with self.subTest(move_type_by_context=values):
                    self.refusal(
                        code, self.rpc, user, moves, "create",
                        {"partner_id": self.customer.id, **values},
                        context={"default_move_type": "out_invoice"},
                    )  # fmt: skip
        self.assertEqual(moves.search_count([]), count)

    def test_create_by_user_default(self):
        """Row 3-15: nor does a default value that a person saved for himself."""
        self.env["ir.default"].with_user(self.manager).set(
            "account.move", "state", "posted", user_id=True
        )
        self.refusal(
            "document_state",
            self.rpc, self.manager, self.env["account.move"], "create",
            {"move_type": "out_invoice", "partner_id": self.customer.id},
        )  # fmt: skip

    def test_copy(self):
        """Row 3-15: a copy is a new draft, without number nor trace of the validation."""
        copy_id = self.rpc(self.billing_user, self.invoice, "copy")[0]
        copy = self.env["account.move"].browse(copy_id)
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.name and copy.name != "/")
        self.assertFalse(copy.posted_before)
        self.assertFalse(copy.inalterable_hash)
        self.assertEqual(copy.amount_total, self.invoice.amount_total)
        self.refusal(
            "document_number",
            self.rpc, self.billing_user, self.invoice, "copy", {"name": "FAC/2026/00500"},
        )  # fmt: skip
        self.refusal(
            "document_state",
            self.rpc, self.billing_user, self.invoice, "copy", {"state": "posted"},
        )  # fmt: skip

    def test_type_switch(self):
        """Row 3-21: a validated invoice does not become a credit note."""
        with self.unchanged(self.invoice), self.assertRaises(UserError):
            self.rpc(self.manager, self.invoice, "action_switch_move_type")

    def test_fiscal_position_update(self):
        """Row 3-15: nor do the buttons that recompute taxes or the currency rate change it."""
        for method in ("action_update_fpos_values", "refresh_invoice_currency_rate"):
            marks = ("write_uid", "write_date", "is_manually_modified")
            untouched = self.unchanged(self.invoice, ignored=marks)
            # Refused or without effect, as the host pleases.
            with self.subTest(method=method), untouched, suppress(UserError):
                self.rpc(self.manager, self.invoice, method)

    def test_attachment_of_field(self):
        """Row 3-14: a file behind a frozen field cannot be created through ir.attachment."""
        field = self.env["ir.model.fields"].create(
            {
                "name": "x_scan",
                "model_id": self.env.ref("account.model_account_move").id,
                "ttype": "binary",
                "field_description": "Scan",
            }
        )
        self.addCleanup(self.registry.reset_changes)
        draft = self.make_invoice(post=False)
        draft.write({field.name: base64.b64encode(b"signed")})
        draft.action_post()
        self.env.flush_all()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", draft.id),
             ("res_field", "=", field.name)]
        )  # fmt: skip
        self.assertEqual(len(attachment), 1)
        for values in (
            {"datas": base64.b64encode(b"other")},
            {"raw": b"other"},
            {"name": "other"},
            {"res_id": self.invoice.id},
            {"res_field": False},
        ):
            with self.subTest(values=values):
                self.refusal("document_validated", self.rpc, None, attachment, "write", values)
        self.refusal("document_validated", self.rpc, None, attachment, "unlink")
        self.assertEqual(base64.b64decode(draft[field.name]), b"signed")
        with self.assert_refused():
            self.env["ir.attachment"].create(
                {
                    "name": "x_scan",
                    "res_model": "account.move",
                    "res_id": self.invoice.id,
                    "res_field": "x_scan",
                    "raw": b"planted",
                }
            )
        planted = self.env["ir.attachment"].create(
            {"name": "x_scan", "res_model": "res.partner", "res_id": self.invoice.id,
             "res_field": "x_scan", "raw": b"planted"}
        )  # fmt: skip
        with self.assert_refused():
            planted.res_model = "account.move"

    def test_custom_field(self):
        """A field that an administrator adds is refused by default, drafts excepted."""
        self.env["ir.model.fields"].create(
            [
                {
                    "name": name,
                    "model_id": self.env.ref(model).id,
                    "ttype": "char",
                    "field_description": name,
                    "translate": translate,
                }
                for model in ("account.model_account_move", "account.model_account_move_line")
                for name, translate in (("x_note", False), ("x_term", "standard"))
            ]
        )
        self.addCleanup(self.registry.reset_changes)
        draft = self.make_invoice(post=False)
        draft.x_note = "free"
        draft.x_term = "Terms"
        draft.action_post()
        for record in (draft, self.get_product_lines(draft)[0]):
            for name in ("x_note", "x_term"):
                with self.subTest(model=record._name, field=name), self.unchanged(draft):
                    self.refusal(
                        "document_validated", self.rpc, None, record, "write", {name: "altered"}
                    )

    def test_translations(self):
        """A translation of a frozen field is an alteration like another."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.model.fields"].create(
            {
                "name": "x_term",
                "model_id": self.env.ref("account.model_account_move").id,
                "ttype": "char",
                "field_description": "Term",
                "translate": "standard",
            }
        )
        self.addCleanup(self.registry.reset_changes)
        draft = self.make_invoice(post=False)
        draft.with_context(lang="en_US").x_term = "Terms"
        draft.action_post()
        with self.unchanged(draft):
            self.refusal(
                "document_validated",
                self.rpc, self.manager, draft, "update_field_translations",
                "x_term", {"fr_FR": "Conditions", "en_US": "Altered"},
            )  # fmt: skip

    def test_partner_merge(self):
        """Row 3-15: merging partners must not change the customer of a validated invoice."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.unchanged(self.invoice), self.assertRaises(UserError):
            wizard._merge((self.customer | self.other_customer).ids, self.other_customer)

    def test_account_merge(self):
        """Row 3-15: nor does merging accounts change that of a validated line."""
        used = self.line.account_id
        other = used.copy({"code": "706998"})
        wizard = self.env["account.merge.wizard"]
        with self.unchanged(self.invoice), self.assert_refused("document_reference"):
            wizard._action_merge(other | used)
        with self.unchanged(self.invoice), self.assert_refused("document_reference"):
            used._action_unmerge()

    def test_server_action(self):
        """Row 3-14: a server action writes no more than a person."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Discount",
                "model_id": self.env.ref("account.model_account_move_line").id,
                "state": "code",
                "code": "records.write({'discount': 90})",
            }
        )
        with self.unchanged(self.invoice), self.assert_refused():
            action.with_context(
                active_model="account.move.line", active_ids=self.line.ids, active_id=self.line.id
            ).run()

    def test_server_action_that_catches(self):
        """Bad input: code that hides the refusal leaves nothing behind either."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Hidden line",
                "model_id": self.env.ref("account.model_account_move").id,
                "state": "code",
                "code": (
                    "try:\n"
                    "    env['account.move.line'].create("
                    "{'move_id': record.id, 'name': 'Hidden', 'price_unit': 1})\n"
                    "except Exception:\n"
                    "    pass\n"
                ),
            }
        )
        with self.unchanged(self.invoice):
            action.with_context(
                active_model="account.move", active_ids=self.invoice.ids,
                active_id=self.invoice.id,
            ).run()  # fmt: skip

    def test_many_fields_named(self):
        """Bad input: the message names the fields, what stays editable and the way out."""
        user = self.make_user("koban_fr", "account.group_account_invoice", lang="en_US")
        error = self.refusal(
            "document_validated",
            self.rpc, user, self.invoice, "write",
            {"invoice_user_id": self.manager.id, "ref": "x", "line_ids": [
                Command.update(self.line.id, {"price_unit": 1})]},
        )  # fmt: skip
        message = str(error)
        for text in (self.invoice.name, "Salesperson", "Unit Price", "Survey", "Header",
                     "Cancel the Document"):  # fmt: skip
            self.assertIn(text, message)
        self.assertEqual(error.context["model"], "account.move")
        self.assertEqual(error.context["ids"], self.invoice.ids)
        self.assertEqual(error.context["fields"], ["invoice_user_id", "price_unit", "ref"])
        json.dumps(error.context)
