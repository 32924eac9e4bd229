"""What installing the addon sets up."""

from odoo.api import Environment


def post_init_hook(env: Environment) -> None:
    """Give the ready document models to each French company, and to its documents."""
    env["res.company"].with_context(active_test=False).search([])._set_up_models()
