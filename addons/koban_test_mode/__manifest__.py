{
    "name": "Koban Test Mode",
    "summary": "Fictitious documents: marked, without number, in no total",
    "version": "19.0.2.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_document", "koban_seal"],
    "data": ["views/banner_templates.xml"],
    "assets": {"web.assets_backend": ["koban_test_mode/static/src/**/*"]},
    "pre_init_hook": "pre_init_hook",
}
