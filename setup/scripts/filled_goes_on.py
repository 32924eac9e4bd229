"""Run in an Odoo shell where addons were installed or upgraded: the work goes on.

In each company with customers' invoices: orders, their invoice, its payment, a credit note. Ends
with an error where a number leaves a gap or comes twice, or the guard does not hold.
"""

import re

from odoo import Command, fields
from odoo.exceptions import UserError

env = env  # noqa: F821 (the shell's)
admin = env.ref("base.user_admin")
POSTED = [("state", "=", "posted"), ("move_type", "=", "out_invoice")]


def of(company):
    """Return the environment of the administrator in a company."""
    return env(user=admin, context={"allowed_company_ids": company.ids})


def names(env, model):
    """Return the numbers of a company's documents."""
    found = env[model].with_context(active_test=False)
    return found.search([("company_id", "=", env.company.id)]).mapped("name")


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


def pay(env, invoice):
    """Register the payment of an invoice."""
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({})._create_payments()
    assert invoice.payment_state in ("paid", "in_payment"), invoice.payment_state


def sell(env):
    """Return a quote of one line, to a customer of the company."""
    product = env["product.product"].create(
        {"name": "Étude", "type": "service", "invoice_policy": "order"}
    )
    # The host refuses taxes of a country that the company has left.
    country = env.company.account_fiscal_country_id
    product.taxes_id = product.taxes_id.filtered(lambda tax: tax.country_id == country)
    line = {"product_id": product.id, "price_unit": 100.0}
    customer = env["account.move"].search([*POSTED, ("company_id", "=", env.company.id)], limit=1)
    values = {"partner_id": customer.partner_id.id, "order_line": [Command.create(line)]}
    return env["sale.order"].create(values)


def go_on(env):
    """Two orders, their invoice, its payment; another invoice and its credit note."""
    before = names(env, "sale.order")
    orders = sell(env) | sell(env)
    for order in orders:
        order.action_confirm()
    if "document_guard" in env.company and env.company.document_guard:
        check_follow(before, orders.mapped("name"))  # the host's own are of all companies
    before = names(env, "account.move")
    invoice = orders._create_invoices()
    invoice.action_post()
    check_follow(before, invoice.mapped("name"))
    pay(env, invoice)
    credited = invoice.copy()
    credited.action_post()
    wizard = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=credited.ids
    )
    wizard.create({"journal_id": credited.journal_id.id}).reverse_moves()
    note = credited.reversal_move_ids
    note.filtered(lambda move: move.state == "draft").action_post()
    assert note.state == "posted", note.state


def go_on_with_contracts(env):
    """A contract, and its first invoice."""
    before = names(env, "account.move")
    product = sell(env).order_line.product_id
    product.contract_ok = True
    line = {"product_id": product.id, "price_unit": 100.0}
    customer = env["account.move"].search([*POSTED, ("company_id", "=", env.company.id)], limit=1)
    contract = env["koban.contract"].create(
        {
            "title": "Entretien",
            "partner_id": customer.partner_id.id,
            "date_start": fields.Date.today(),
            "line_ids": [Command.create(line)],
        }
    )
    contract.action_validate()
    known = env["account.move"].search([])
    contract.action_bill()
    invoice = env["account.move"].search([]) - known
    assert invoice, "the contract billed nothing"
    invoice.filtered(lambda move: move.state == "draft").action_post()
    check_follow(before, invoice.mapped("name"))


def check_guard(env, invoice):
    """What was validated before is refused any change, where the company is guarded."""
    savepoint = env.cr.savepoint()
    try:
        invoice.ref = "changed"
        env.flush_all()
    except UserError as error:
        assert "[document_validated]" in str(error), error
        changed = False
    else:
        changed = True
    env.invalidate_all(flush=False)
    savepoint.rollback()
    savepoint.close(rollback=False)
    guarded = "document_guard" in env.company and env.company.document_guard
    assert changed != bool(guarded), f"{invoice.name} was changed: {changed}, guarded: {guarded}"


invoiced = env["account.move"].search(POSTED)
assert invoiced, "no invoice was there before"
for one in invoiced.company_id:
    admin.company_ids |= one
    first = invoiced.filtered(lambda move, one=one: move.company_id == one)[-1]
    check_guard(of(one), of(one)["account.move"].browse(first.id))
    go_on(of(one))
    if "koban.contract" in env:
        go_on_with_contracts(of(one))
env.cr.commit()
