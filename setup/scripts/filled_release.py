"""Run in an Odoo shell with the addons of the last release and its demo company.

More of what an upgrade meets: last year's series, an amendment, a period billed, closings, TEST
documents, settings, and a Belgian company.
"""

from dateutil.relativedelta import relativedelta
from odoo import Command, fields
from odoo.exceptions import UserError

env = env  # noqa: F821 (the shell's)
TODAY = fields.Date.today()
admin = env.ref("base.user_admin")
company = env.ref("base.main_company")
french = env(user=admin, context={"lang": "fr_FR", "allowed_company_ids": company.ids})
customer = french["sale.order"].search([("state", "=", "sale")], limit=1).partner_id


def sell(env, partner, day=TODAY, price=100.0):
    """Return a quote of one line."""
    product = env["product.product"].search([("type", "=", "service")], limit=1)
    line = {"product_id": product.id, "name": "Étude", "price_unit": price}
    return env["sale.order"].create(
        {"partner_id": partner.id, "date_order": day, "order_line": [Command.create(line)]}
    )


def invoice(env, partner, price=100.0):
    """Return a draft invoice without an order."""
    line = {"name": "Étude", "quantity": 1, "price_unit": price}
    return env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_line_ids": [Command.create(line)],
        }
    )


def fill_orders():
    """An order dated last year and one of today, one cancelled, one quote."""
    for day in (TODAY - relativedelta(years=1), TODAY):
        sell(french, customer, day).action_confirm()
    cancelled = sell(french, customer)
    cancelled.action_confirm()
    cancelled._action_cancel()
    sell(french, customer)


def fill_invoices():
    """An invoice with its payment, its credit note, a draft."""
    paid, credited = invoice(french, customer), invoice(french, customer)
    (paid | credited).action_post()
    register = french["account.payment.register"].with_context(
        active_model="account.move", active_ids=paid.ids
    )
    register.create({})._create_payments()
    reversal = french["account.move.reversal"].with_context(
        active_model="account.move", active_ids=credited.ids
    )
    reversal.create({"journal_id": credited.journal_id.id}).reverse_moves()
    credited.reversal_move_ids.filtered(lambda move: move.state == "draft").action_post()
    invoice(french, customer)


def fill_contracts():
    """A period that is billed and posted, an amendment."""
    contracts = french["koban.contract"].search([("state", "=", "running")])
    due = contracts.filtered(lambda one: one.next_invoice_date and one.next_invoice_date <= TODAY)
    before = french["account.move"].search([])
    due[0].action_bill()
    (french["account.move"].search([]) - before).action_post()
    later = max(contracts, key=lambda one: one.date_end)
    line = later.line_ids[0]
    changes = {"lines": [{"id": line.id, "quantity": line.quantity + 1}]}
    later.amend((TODAY + relativedelta(months=7, day=1)).isoformat(), changes, "Plus grand")


def fill_tests():
    """An order and an invoice of the TEST mode."""
    admin.with_env(french).action_toggle_test_mode(True)
    sell(french, customer).action_confirm()
    invoice(french, customer).action_post()
    admin.with_env(french).action_toggle_test_mode(False)


def fill_belgian():
    """A company that is not guarded, with an order and an invoice."""
    belgium = env.ref("base.be")
    abroad = env["res.company"].create({"name": "Brasserie Peeters", "country_id": belgium.id})
    env.cr.commit()  # the host gives it a chart of accounts now
    admin.company_ids |= abroad
    theirs = env(user=admin, context={"allowed_company_ids": abroad.ids})
    assert not theirs.company.document_guard, "a Belgian company is guarded"
    partner = theirs["res.partner"].create({"name": "Café Central", "country_id": belgium.id})
    sell(theirs, partner).action_confirm()
    invoice(theirs, partner).action_post()


def close():
    """Every month that has ended."""
    months = 0
    while True:
        env.cr.commit()  # each closes in a transaction of its own
        try:
            french["koban.closing"].close_month()
        except UserError as error:
            assert "[closing_nothing]" in str(error) and months, error
            return
        months += 1


company.closing_day = 10
company.allow_edit_validated_orders = True
fill_orders()
fill_invoices()
fill_contracts()
fill_tests()
fill_belgian()
close()
[answer] = french["koban.verification"].verify(company.ids)
assert answer["state"] == "holds", answer
env.cr.commit()
