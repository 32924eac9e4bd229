from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.takeover import seal_existing


def post_init_hook(env):
    """Give companies sequence and models, open quotes their number, validated orders a seal."""
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._create_order_sequence()
    companies._set_up_models()
    quotes = env["sale.order"].search(
        [("state", "in", ("draft", "sent")), ("company_id.document_guard", "=", True)]
    )
    with open_pass(quotes, fields={"quote_number"}):
        for quote in quotes:
            quote.quote_number = quote.name
    seal_existing(companies, "sale.order")


def uninstall_hook(env):
    """Give the host's report its own file names back."""
    env["ir.actions.report"]._extend_order_names(own=False)
