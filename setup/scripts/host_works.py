"""Run in an Odoo shell: does the host still work after an addon was removed?

Prints "the host works", or ends with the error of what does not.
"""

MODELS = (
    "res.partner",
    "res.company",
    "res.config.settings",
    "product.template",
    "account.move",
    "account.payment",
    "sale.order",
    "purchase.order",
    "stock.picking",
    "crm.lead",
    "project.project",
)


def open_views(env):
    """Read the default views of each model, as the web client does."""
    for name in MODELS:
        if name in env:
            kinds = [(False, "list"), (False, "form"), (False, "search")]
            env[name].get_views([] if name == "res.config.settings" else kinds)


def sell_and_invoice(env):
    """Confirm an order and post an invoice."""
    partner = env["res.partner"].create({"name": "Client"})
    if "product.product" not in env:
        return
    product = env["product.product"].create({"name": "Article", "list_price": 10.0})
    line = [(0, 0, {"product_id": product.id})]
    if "sale.order" in env:
        order = env["sale.order"].create({"partner_id": partner.id, "order_line": line})
        order.action_confirm()
        assert order.state == "sale", order.state
    if "purchase.order" in env:
        order = env["purchase.order"].create({"partner_id": partner.id, "order_line": line})
        order.button_confirm()
        assert order.state == "purchase", order.state
    if "account.move" in env:
        values = {"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": line}
        invoice = env["account.move"].create(values)
        invoice.action_post()
        if not koban_installed(env):
            invoice.button_draft()
            invoice.action_post()
        assert invoice.state == "posted", invoice.state


def koban_installed(env):
    """Tell whether another addon still guards validated documents."""
    domain = [("name", "=like", "koban_%"), ("state", "=", "installed")]
    return bool(env["ir.module.module"].search_count(domain))


def check_registry(env):
    """No model and no field may be left without its code."""
    lost = env["ir.model"].search([]).filtered(lambda model: model.model not in env)
    assert not lost, f"models without code: {lost.mapped('model')}"


check_registry(env)  # noqa: F821
open_views(env)  # noqa: F821
sell_and_invoice(env)  # noqa: F821
env.cr.rollback()  # noqa: F821
print("the host works")
