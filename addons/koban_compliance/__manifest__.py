{
    "name": "Koban Compliance",
    "summary": "Customer invoices that cannot be altered, cancelled by credit note only",
    "version": "19.0.1.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_document", "l10n_fr_account", "account_edi_ubl_cii"],
    "data": [
        "security/ir.model.access.csv",
        "wizard/document_cancel_views.xml",
        "views/account_move_views.xml",
        "report/report_invoice.xml",
        "data/facturx_templates.xml",
        "views/test_mode_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["koban_compliance/static/src/test_mode/*"],
    },
    "post_init_hook": "post_init_hook",
}
