"""The order of the layers of an invoice, which comes from the order of imports and addons."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_seal.models import sealed_mixin
from odoo.addons.koban_seal.tools import journal

from .common import InvoiceCase

HOST = "odoo.addons.account.models.account_move"


def find_layers(env, model, method, *files):
    """Return where classes that define a method stand in its resolution, by their file.

    :param files: ends of the names of their modules, or a whole name
    """
    modules = [cls.__module__ for cls in type(env[model]).__mro__ if method in vars(cls)]
    return [
        next(rank for rank, name in enumerate(modules) if f".{name}".endswith(f".{file}"))
        for file in files
    ]


@tagged("post_install", "-at_install")
class TestLayers(InvoiceCase):
    def assert_order(self, method, *files):
        layers = find_layers(self.env, "account.move", method, *files)
        self.assertEqual(layers, sorted(layers), f"{method}: {files}")

    def test_write(self):
        """TEST, journal, guard and originals see a write before the host does, in this order."""
        self.assert_order(
            "write",
            "fictitious_mixin",
            "koban_seal.models.guard_mixin",
            "koban_guard.models.guard_mixin",
            "issued_mixin",
            HOST,
        )

    def test_own_mixins(self):
        """What an invoice lists of its own addon runs before TEST and the guard."""
        self.assert_order(
            "_get_validation_steps",
            "koban_invoice.models.account_move",
            "dated_mixin",
            "koban_test_mode.models.fictitious_mixin",
            "koban_guard.models.document_mixin",
        )
        self.assert_order("action_post", "fictitious_invoice_mixin", HOST)
        self.assert_order("_cancelled_seal", "credited_mixin", "sealed_mixin")

    def test_steps(self):
        """Mentions are asked for before dates, and both before the key."""
        steps = self.env["account.move"]._get_validation_steps()
        found = [name for name in steps if name in ("check", "mentions", "dates", "key", "host")]
        self.assertEqual(found, ["check", "mentions", "dates", "key", "host"])

    def test_sealed_last(self):
        """The seal is asked for once the host validated the invoice and numbered it."""
        states = []
        seal = journal.seal

        def note(moves, *args):
            states.extend((move.state, bool(move.name)) for move in moves)
            return seal(moves, *args)

        invoice = self.make_invoice(post=False)
        with patch.object(sealed_mixin, "seal", note):
            invoice.action_post()
        self.assertEqual(set(states), {("posted", True)})
