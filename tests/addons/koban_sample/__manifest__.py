{
    "name": "Koban Sample",
    "summary": "Of the test run only: a guarded document that no trade knows",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_guard"],
    "data": ["security/ir.model.access.csv"],
}
