{
    "name": "Koban Originals",
    "summary": "The original of each document that leaves, and its duplicates",
    "version": "19.0.2.0.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_document", "koban_seal"],
    "data": [
        "security/ir.model.access.csv",
        "security/koban_original_security.xml",
        "views/koban_issued_document_views.xml",
    ],
    "pre_init_hook": "pre_init_hook",
}
