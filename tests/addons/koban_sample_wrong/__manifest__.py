{
    "name": "Koban Sample: a Wrong Step",
    "summary": "Of the test run only: a step beside one that is not there",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Koban Gestion for Odoo contributors",
    "website": "https://github.com/koban-gestion/koban-gestion-odoo",
    "license": "LGPL-3",
    "depends": ["koban_sample"],
}
