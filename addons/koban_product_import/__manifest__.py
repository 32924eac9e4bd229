{
    "name": "Koban Import of Articles",
    "summary": "Articles from a CSV or Excel file: seen first, refused rows told with every reason",
    "version": "19.0.1.0.0",
    "category": "Sales/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_product_data"],
    "data": [
        "security/ir.model.access.csv",
        "security/koban_product_import_security.xml",
        "data/ir_cron.xml",
        "views/koban_product_import_views.xml",
    ],
}
