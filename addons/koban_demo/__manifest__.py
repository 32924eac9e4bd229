{
    "name": "Koban Demo",
    "summary": "A fictional French company with its catalogue, customers, orders and invoices",
    "version": "19.0.1.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": [
        "koban_compliance",
        "koban_contract",
        "koban_ecotax",
        "koban_price",
        "koban_product_data",
        "koban_product_import",
        "koban_purchase",
        "koban_sales",
        "koban_sales_stock",
    ],
    "assets": {
        "web.assets_tests": ["koban_demo/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
