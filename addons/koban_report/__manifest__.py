{
    "name": "Koban Report",
    "summary": "PDF reports printed by Chromium, without wkhtmltopdf",
    "version": "19.0.1.0.0",
    "category": "Technical/Reporting",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["base_setup", "bus", "web"],
    "uninstall_hook": "uninstall_hook",
    "data": [
        "views/ir_actions_report_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["koban_report/static/src/**/*"],
    },
}
