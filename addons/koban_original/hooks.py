"""What installing the addon sets up."""

from odoo.api import Environment

from odoo.addons.koban_guard.tools.moves import take_over


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_compliance held up to 19.0.1.3.0."""
    take_over(
        env,
        "koban_compliance",
        "koban_original",
        records=(
            "access_koban_issued_document_invoice",
            "access_koban_issued_document_readonly",
            "issue_action",
            "issue_view_list",
            "issue_view_search",
            "koban_issued_document_action",
            "koban_issued_document_view_form",
            "koban_issued_document_view_list",
            "koban_issued_document_view_search",
            "menu_koban_issue",
            "menu_koban_issued_document",
            "rule_issued_document_company",
        ),
        models=(
            "koban.issued.document",
            "koban.issued.mixin",
        ),
        fields=(
            "koban.document.print.channel",
            "koban.document.print.copy_number",
            "koban.document.print.issue_kind",
            "koban.document.print.issued_id",
            "koban.document.print.recipients",
        ),
    )
