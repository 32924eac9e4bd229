{
    "name": "Koban Sample: Sealed",
    "summary": "Of the test run only: the sample with seals",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_sample", "koban_seal"],
}
