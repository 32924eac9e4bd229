"""What keeps an order from being cancelled."""

from odoo.addons.koban_guard.exceptions import DocumentError, speaking


def check_unbilled(orders) -> None:
    """Refuse to cancel an order that validated invoices still bill.

    :raise DocumentError: code ``document_invoiced``
    """
    for order in orders:
        # A salesperson may not read every invoice, but each of them counts.
        invoices = order.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        billed = sum(invoices.mapped("amount_total_in_currency_signed"))
        if order.currency_id.is_zero(billed):
            continue
        live = invoices.filtered(
            lambda move: move.move_type == "out_invoice" and not move._get_live_credit_notes()
        )
        raise DocumentError(
            speaking(orders.env)._(
                "%(document)s cannot be cancelled: it is still billed by %(invoices)s. "
                "Cancel the invoice first, with “Cancel the Document”.",
                document=order.display_name,
                invoices=", ".join((live or invoices).mapped("name")),
            ),
            "document_invoiced",
            model=orders._name,
            ids=order.ids,
        )
