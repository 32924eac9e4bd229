"""Run in an Odoo shell after an upgrade from the last release: its documents go on.

Ends with an error where a number leaves a gap or comes twice, or the guard no longer holds.
"""

import re

from odoo import Command
from odoo.exceptions import UserError

env = env  # noqa: F821, PLW0127 (the shell's)
admin = env.ref("base.user_admin")
french = env.ref("base.main_company")
[belgian] = env["res.company"].search([("id", "!=", french.id)])


def of(company):
    """Return the environment of the administrator in a company."""
    return env(user=admin, context={"lang": "fr_FR", "allowed_company_ids": company.ids})


def names(env, model, field="name"):
    """Return the numbers of a company's documents."""
    found = env[model].with_context(active_test=False)
    return found.search([("company_id", "=", env.company.id)]).mapped(field)


def split(name):
    """Return a number's series and rank: "CDE-2026-00012" gives ("CDE-2026-", 12)."""
    match = re.fullmatch(r"(.*?)(\d+)", name or "")
    return (match[1], int(match[2])) if match else (name, 0)


def check_follow(before, made):
    """The numbers made follow the last one of their series, whole and once."""
    for name in made:
        series, rank = split(name)
        last = max((split(other)[1] for other in before if split(other)[0] == series), default=0)
        assert rank == last + 1, f"{name} follows {series}{last}"
        before = [*before, name]


def sell(env):
    """Return a quote of one line."""
    product = env["product.product"].search([("type", "=", "service")], limit=1)
    line = {"product_id": product.id, "name": "Étude", "price_unit": 100.0}
    partner = env["sale.order"].search([("company_id", "=", env.company.id)], limit=1).partner_id
    return env["sale.order"].create({"partner_id": partner.id, "order_line": [Command.create(line)]})


def go_on_with_orders(env):
    """Two more orders, and their invoice."""
    before = names(env, "sale.order")
    orders = sell(env) | sell(env)
    for order in orders:
        order.action_confirm()
    if env.company.document_guard:  # the host's own numbers are of all companies
        check_follow(before, orders.mapped("name"))
    before = names(env, "account.move")
    invoice = orders._create_invoices()
    invoice.action_post()
    check_follow(before, invoice.mapped("name"))


def go_on_with_contracts(env):
    """The draft that the release left is validated."""
    before = names(env, "koban.contract")
    draft = env["koban.contract"].search([("state", "=", "draft")])
    assert draft, "the release left no draft contract"
    draft.action_validate()
    check_follow(before, draft.mapped("name"))


def go_on_with_drafts(env):
    """The draft invoices that the release left are validated, and one is paid."""
    before = names(env, "account.move")
    drafts = env["account.move"].search(
        [
            ("state", "=", "draft"),
            ("move_type", "=", "out_invoice"),
            ("is_test", "=", False),
            ("company_id", "=", env.company.id),
        ]
    )
    assert drafts, "the release left no draft invoice"
    for draft in drafts:
        draft.action_post()
    check_follow(before, drafts.mapped("name"))
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=drafts[0].ids
    )
    register.create({})._create_payments()


def check_guard(env):
    """What the release validated is still refused any change."""
    domain = [("state", "=", "posted"), ("move_type", "=", "out_invoice")]
    invoice = env["account.move"].search([*domain, ("company_id", "=", env.company.id)], limit=1)
    try:
        with env.cr.savepoint():
            invoice.ref = "changed"
            env.flush_all()
    except UserError as error:
        assert "[document_validated]" in str(error), error
        env.invalidate_all()
        return
    raise AssertionError(f"{invoice.name} of the release was changed")


for work in (go_on_with_orders, go_on_with_contracts, go_on_with_drafts, check_guard):
    work(of(french))
go_on_with_orders(of(belgian))
env.cr.commit()
