"""Invoices of orders and direct ones, their payments and their credit notes."""

from odoo import fields
from odoo.fields import Command

from .cases import DIRECTS, Direct, Line
from .sales import prepare_lines, prepare_texts
from .stage import Stage

REASON = "référence d'engagement manquante"
RETURN = "retour de marchandise"
# How many days ago the credit notes are dated.
REPLACED, CREDITED = 44, 20


def build(stage: Stage, orders: dict) -> None:
    """Invoice, collect and credit, in the order of the dates.

    :param orders: orders by sale
    """
    directs = _create_directs(stage)
    payments = {
        move: direct.payment for direct, move in directs.items() if direct.status != "draft"
    }
    payments.update(_invoice_orders(stage, orders, 0))
    # What deducts a down payment can only be made once this one is posted.
    limit = stage.day(max(sale.billings[1].days_ago for sale in orders if sale.billings[1:]))
    early = [move for move in payments if move.invoice_date < limit]
    _post(stage, early)
    payments.update(_invoice_orders(stage, orders, 1))
    _post(stage, [move for move in payments if move not in early])
    _collect(stage, payments)
    _credit(stage, directs)


def _create_directs(stage: Stage) -> dict:
    moves = stage.as_user("camille")["account.move"].create(
        [_prepare_direct(stage, direct) for direct in DIRECTS]
    )
    return dict(zip(DIRECTS, moves, strict=True))


def _prepare_direct(stage: Stage, direct: Direct) -> dict:
    partner = stage.customers[direct.customer]
    lines = prepare_lines(stage, direct.lines)
    for (_command, _id, values), line in zip(lines, direct.lines, strict=True):
        if isinstance(line, Line):
            values["quantity"] = line.quantity
    # A draft takes its date when it is validated.
    date = stage.day(direct.days_ago) if direct.status != "draft" else False
    return {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_date": date,
        "delivery_date": date,
        "invoice_user_id": partner.user_id.id,
        **prepare_texts(stage, direct.customer, direct.process),
        "invoice_line_ids": lines,
    }


def _invoice_orders(stage: Stage, orders: dict, rank: int) -> dict:
    """Make the first (0) or the second (1) invoice of each order that has one.

    :return: payment or nothing, by draft invoice
    """
    billings = {
        order: billing
        for sale, order in orders.items()
        for billing in sale.billings[rank : rank + 1]
    }
    # The host takes down payments one order at a time, the rest in one batch.
    batches = [[order] for order, billing in billings.items() if billing.down_payment]
    batches.append([order for order, billing in billings.items() if not billing.down_payment])
    payments = {}
    for batch in batches:
        for move in _invoice_batch(stage, batch, billings[batch[0]].down_payment):
            billing = billings[move.line_ids.sale_line_ids.order_id]
            date = stage.day(billing.days_ago)
            move.write({"invoice_date": date, "delivery_date": not billing.down_payment and date})
            payments[move] = billing.payment
    return payments


def _invoice_batch(stage: Stage, batch: list, down_payment: float):
    """Make one draft invoice for each order, with the host's wizard."""
    orders = stage.as_user("camille")["sale.order"].union(*batch)
    known = orders.invoice_ids
    orders.env["sale.advance.payment.inv"].create(
        {
            "sale_order_ids": orders.ids,
            "advance_payment_method": "percentage" if down_payment else "delivered",
            "amount": down_payment,
            "consolidated_billing": False,
        }
    ).create_invoices()
    return orders.invoice_ids - known


def _post(stage: Stage, moves: list) -> None:
    """Validate invoices at once, the oldest first: numbers follow the dates."""
    invoices = stage.as_user("camille")["account.move"].union(*moves)
    invoices.sorted("invoice_date").action_post()


def _collect(stage: Stage, payments: dict) -> None:
    """Enter the payments, in the order of their dates.

    :param payments: payment or nothing, by invoice
    """
    paid = [(move, payment) for move, payment in payments.items() if payment]
    for move, payment in sorted(paid, key=lambda item: -item[1].days_ago):
        method = stage.payment_methods[payment.method]
        due = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        move.env["account.payment.register"].create(
            {
                # Rather than by the context: an environment for each invoice slows all down.
                "line_ids": [Command.set(due.ids)],
                "payment_date": stage.day(payment.days_ago),
                "journal_id": method.journal_id.id,
                "payment_method_line_id": method.id,
                "amount": move.currency_id.round(move.amount_residual * payment.part),
            }
        ).action_create_payments()


def _credit(stage: Stage, directs: dict) -> None:
    """Cancel one invoice with a new draft, and leave the credit note of another a draft."""
    for direct, move in directs.items():
        if direct.status == "replaced":
            date = fields.Date.to_string(stage.day(REPLACED))
            move.action_cancel_document(reason=REASON, new_draft=True, date=date)
        elif direct.status == "credited":
            date = fields.Date.to_string(stage.day(CREDITED))
            move.action_cancel_document(reason=RETURN, validate=False, date=date)
