{
    "name": "Koban Compliance",
    "summary": "Unalterable invoices, closings, archives, attestation, legal mentions",
    "version": "19.0.2.1.0",
    "category": "Accounting/Koban Gestion",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "application": True,
    # koban_document too: an upgrade of it by name finds what was cut out between the two.
    "depends": ["koban_archive", "koban_document"],
    "data": ["views/compliance_menus.xml"],
    "assets": {
        "web.assets_backend": ["koban_compliance/static/src/**/*"],
    },
}
