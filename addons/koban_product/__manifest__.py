{
    "name": "Koban Articles",
    "summary": "Codes that are unique, and drawn by a pattern for each category",
    "version": "19.0.1.0.0",
    "category": "Sales/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_guard", "product"],
    "data": [
        "security/ir.model.access.csv",
        "security/koban_product_security.xml",
        "views/product_category_views.xml",
        "views/product_views.xml",
        "views/product_template_views.xml",
        "views/koban_product_brand_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
