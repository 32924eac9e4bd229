"""The scenario of test_host_values.py, run in an Odoo shell: ``env`` is given.

One walk through what a company does with orders, invoices and payments, each step committed as a
request of its own. It prints every stored value of the documents. Ids are replaced by external
names, and those of what the scenario made by their rank: the same scenario on two databases gives
the same text.
"""

import json

from odoo.fields import Command, Date
from odoo.tests import Form

MODELS = (
    "sale.order",
    "sale.order.line",
    "account.move",
    "account.move.line",
    "account.payment",
    "account.partial.reconcile",
    "account.full.reconcile",
    "account.analytic.line",
    "stock.picking",
    "stock.move",
    "stock.move.line",
)
# What the scenario makes besides, and documents refer to.
MASTERS = (
    "res.partner",
    "product.product",
    "product.template",
    "account.account",
    "account.tax",
    "account.tax.repartition.line",
    "account.payment.term",
    "account.analytic.account",
    "stock.reference",
)
# Of the row, not of the document; and secrets drawn by chance.
IGNORED = {"create_date", "write_date", "create_uid", "write_uid", "access_token"}

env = env(  # noqa: F821
    user=2,
    context={"lang": "fr_FR", "tz": "Europe/Paris", "tracking_disable": True},
)
BEFORE = {
    name: max(env[name].sudo().with_context(active_test=False).search([]).ids, default=0)
    for name in (*MODELS, *MASTERS)
}
FRANCE = env.ref("base.fr").id
STARTED = Date.today()


def end():
    """End the request."""
    env.flush_all()
    env.cr.commit()
    env.invalidate_all()
    env.transaction.clear()


env.company.partner_id.write(
    {
        "street": "1 rue de la Paix",
        "zip": "75002",
        "city": "Paris",
        "vat": "FR23334175221",
        "company_registry": "33417522101010",
    }
)
customer, other = env["res.partner"].create(
    [
        {
            "name": name,
            "is_company": True,
            "street": "2 rue de la Paix",
            "zip": "75002",
            "city": "Paris",
            "country_id": FRANCE,
            "lang": "fr_FR",
        }
        for name in ("Boulangerie Moreau", "Garage Petit")
    ]
)
service, goods = env["product.product"].create(
    [
        {"name": "Réglage", "type": "service", "list_price": 80.0, "invoice_policy": "order"},
        {
            "name": "Pétrin",
            "type": "consu",
            "is_storable": True,
            "list_price": 60.0,
            "invoice_policy": "delivery",
            "description_sale": "Garanti deux ans",
        },
    ]
)
env["stock.quant"]._update_available_quantity(
    goods, env["stock.warehouse"].search([], limit=1).lot_stock_id, 50
)
terms = env["account.payment.term"].create(
    {
        "name": "30 % tout de suite",
        "line_ids": [
            Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
            Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
        ],
    }
)
discount = env["account.payment.term"].create(
    {
        "name": "2 % sous huit jours",
        "early_discount": True,
        "discount_percentage": 2,
        "discount_days": 8,
        "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
    }
)
tax = env.company.account_sale_tax_id
env.company.tax_exigibility = True
cashed = tax.copy(
    {
        "name": "20 % sur encaissement",
        "tax_exigibility": "on_payment",
        "cash_basis_transition_account_id": tax.invoice_repartition_line_ids.account_id[:1]
        .copy({"name": "TVA en attente", "reconcile": True})
        .id,
    }
)
plan = env["account.analytic.plan"].sudo().create({"name": "Ateliers"})
workshop = env["account.analytic.account"].sudo().create({"name": "Atelier 1", "plan_id": plan.id})
dollar = env.ref("base.USD")
dollar.active = True
env["res.currency.rate"].create(
    [
        {"currency_id": dollar.id, "name": "2026-01-01", "rate": 1.25},
        {"currency_id": dollar.id, "name": "2026-02-01", "rate": 1.10},
    ]
)
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
)
end()


def make_invoice(**values):
    """Create a draft of two lines, between a section and a note."""
    lines = [
        Command.create({"display_type": "line_section", "name": "Atelier"}),
        Command.create({"product_id": service.id, "quantity": 2, "discount": 10.0}),
        Command.create({"product_id": goods.id, "quantity": 1.5, "price_unit": 33.33}),
        Command.create({"display_type": "line_note", "name": "Merci"}),
    ]
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_line_ids": lines,
            **values,
        }
    )
    end()
    return invoice


def post(invoice):
    """Post as the button does."""
    invoice.action_post()
    end()
    return invoice


def validate_all(invoices):
    """Post by the wizard of the list."""
    wizard = env["validate.account.move"].with_context(
        active_model="account.move", active_ids=invoices.ids
    )
    wizard.create({}).validate_move()
    end()


def pay(invoices, **values):
    """Register a payment by the wizard."""
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoices.ids
    )
    form = Form(wizard)
    for name, value in values.items():
        form[name] = value
    form.save()._create_payments()
    end()


def bill(order, method="delivered", **values):
    """Invoice an order by the wizard."""
    wizard = env["sale.advance.payment.inv"].with_context(
        active_model="sale.order", active_ids=order.ids, active_id=order.id
    )
    before = order.invoice_ids
    wizard.create({"advance_payment_method": method, **values}).create_invoices()
    end()
    return order.invoice_ids - before


def make_order(**values):
    """Create a quote of a service and of goods."""
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [
                Command.create({"display_type": "line_section", "name": "Fournil"}),
                Command.create({"product_id": service.id, "product_uom_qty": 3, "discount": 5.0}),
                Command.create({"product_id": goods.id, "product_uom_qty": 4}),
            ],
            **values,
        }
    )
    end()
    return order


def confirm(order):
    """Confirm as the button does."""
    order.action_confirm()
    end()
    return order


