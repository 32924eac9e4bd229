"""What installing the addon sets up."""

from odoo.api import Environment

from .tools.moves import take_over


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_document held up to 19.0.1.2.0."""
    take_over(
        env,
        "koban_document",
        "koban_guard",
        records=(
            "access_koban_opened_field_manager",
            "access_koban_opened_field_system",
            "group_manager",
            "koban_opened_field_action",
            "koban_opened_field_menu",
            "koban_opened_field_view_form",
            "koban_opened_field_view_list",
            "koban_opened_field_view_search",
            "module_category_koban",
            "privilege_koban",
        ),
        models=(
            "koban.document.line.mixin",
            "koban.document.mixin",
            "koban.guard.mixin",
            "koban.opened.field",
        ),
        fields=("res.company.document_guard", "res.config.settings.document_guard"),
    )
