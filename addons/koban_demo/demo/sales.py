"""Quotes and orders, from entry to delivery."""

from datetime import timedelta

from markupsafe import Markup
from odoo.fields import Command

from .cases import SALES, TEMPLATES, Line, Sale, Text
from .stage import Stage

VALIDITY = 30  # days
COMMENTS = {
    "counter": "Marchandise emportée par le client, échange possible sous quatorze jours.",
    "delivery": "Livraison en rez-de-chaussée ; accès et stationnement à la charge du client.",
    "site": "Les travaux supplémentaires font l'objet d'un avenant signé avant exécution.",
}
FOOTER = "L'équipe de l'Atelier Brévenne vous remercie de votre confiance."


def build(stage: Stage) -> dict:
    """Enter every sale and take each one as far as its case says.

    :return: orders by sale
    """
    # Oldest first: numbers follow the dates.
    sales = sorted(SALES, key=lambda sale: -sale.days_ago)
    records = stage.as_user("camille")["sale.order"].create(
        [_prepare_order(stage, sale) for sale in sales]
    )
    orders = dict(zip(sales, records, strict=True))
    _send_quotes(orders)
    _validate_orders(orders)
    _deliver(stage, orders)
    _pick(orders, "refused", "cancelled").action_cancel()
    return orders


def create_templates(stage: Stage) -> None:
    """Create the quote templates, with their groups of lines."""
    stage.env["sale.order.template"].create(
        [
            {
                "name": template.name,
                "company_id": stage.company.id,
                "number_of_days": VALIDITY,
                "sale_order_template_line_ids": [
                    Command.create({**_prepare_template_line(stage, line), "sequence": rank})
                    for rank, line in enumerate(template.lines, 1)
                ],
            }
            for template in TEMPLATES
        ]
    )


def _prepare_template_line(stage: Stage, line) -> dict:
    if not isinstance(line, Line):
        return prepare_text(line)
    return {"product_id": stage.articles[line.ref].id, "product_uom_qty": line.quantity}


def prepare_texts(stage: Stage, customer: str, process: str, title: str = "") -> dict:
    """Return the texts, contact, process and salesperson of an order or invoice."""
    contact = stage.contacts.get(customer)
    header = title and Markup("<p>Objet : %s.</p>") % title
    return {
        "header": header or False,
        "comment": Markup("<p>%s</p>") % COMMENTS[process],
        "footer": Markup("<p>%s</p>") % FOOTER,
        "contact_id": contact.id if contact else False,
        "process_id": stage.processes[process].id,
    }


def prepare_lines(stage: Stage, lines: tuple) -> list:
    """Return the commands that create lines, the same for an order and an invoice."""
    return [
        Command.create({**_prepare_line(stage, line), "sequence": rank})
        for rank, line in enumerate(lines, 1)
    ]


def prepare_text(text: Text) -> dict:
    """Return the values of a section or a note, with what it hides from the customer."""
    return {
        "display_type": text.display_type,
        "name": text.name,
        "collapse_prices": text.hide == "prices",
        "collapse_composition": text.hide == "detail",
        "kit_quantity": text.kit,
    }


def _prepare_line(stage: Stage, line) -> dict:
    if not isinstance(line, Line):
        return prepare_text(line)
    values = {"product_id": stage.articles[line.ref].id}
    # A discount that is typed, none too, stands before that of a promotion.
    return {**values, "discount": line.discount} if line.discount else values


def _prepare_order(stage: Stage, sale: Sale) -> dict:
    partner = stage.customers[sale.customer]
    lines = prepare_lines(stage, sale.lines)
    for (_command, _id, values), line in zip(lines, sale.lines, strict=True):
        if isinstance(line, Line):
            values["product_uom_qty"] = line.quantity
    return {
        "partner_id": partner.id,
        "is_order": sale.direct,
        "date_order": stage.moment(sale.days_ago),
        "validity_date": stage.day(sale.days_ago) + timedelta(days=VALIDITY),
        "user_id": partner.user_id.id,
        **prepare_texts(stage, sale.customer, sale.process, sale.title),
        "order_line": lines,
    }


def _pick(orders: dict, *statuses: str, **criteria):
    """Return the orders whose sale has one of the statuses, and the other values given."""
    model = next(iter(orders.values())).browse()
    return model.union(
        *(
            order
            for sale, order in orders.items()
            if (not statuses or sale.status in statuses)
            and all(getattr(sale, name) == value for name, value in criteria.items())
        )
    )


def _send_quotes(orders: dict) -> None:
    """Mark as sent every quote that the customer answered or may still answer."""
    sent = ("sent", "refused", "order_draft", "order", "cancelled")
    _pick(orders, *sent, direct=False).action_quotation_sent()


def _validate_orders(orders: dict) -> None:
    accepted = ("order_draft", "order", "cancelled")
    _pick(orders, *accepted, direct=False).action_create_order()
    _pick(orders, "order", "cancelled").action_confirm()


def _deliver(stage: Stage, orders: dict) -> None:
    """Deliver from the warehouse, which is not the salespeople's work."""
    part = _pick(orders, delivered="part").with_env(stage.env).picking_ids
    for move in part.move_ids:
        # One single item stays for the next delivery.
        move.quantity = move.product_uom_qty // 2
        move.picked = bool(move.quantity)
    pickings = part | _pick(orders, delivered="all").with_env(stage.env).picking_ids
    # No text message to the customer, and what is left becomes a backorder.
    pickings.with_context(skip_sms=True, skip_backorder=True).button_validate()