def deliver(order, quantity):
    """Deliver some of the goods of an order."""
    picking = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
    picking.move_ids.quantity = quantity
    picking.move_ids.picked = True
    picking.with_context(skip_backorder=True).button_validate()
    end()


def invoices_alone():
    """Invoices without an order: dated or not, in parts, in dollars, changed and posted at once."""
    pay(post(make_invoice(invoice_date="2026-03-10", ref="BC 12")))
    partly = post(make_invoice(invoice_payment_term_id=terms.id))
    pay(partly, amount=10.0)
    pay(partly, amount=20.0)
    pay(post(make_invoice(invoice_date="2026-01-15", currency_id=dollar.id)),
        payment_date="2026-03-15")  # fmt: skip
    post(make_invoice(move_type="out_receipt", invoice_date="2026-03-11"))
    changed = make_invoice(invoice_date="2026-03-12")
    changed.partner_id = other
    changed.invoice_payment_term_id = terms
    changed.invoice_line_ids.filtered("product_id")[0].product_id = goods
    post(changed)
    batch = make_invoice(invoice_date="2026-03-13") | make_invoice(invoice_date="2026-03-14")
    post(batch)
    pay(batch, group_payment=True)
    cheaper = make_invoice(invoice_date="2026-03-20", invoice_payment_term_id=discount.id)
    pay(post(cheaper), payment_date="2026-03-22")
    analysed = make_invoice(invoice_date="2026-03-21")
    line = analysed.invoice_line_ids.filtered("product_id")[0]
    line.write({"tax_ids": cashed.ids, "analytic_distribution": {str(workshop.id): 100}})
    pay(post(analysed), amount=40.0)
    # By the list's wizard and the scheduled job, which post without the button's method.
    listed = make_invoice(invoice_date="2026-03-22")
    validate_all(listed)
    make_invoice(auto_post="at_date", date="2026-03-23", invoice_date="2026-03-23")
    env["account.move"]._autopost_draft_entries()
    end()


def credit_notes():
    """A credit note that settles its invoice, and one of its own."""
    invoice = post(make_invoice(invoice_date="2026-03-16"))
    wizard = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard = wizard.create({"reason": "Retour", "journal_id": invoice.journal_id.id})
    credit_note = env["account.move"].browse(wizard.refund_moves()["res_id"])
    end()
    post(credit_note)
    lines = (invoice | credit_note).line_ids.filtered(
        lambda line: line.display_type == "payment_term" and not line.reconciled
    )
    lines.reconcile()
    end()
    pay(post(make_invoice(move_type="out_refund", invoice_date="2026-03-17")))


def orders():
    """An order delivered and invoiced in parts; one with a down payment; one cancelled."""
    order = confirm(make_order(client_order_ref="BC 77"))
    deliver(order, 1)
    pay(post(bill(order)))
    deliver(order, 3)
    post(bill(order))
    advanced = confirm(make_order(payment_term_id=terms.id))
    post(bill(advanced, "percentage", amount=30.0))
    deliver(advanced, 4)
    pay(post(bill(advanced)))
    again = confirm(make_order())
    validate_all(bill(again, "fixed", fixed_amount=50.0))
    dropped = confirm(make_order())
    dropped._action_cancel()
    end()
    changed = make_order()
    changed.partner_id = other
    changed.order_line.filtered("product_id")[0].product_uom_qty = 7
    confirm(changed)


def payments():
    """A payment recorded by itself, then matched with its invoice; a supplier's bill."""
    payment = env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": customer.id,
            "amount": 50.0,
            "date": "2026-03-18",
            "journal_id": bank.id,
        }
    )
    end()
    payment.action_post()
    end()
    payment.action_draft()
    end()
    payment.action_post()
    end()
    invoice = post(make_invoice(invoice_date="2026-03-18"))
    if payment.move_id:
        lines = (payment.move_id | invoice).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        end()
    bought = make_invoice(move_type="in_invoice", invoice_date="2026-03-19", ref="F 1")
    pay(post(bought))


def label(model, id_):
    """Return a reference that two databases share."""
    if id_ > BEFORE.get(model, id_):
        return f"{model}#{ranks[model][id_]}"
    return f"{model},{names.get((model, id_), id_)}"


def tell(record, field):
    """Return a stored value as JSON."""
    value = record[field.name]
    if field.type == "many2one":
        return label(value._name, value.id) if value else None
    if field.type == "many2many":
        return sorted(label(value._name, id_) for id_ in value.ids)
    if field.type in ("date", "datetime"):
        day = Date.to_date(value)
        return "today" if day in (STARTED, Date.today()) else str(day or "")
    if field.type == "many2one_reference":
        return value and label(record[field.model_field], value)
    return value if isinstance(value, bool | int | float | list | dict) else str(value or "")


walks = (invoices_alone, credit_notes, orders, payments)
for walk in walks:
    walk()
env = env(su=True)
every = env(context={"active_test": False})
found = {name: every[name].search([("id", ">", last)], order="id") for name, last in BEFORE.items()}
ranks = {name: {id_: rank for rank, id_ in enumerate(made.ids)} for name, made in found.items()}
names = {
    (row["model"], row["res_id"]): f"{row['module']}.{row['name']}"
    for row in env["ir.model.data"].search_read(
        [("model", "!=", "ir.model.fields")],
        ["model", "res_id", "module", "name"],
        order="id desc",
    )
}
rows = [
    [
        f"{name}#{rank}",
        {
            field.name: tell(record, field)
            for field in record._fields.values()
            if field.store
            and field.name not in IGNORED
            and field.name != "id"
            and (field.column_type or field.type == "many2many")
        },
    ]
    for name in MODELS
    for rank, record in enumerate(found[name])
]
print(json.dumps(rows, default=str))
