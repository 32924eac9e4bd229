"""What installing the addon sets up."""

from odoo.api import Environment

from odoo.addons.koban_guard.tools.moves import take_over


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_document and koban_compliance held up to 19.0.1."""
    take_over(env, "koban_document", "koban_test_mode", ["test_banner"], ["koban.test.mixin"])
    take_over(env, "koban_compliance", "koban_test_mode", fields=["res.users.test_mode"])
