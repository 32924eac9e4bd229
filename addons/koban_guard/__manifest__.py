{
    "name": "Koban Guard",
    "summary": "Validated documents that no channel can alter",
    "version": "19.0.2.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["account"],
    "data": [
        "security/koban_security.xml",
        "security/ir.model.access.csv",
        "views/koban_opened_field_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["koban_guard/static/src/**/*"],
        "web.assets_tests": ["koban_guard/static/tests/tours/**/*"],
    },
    "pre_init_hook": "pre_init_hook",
}
