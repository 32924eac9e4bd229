{
    "name": "Koban Document",
    "summary": "What commercial documents share: models, texts, groupings, process, numbers",
    "version": "19.0.2.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["account_qr_code_sepa", "koban_guard", "koban_report"],
    "data": [
        "security/koban_security.xml",
        "security/ir.model.access.csv",
        "views/koban_process_views.xml",
        "views/koban_document_print_views.xml",
        "views/koban_document_model_views.xml",
        "views/account_move_views.xml",
        "views/res_config_settings_views.xml",
        "report/document_texts.xml",
        "report/grouping_rows.xml",
        "report/report_invoice.xml",
        "report/document_parts.xml",
        "report/document_page.xml",
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
            # Of the paper.
            ("remove", "koban_document/static/src/scss/**/*"),
        ],
        "web.report_assets_common": ["koban_document/static/src/scss/*.scss"],
    },
    "post_init_hook": "post_init_hook",
}
