{
    "name": "Koban Document",
    "summary": "Validated documents that no channel can alter; texts, contact and process of documents",
    "version": "19.0.1.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["account"],
    "data": [
        "security/koban_security.xml",
        "security/ir.model.access.csv",
        "views/koban_process_views.xml",
        "views/account_move_views.xml",
        "views/res_config_settings_views.xml",
        "report/document_texts.xml",
        "report/grouping_rows.xml",
        "report/report_invoice.xml",
    ],
    "assets": {
        "web.assets_backend": [
            # Right after the host's template, whose copies in other addons then hold it too.
            (
                "after",
                "account/static/src/components/section_and_note_fields_backend/section_and_note_fields_backend.xml",
                "koban_document/static/src/groupings/grouping_list_renderer.xml",
            ),
            "koban_document/static/src/**/*",
        ],
    },
}
