"""Suppliers, requests for quotation and purchase orders."""

from datetime import timedelta

from odoo.fields import Command

from .cases import PURCHASES, SUPPLIERS, Line, Purchase
from .identifiers import get_siret, get_vat_number
from .sales import prepare_text
from .stage import Stage

LEAD_TIME = 14  # days


def build(stage: Stage) -> None:
    """Enter every purchase, and confirm those whose case says so."""
    suppliers = _create_suppliers(stage)
    orders = stage.env["purchase.order"].create(
        [_prepare_order(stage, purchase, suppliers[purchase.supplier]) for purchase in PURCHASES]
    )
    for order, purchase in zip(orders, PURCHASES, strict=True):
        if purchase.confirmed:
            order.button_confirm()


def _create_suppliers(stage: Stage) -> dict:
    partners = stage.env["res.partner"].create(
        [
            {
                "name": name,
                "is_company": True,
                "street": street,
                "zip": zip_code,
                "city": city,
                "country_id": stage.company.country_id.id,
                "lang": "fr_FR",
                "vat": get_vat_number(siren),
                "company_registry": get_siret(siren),
            }
            for name, (street, zip_code, city, siren) in SUPPLIERS.items()
        ]
    )
    return dict(zip(SUPPLIERS, partners, strict=True))


def _prepare_order(stage: Stage, purchase: Purchase, supplier) -> dict:
    planned = stage.moment(purchase.days_ago) + timedelta(days=LEAD_TIME)
    return {
        "partner_id": supplier.id,
        "date_order": stage.moment(purchase.days_ago),
        "user_id": stage.users["marc"].id,
        "order_line": [
            Command.create({**_prepare_line(stage, line, planned), "sequence": rank})
            for rank, line in enumerate(purchase.lines, 1)
        ],
    }


def _prepare_line(stage: Stage, line, planned) -> dict:
    if not isinstance(line, Line):
        return {**prepare_text(line), "product_qty": 0}
    product = stage.articles[line.ref]
    return {
        "product_id": product.id,
        "product_qty": line.quantity,
        "price_unit": product.standard_price,
        "date_planned": planned,
    }
