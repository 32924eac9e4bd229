{
    "name": "Koban Sales",
    "summary": "Quotes and orders: own numbers, validation, orders that no channel can alter",
    "version": "19.0.1.0.0",
    "category": "Sales/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_compliance", "sale_management", "sale_crm", "sale_project"],
    "data": [
        "security/koban_security.xml",
        "views/sale_order_views.xml",
        "views/account_move_views.xml",
        "views/res_config_settings_views.xml",
        "views/koban_process_views.xml",
        "wizard/sale_advance_payment_inv_views.xml",
        "report/sale_report.xml",
        "report/sale_portal.xml",
    ],
    "assets": {
        "web.assets_tests": ["koban_sales/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
