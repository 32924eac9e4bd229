{
    "name": "Koban Purchase",
    "summary": "Line groupings on requests for quotation, purchase orders and their bills",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "application": True,
    "depends": ["koban_document", "koban_invoice", "koban_product", "purchase"],
    "data": [
        "security/koban_security.xml",
        "views/purchase_order_views.xml",
        "views/purchase_order_fictitious_views.xml",
        "report/purchase_order.xml",
        "report/purchase_quotation.xml",
        "report/purchase_portal.xml",
    ],
}
