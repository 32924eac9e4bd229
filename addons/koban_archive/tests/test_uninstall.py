"""DESIGN §3: an administrator does not uninstall the proof with a click."""

from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.common import InvoiceCase

# What proves, and what is proved.
KEPT = (
    "koban_guard",
    "koban_seal",
    "koban_mentions",
    "koban_original",
    "koban_test_mode",
    "koban_invoice",
    "koban_closing",
    "koban_archive",
)


@tagged("post_install", "-at_install", "koban_alone")
class TestUninstall(InvoiceCase):
    def test_refused(self):
        """Once a document is sealed, no addon of the proof goes, closings and archives neither."""
        self.make_invoice()
        self.env.cr.flush()
        for name in KEPT:
            addon = self.env["ir.module.module"].search([("name", "=", name)])
            with self.subTest(name):
                self.refusal("sealed_documents", addon.button_uninstall)
