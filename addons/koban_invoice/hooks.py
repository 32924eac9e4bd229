"""What installing the addon sets up."""

from odoo.api import Environment

from odoo.addons.koban_guard.tools.moves import take_over
from odoo.addons.koban_seal.tools.takeover import seal_existing


def pre_init_hook(env: Environment) -> None:
    """Take over what koban_compliance held up to 19.0.1.3.0."""
    take_over(
        env,
        "koban_compliance",
        "koban_invoice",
        records=(
            "access_koban_document_cancel",
            "account_invoice_line_facturx_export_22",
            "action_cancel_documents",
            "koban_document_cancel_view_form",
            "portal_invoice_page",
            "report_invoice_document",
            "view_account_invoice_filter_test",
            "view_account_move_filter_test",
            "view_account_payment_form_seal",
            "view_invoice_tree_test",
            "view_move_form",
            "view_move_form_issue",
            "view_move_form_seal",
            "view_move_form_test",
        ),
        models=("koban.document.cancel",),
        fields=(
            "account.bank.statement.line.has_updated_texts",
            "account.bank.statement.line.issue_count",
            "account.bank.statement.line.no_followup",
            "account.move.document_guard",
            "account.move.has_updated_texts",
            "account.move.is_protected",
            "account.move.is_test",
            "account.move.issue_count",
            "account.move.no_followup",
            "account.move.seal_id",
            "account.move.test_label",
            "account.move.test_operator_id",
            "account.move.test_validated_on",
            "account.payment.document_guard",
            "account.payment.is_protected",
            "account.payment.seal_id",
        ),
    )
    # It has just taken the whole model over.
    papers = [
        f"selection__koban_issued_document__paper__{name}" for name in ("invoice", "einvoice")
    ]
    take_over(env, "koban_original", "koban_invoice", papers)


def post_init_hook(env: Environment) -> None:
    """Word the host's field ``no_followup`` (row 3-19), and seal what was validated before.

    The host has already translated its own label of the field, which an import keeps.
    """
    languages = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(["koban_invoice"], languages, overwrite=True)
    companies = env["res.company"].with_context(active_test=False).search([])
    seal_existing(companies, "account.move", "account.payment", "koban.settlement")
