{
    "name": "Koban Prices and Eco-tax",
    "summary": "A price typed with tax contains the eco-tax of the article",
    "version": "19.0.1.0.0",
    "category": "Sales/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_price", "koban_ecotax"],
    "data": ["data/ir_cron.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
