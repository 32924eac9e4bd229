{
    "name": "Koban Sales and Deliveries",
    "summary": "What deliveries may still write on validated orders",
    "version": "19.0.1.0.0",
    "category": "Sales/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_sales", "sale_stock"],
    "data": [
        "views/sale_order_views.xml",
        "views/product_template_views.xml",
        "report/stock_report_deliveryslip.xml",
    ],
    "auto_install": True,
}
