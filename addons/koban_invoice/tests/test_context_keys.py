"""Bad input: a context key sent by a client never opens the guard."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import InvoiceCase

# Keys that switch off checks of the host. The guard has none of its own.
CONTEXTS = (
    {"skip_readonly_check": True},
    {"force_delete": True},
    {"check_move_validity": False},
    {"skip_invoice_sync": True},
    {"skip_account_move_synchronization": True},
    {"skip_is_manually_modified": True},
    {"skip_procurement": True},
    {"sale_no_log_for_new_lines": True},
    {"tracking_disable": True},
    {"mail_notrack": True},
    {"mail_create_nolog": True},
    {"dynamic_unlink": True},
    {"bypass_lock_check": True},
    {"BYPASS_LOCK_CHECK": True},
    {"bypass_audit_trail": True},
    {"bypass_audit": True},
    {"_force_unlink": True},
    {"MODULE_UNINSTALL_FLAG": True},
    {"install_mode": True},
    {"module": "koban_invoice"},
    {"import_file": True},
    {"active_test": False},
    {"prefetch_fields": False},
    {"no_document": True},
    {"uid": 1},
    {"su": True},
)
EVERYTHING = {key: value for context in CONTEXTS for key, value in context.items()}


@tagged("post_install", "-at_install", "koban_alone")
class TestContextKeys(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()
        cls.line = cls.get_product_lines(cls.invoice)[0]

    def check_closed(self, context, user):
        lines = self.env["account.move.line"]
        new_line = {"move_id": self.invoice.id, "name": "More", "price_unit": 1.0}
        for code, records, method, arguments in (
            ("document_validated", self.invoice, "write", [{"invoice_user_id": self.manager.id}]),
            ("document_validated", self.invoice, "write", [{"state": "draft"}]),
            ("document_validated", self.line, "write", [{"price_unit": 1.0}]),
            ("document_validated", self.line, "unlink", []),
            ("document_validated", lines, "create", [new_line]),
            ("document_delete", self.invoice, "unlink", []),
            ("document_state", self.invoice, "button_draft", []),
            ("document_state", self.invoice, "button_cancel", []),
        ):
            with self.subTest(context=context, method=method, arguments=arguments):
                self.refusal(code, self.rpc, user, records, method, *arguments, context=context)

    def test_one_by_one(self):
        """No key opens the guard to the administrator of commercial management."""
        with self.unchanged(self.invoice):
            for context in CONTEXTS:
                self.check_closed(context, self.manager)

    def test_all_at_once(self):
        """Nor do all of them together, not even for the superuser."""
        with self.unchanged(self.invoice):
            self.check_closed(EVERYTHING, self.manager)
            self.check_closed(EVERYTHING, None)

    def test_drafts(self):
        """Nor do they let a draft be validated or numbered by hand."""
        draft = self.make_invoice(post=False)
        with self.unchanged(draft):
            for context in (*CONTEXTS, EVERYTHING):
                for code, values in (
                    ("document_state", {"state": "posted"}),
                    ("document_number", {"name": "FAC/2026/00777"}),
                ):
                    with self.subTest(context=context, values=values):
                        self.refusal(
                            code, self.rpc, self.manager, draft, "write", values, context=context
                        )

    def test_private_methods(self):
        """What opens the guard inside the server cannot be called from outside."""
        for method in ("_validate_open", "_post", "_check_guard"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.manager, self.invoice, method)
